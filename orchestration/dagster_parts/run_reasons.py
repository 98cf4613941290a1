"""Why a Dagster run failed, in one line a person can act on."""

from collections.abc import Iterable
from typing import Any

from dagster import DagsterEvent, DagsterEventType, DagsterExecutionInterruptedError, EventLogEntry

from orchestration import disk, memory
from orchestration.interruption import StoppedError
from orchestration.night.drop_guard import DropGuardError
from orchestration.night.quality import FailedChecksError
from orchestration.night.understanding import NotUnderstoodError
from orchestration.night.unread_requests import UnreadRequestError
from orchestration.settings import Settings

REFUSALS = (DropGuardError, NotUnderstoodError, UnreadRequestError)
"""What guards raise."""
FAILURES = (DagsterEventType.STEP_FAILURE, DagsterEventType.RUN_FAILURE)


def first_failure(events: Iterable[DagsterEvent]) -> str | None:
    """The reason of the first failure of a run; None where nothing failed."""
    return next((innermost_reason(event) for event in events if event.event_type in FAILURES), None)


def failed_step(events: Iterable[DagsterEvent]) -> str | None:
    """The step of a run that failed first; None where none did."""
    return next(
        (event.step_key for event in events if event.event_type == DagsterEventType.STEP_FAILURE), None
    )


def was_interrupted(events: Iterable[DagsterEvent]) -> bool:
    """Whether a signal broke a run off, or a run inside it: it has not failed."""
    return any(
        came_of(event, kind) for event in events for kind in (DagsterExecutionInterruptedError, StoppedError)
    )


def was_held(events: Iterable[DagsterEvent]) -> bool:
    """Whether a check or a guard held the release of a run back, rather than that something broke."""
    failures = [event for event in events if event.event_type in FAILURES]
    return any(came_of(event, kind) for event in failures for kind in (*REFUSALS, FailedChecksError)) or any(
        (event.step_key or "").startswith("gx_") for event in failures
    )


def told_reason(event: Any) -> str:
    """The reason of a failure event with the way out, also where it is that the disk is full or the memory not enough."""
    return with_way_out(innermost_reason(event))


def with_way_out(reason: str) -> str:
    """A reason, and what to do where a full disk or memory is what it speaks of; as it is where the settings are wrong."""
    try:
        settings = Settings.from_environment()
    except (ValueError, OSError):
        return reason
    return disk.explained(memory.explained(reason, settings.memory), settings.home)


def reason_first(entry: EventLogEntry) -> EventLogEntry:
    """An event; that of a failure begins with its reason, not with which steps failed. The error beneath it stays."""
    event = entry.dagster_event
    if event is None or event.event_type not in FAILURES:
        return entry
    reason = told_reason(event)
    return entry._replace(user_message=reason, dagster_event=event._replace(message=reason))


def innermost_reason(event: Any) -> str:
    """What a step or run failure event says at its root, without stack, class or step names."""
    data = getattr(event, "event_specific_data", None)
    user = getattr(data, "user_failure_data", None)
    if user is not None and user.description:
        return str(user.description).splitlines()[0]
    error = getattr(data, "error", None)
    if error is None:
        return str(getattr(event, "message", "") or "the run failed").splitlines()[0]
    while error.cause is not None:
        error = error.cause
    # A class name, a colon and what was said; either may be missing, and what was said may begin on a line of its own.
    text = str(error.message).strip()
    head, _, said = text.partition(": ")
    lines = (text if "\n" in head else said.strip() or text).splitlines()
    return lines[0] if lines else error.cls_name or "the run failed"


def came_of(event: Any, kind: type[BaseException]) -> bool:
    """Whether a failure event goes back to an error of some kind."""
    error = getattr(getattr(event, "event_specific_data", None), "error", None)
    while error is not None:
        if error.cls_name == kind.__name__:
            return True
        error = error.cause
    return False
