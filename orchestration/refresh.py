"""The refresh of one data cut as a Dagster run, with its progress told line by line.

Imports Dagster: call only once it is known that there is something to do.
"""

from collections.abc import Callable

from dagster import DagsterEventType, DagsterInstance, DagsterRunStatus
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run_iterator

from orchestration.data_cuts import DATA_CUTS
from orchestration.definitions import defs

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
    if not instance.has_dynamic_partition(DATA_CUTS.name, data_cut):
        instance.add_dynamic_partitions(DATA_CUTS.name, [data_cut])
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
            failure = _reason(event)
    finished = instance.get_run_by_id(run.run_id)
    if finished is None or finished.status != DagsterRunStatus.SUCCESS:
        raise RefreshFailedError(failure or "the run did not finish; see it in the Dagster UI")
    return run.run_id


def _step_name(step_key: str | None) -> str:
    return (step_key or "").removeprefix("stage_").replace("_", " ")


def _reason(event: object) -> str:
    """The innermost cause in one line, without stack or step names."""
    error = getattr(event.event_specific_data, "error", None)  # type: ignore[attr-defined]
    if error is None:
        return str(getattr(event, "message", "")).splitlines()[0]
    while error.cause is not None:
        error = error.cause
    user = getattr(event.event_specific_data, "user_failure_data", None)  # type: ignore[attr-defined]
    if user is not None and user.description:
        return user.description.splitlines()[0]
    return error.message.strip().splitlines()[0].partition(": ")[2] or error.message.strip()
