"""`disclosures.jsonl`: who wrote data queries with subject numbers, when, of which release, and how many; no identifier.

Not here: how such a file is kept (`audit_trail`), nor the writing itself (`disclosure`).
"""

from pathlib import Path

from orchestration.audit_trail import AuditTrail
from orchestration.releases.journal import alone, user_name

AUDIT, SECOND_COPY = "disclosures.jsonl", "disclosures-copy.jsonl"
_TRAIL = AuditTrail(AUDIT, SECOND_COPY, frozenset({"at", "by", "release", "n_query"}), "vigil queries")


def record_disclosure(
    home: Path, release_id: str, at: str, *, n_query: int, n_site: int, n_subject: int
) -> list[str]:
    """Write down a disclosure before it is made, so that none is without its line.

    Args:
        home: the home folder.
        release_id: whose queries.
        at: now, ISO with UTC offset.
        n_query, n_site, n_subject: how many are told.

    Returns:
        What of the audit was mended before, a line each.

    Raises:
        AuditError: the audit cannot be read; nothing may be disclosed then.
    """
    with alone(home):
        mended = _TRAIL.mend(home, at)
        _TRAIL.append(
            home,
            {
                "at": at,
                "by": user_name(),
                "release": release_id,
                "n_query": n_query,
                "n_site": n_site,
                "n_subject": n_subject,
            },
        )
    return mended


def disclosure_problems(home: Path) -> list[str]:
    """What is wrong with the audit, a line each."""
    return _TRAIL.problems(home)
