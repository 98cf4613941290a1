"""The refresh of one data cut as a Dagster run, with its progress told line by line.

Imports Dagster: call only once it is known that there is something to do.
"""

from collections.abc import Callable

# The iterator gives one event at a time, so that progress can be told as it happens; `execute_in_process` tells at the end.
from dagster import DagsterEventType, DagsterInstance, DagsterRunStatus, RunsFilter
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run_iterator

from orchestration.dagster_parts.data_cuts import add_partition
from orchestration.dagster_parts.run_reasons import innermost_reason
from orchestration.definitions import defs
from orchestration.lock import AlreadyRunningError, refresh_lock
from orchestration.night.failures import write_failure_report
from orchestration.settings import Settings

JOB = "refresh"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class RefreshFailedError(RuntimeError):
    """A run that failed; the message is the first failure, in one line."""


def run_refresh(data_cut: str, tell: Callable[[str], None]) -> str:
    """Run the refresh job for a data cut in this process.

    Args:
        data_cut: the partition.
        tell: called with one line of progress per finished step.

    Returns:
        The run id.

    Raises:
        RefreshFailedError: a step failed; the last good release is still current.
    """
    instance = DagsterInstance.get()
    reap_dead_runs(instance, Settings.from_environment())
    add_partition(instance, data_cut)
    job = defs.resolve_job_def(JOB)
    run = instance.create_run_for_job(job_def=job, run_config=QUIET, tags={"dagster/partition": data_cut})
    failure = None
    for event in execute_run_iterator(InMemoryJob(job), run, instance):
        if event.event_type == DagsterEventType.STEP_START:
            tell(_step_name(event.step_key))
        elif (
            event.event_type in (DagsterEventType.STEP_FAILURE, DagsterEventType.RUN_FAILURE)
            and failure is None
        ):
            failure = innermost_reason(event)
    finished = instance.get_run_by_id(run.run_id)
    if finished is None or finished.status != DagsterRunStatus.SUCCESS:
        reason = failure or "the run did not finish; see it in the Dagster UI"
        write_failure_report(Settings.from_environment(), run.run_id, data_cut, reason)
        raise RefreshFailedError(reason)
    return run.run_id


def reap_dead_runs(instance: DagsterInstance, settings: Settings) -> int:
    """Fail runs that a power cut or a kill left STARTED: whoever holds the lock of the home folder knows nobody else runs.

    Returns:
        How many there were; none are touched while another refresh holds the lock.
    """
    unfinished = RunsFilter(statuses=[DagsterRunStatus.STARTED, DagsterRunStatus.STARTING])
    dead = instance.get_runs(unfinished)
    if not dead:
        return 0
    try:
        with refresh_lock(settings.home, "reaping runs that died"):
            for run in dead:
                instance.report_run_failed(run, "its process died before it finished")
    except AlreadyRunningError:
        return 0
    return len(dead)


def _step_name(step_key: str | None) -> str:
    return (step_key or "").removeprefix("stage_").replace("_", " ")
