"""What is told, in words: one message for each thing that happened, with the key under which it is told once.

Dates, releases and the home's own places are named, and nothing else that a delivery or a run says.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True)
class Message:
    """Something to tell.

    Attributes:
        key: what it is told as, once.
        title: what happened.
        text: where to look.
    """

    key: str
    title: str
    text: str

    @property
    def of_failure(self) -> bool:
        """Whether a night failed."""
        return self.key.startswith("failed ")


def released(release_id: str, data_cut: str, *, gaps: bool, simulated: bool) -> Message:
    """A new release, and whether it lacks something."""
    of = "SYNTHETIC data" if simulated else "data"
    lacks = " Gaps: what it lacks is on the first page of its report and in release.gap." if gaps else ""
    return Message(
        f"release {release_id}",
        f"release {release_id}{' with gaps' if gaps else ''}",
        f"The {of} cut {data_cut} was released as {release_id}.{lacks} See releases/{release_id}/report/report.html, or run "
        f"vigil releases show {release_id}.",
    )


def failed(run_id: str, name: str, report: Path | None, *, held: bool = False) -> Message:
    """A run that ended without a release.

    Args:
        run_id: Dagster's.
        name: what was made; told where it is a date, since other names are a person's own words.
        report: where its failure report lies.
        held: a check or a guard held the release back; nothing broke.
    """
    of = f" of data cut {name}" if _DATE.fullmatch(name) else ""
    what = f"a check or guard held the release{of} back" if held else f"the night{of} failed"
    return Message(f"failed {run_id}", what, f"{_nothing_new()} {_see(report)}")


def broken_off(day: str, reason: str) -> Message:
    """A refresh that ended before, between or after the runs it makes: told once a day for the same reason."""
    return Message(f"failed {day} {_digest(reason)}", "the night failed", f"{_nothing_new()} {_see(None)}")


def set_aside(lines: Sequence[str]) -> Message:
    """Deliveries that are not read, told once as long as they and the reasons are the same."""
    return Message(
        f"set aside {_digest(*sorted(lines))}",
        "a delivery was set aside",
        "Something in landing/ is not read. vigil refresh names it, with the reason and the way out.",
    )


def missed(since: datetime, last: datetime) -> Message:
    """Nights that did not happen.

    Args:
        since: when a night last came to its end.
        last: when the last one that did not was to begin.
    """
    return Message(
        f"missed {last.isoformat(timespec='minutes')}",
        "a night did not happen",
        f"The night of {last:%Y-%m-%d %H:%M} did not come to its end; the last one that did ended {since:%Y-%m-%d %H:%M}. "
        "Was the machine off, does Dagster's daemon run, is a run waiting? vigil refresh makes the night good.",
    )


def late(by: datetime, since: datetime) -> Message:
    """A delivery that did not come by the hour agreed, nor after the hour before."""
    return Message(
        f"late {by.isoformat(timespec='minutes')}",
        "no delivery by the hour agreed",
        f"By {by:%Y-%m-%d %H:%M} no complete delivery with a data cut after {since:%Y-%m-%d} was in landing/registry/. "
        "vigil refresh names what lies there and cannot be read.",
    )


def _nothing_new() -> str:
    return "It released nothing; what was current stays current."


def _see(report: Path | None) -> str:
    where = "Its output" if report is None else f"build/failures/{report.name}"
    return f"{where} says why."


def _digest(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
