"""What nights left behind for a person: reports of failures, and what was set aside as damaged."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from orchestration.extracts.errors import shown
from orchestration.health.finding import Finding, Visit

MOST = 300
"""Letters of a reason that are shown."""


def failures(visit: Visit) -> Iterator[Finding]:
    """Reports of failed runs that no release has followed: the newest is told, with its reason."""
    newest = visit.newest
    since = datetime.fromisoformat(newest.created_at).timestamp() if newest is not None else 0.0
    reports = {path: path.stat().st_mtime for path in visit.settings.failures.glob("*.md")}
    later = sorted((path for path, at in reports.items() if at > since), key=reports.__getitem__)
    if later:
        more = f" (and {len(later) - 1} before it)" if len(later) > 1 else ""
        yield Finding(
            "failure",
            f"build/failures/{shown(later[-1].name)}{more}, no release since: {_reason(later[-1])}",
            "see the report; once mended, vigil refresh",
        )


def set_aside(visit: Visit) -> Iterator[Finding]:
    """What was found damaged, renamed, and made anew or restored."""
    settings = visit.settings
    places = (
        settings.home,
        settings.releases,
        settings.kernels,
        settings.build_file.parent,
        settings.home / "ledger",
    )
    found = [path for place in places for path in place.glob("*.damaged-*")]
    if found:
        names = ", ".join(shown(path.name) for path in sorted(found)[:3])
        yield Finding(
            "aside",
            f"{len(found)} set aside as damaged: {names}{' …' if len(found) > 3 else ''}",
            "look why (disk, a hand?), then delete it",
        )


def _reason(report: Path) -> str:
    """The one line of a report that says why."""
    paragraphs = report.read_text(encoding="utf-8", errors="replace").split("\n\n")
    reason = shown(" ".join(paragraphs[2].split())) if len(paragraphs) > 2 else "it says no reason"
    return reason if len(reason) <= MOST else f"{reason[:MOST]}…"
