"""Who works on the home, and who died over it."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from orchestration.health.finding import Finding, Visit

LONGEST = timedelta(hours=4)
"""No command holds the lock so long; Dagster ends a run after two hours."""
MAKES_GOOD = "vigil refresh makes good what was left, and goes on"
_SAID = re.compile(r"pid (\d+) since (\S+)")


def lock(visit: Visit) -> Iterator[Finding]:
    """The lock of the home: nothing where it is free."""
    holder = visit.holder
    if holder is None:
        return
    # The file may be anybody's writing; only what Vigil writes is shown.
    match = _SAID.fullmatch(holder.said)
    who = match[0] if match else "another process"
    if not holder.holds:
        yield Finding("lock", f"a command died before it had ended ({who})", MAKES_GOOD)
        return
    if match and visit.now - _time(match[2], visit.now) > LONGEST:
        hours = LONGEST.total_seconds() / 3600
        yield Finding(
            "lock",
            f"a command is at work for more than {hours:.0f} hours ({who})",
            f"look what process {match[1]} does; once it is ended, {MAKES_GOOD}",
        )
        return
    yield Finding("lock", f"a command is at work ({who}); what it has half done is no fault")


def _time(text: str, otherwise: datetime) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return otherwise
