"""Runs that Dagster takes for running and that nobody makes any more: they are failed, with the reason.

Whoever holds the lock of the home folder knows that nobody else runs. Does not belong here: why a run failed that came to
its end (`run_reasons`).
"""

from pathlib import Path

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter

from orchestration.lock import QUIET_SECONDS, holder

DIED = (
    "its process died before it finished; vigil refresh makes the night once more, and so does the next one"
)
UNFINISHED = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING]


def fail_unfinished_runs(instance: DagsterInstance, reason: str = DIED) -> int:
    """Fail runs that are STARTED, as a power cut, a kill or an end for want of memory leaves them.

    Returns:
        How many there were.
    """
    runs = instance.get_runs(RunsFilter(statuses=UNFINISHED))
    for run in runs:
        instance.report_run_failed(run, reason)
    return len(runs)


def silent_runs(instance: DagsterInstance, home: Path, now: float) -> list[DagsterRun]:
    """Runs that are STARTED while nobody holds the lock of the home folder, and of which nothing was heard for a minute.

    Args:
        instance: of the home folder.
        home: the home folder.
        now: seconds since the epoch.

    Returns:
        Those that need the lock are dead.
    """
    written = holder(home)
    if written is not None and written.holds:
        return []
    started = instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.STARTED]))
    return [run for run in started if now - _last_heard(instance, run) > QUIET_SECONDS]


def _last_heard(instance: DagsterInstance, run: DagsterRun) -> float:
    """When a run last told of itself, seconds since the epoch."""
    last = instance.event_log_storage.get_logs_for_run(run.run_id, limit=1, ascending=False)
    return max((event.timestamp for event in last), default=0.0)
