"""Retention: how many releases stay. What `current` and the next release need, and what was approved, is never deleted."""

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.purge import RETIRED, purge
from orchestration.releases.standing import APPROVED, verdicts


def apply_retention(index: ReleaseIndex, keep: int, at: str = "") -> list[str]:
    """Remove the oldest releases beyond `keep` (0 keeps all); manifests stay, so that the chain still verifies.

    Args:
        index: the releases.
        keep: how many of the newest keep their database; `current`, the newest release, its parent and approved ones always
            do, and damaged ones, which are not counted, until a person has looked at them.
        at: when, for the journal.

    Returns:
        Ids whose database and report were removed.
    """
    if keep <= 0:
        return []
    needed = _needed(index)
    doomed = [m.release_id for m in index.standing()[:-keep] if m.has_database and m.release_id not in needed]
    for release_id in doomed:
        purge(index, index.root / release_id, RETIRED, at)
    return doomed


def _needed(index: ReleaseIndex) -> set[str | None]:
    current, newest = index.current(), index.newest()
    approved = {
        release for release, verdict in verdicts(index.journal()).items() if verdict.state == APPROVED
    }
    followed = {newest.release_id, newest.parent_id} if newest else set()
    return {current.name if current else None} | followed | approved
