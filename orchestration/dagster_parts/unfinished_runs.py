"""Runs that Dagster takes for running and that nobody makes any more: they are failed, with the reason.

Whoever holds the lock of the home folder knows that nobody else runs. Does not belong here: why a run failed that came to
its end (`run_reasons`).
"""

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

DIED = "its process died before it finished"
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
