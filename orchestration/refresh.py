"""The refresh of one data cut as a Dagster run, with its progress told line by line.

Imports Dagster: call only once it is known that there is something to do.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from dagster import DagsterEventType, DagsterInstance, EventLogEntry
from sqlalchemy.exc import SQLAlchemyError

from orchestration.dagster_parts.build_resource import build_resource
from orchestration.dagster_parts.event_log import unwritten
from orchestration.dagster_parts.export_run import QUIET, export_run_id
from orchestration.dagster_parts.partitions import add_data_cut
from orchestration.dagster_parts.run_reasons import (
    failed_step,
    first_failure,
    was_held,
    was_interrupted,
    with_way_out,
)
from orchestration.dagster_parts.told_failure import tell_failure
from orchestration.dagster_parts.unfinished_runs import fail_unfinished_runs
from orchestration.definitions import defs
from orchestration.disk import reason_of_full_disk
from orchestration.interruption import StoppedError, hold_while_ending
from orchestration.night.build import Build
from orchestration.night.failures import write_failure_report
from orchestration.night.inputs import CutInputs
from orchestration.settings import Settings

JOB = "refresh"
PUBLISHED = "release__published"


class RefreshFailedError(RuntimeError):
    """A run that failed; the message is the first failure, in one line.

    Attributes:
        run_id: Dagster's.
        report: where its failure report lies, if it could be written.
        step: that failed, as progress names it; others may have begun beside it.
        held: a check or a guard held the release back; nothing broke.
    """

    def __init__(
        self, reason: str, run_id: str = "", report: Path | None = None, *, step: str = "", held: bool = False
    ) -> None:
        super().__init__(reason)
        self.run_id, self.report, self.step, self.held = run_id, report, step, held


def run_refresh(inputs: CutInputs, tell: Callable[[str], None]) -> bool:
    """Run the refresh job for a data cut in this process, which holds the lock of the home folder.

    Args:
        inputs: what the plan found for the cut; the build is pinned to it and does not look at landing again.
        tell: called with one line of progress as each step starts.

    Returns:
        Whether a release was made: not where another run made it since it was planned.

    Raises:
        RefreshFailedError: a step failed; the last good release is still current.
        StoppedError: a signal came that nobody but Dagster watched for.
    """
    settings, run_id = Settings.from_environment(), str(uuid4())
    try:
        if Build(settings, inputs.data_cut, inputs).released_already():
            return False
        return _run(settings, inputs, run_id, tell)
    except (RefreshFailedError, StoppedError):
        raise
    except Exception as error:
        # Dagster itself cannot go on where it cannot write.
        reason = reason_of_full_disk(error, settings.home)
        if reason is None:
            raise
        raise RefreshFailedError(reason, run_id, _report(settings, run_id, inputs, reason)) from error


def _run(settings: Settings, inputs: CutInputs, run_id: str, tell: Callable[[str], None]) -> bool:
    instance = DagsterInstance.get()
    fail_unfinished_runs(instance)
    add_data_cut(instance, inputs.data_cut)
    # The result comes at the end; the instance tells of every event of the run as it happens.
    for each in (run_id, export_run_id(run_id)):
        instance.add_event_listener(each, lambda entry: _tell_step(entry, tell))
    result = defs.resolve_job_def(JOB).execute_in_process(
        run_config=QUIET,
        instance=instance,
        partition_key=inputs.data_cut,
        run_id=run_id,
        resources={"build": build_resource(inputs)},
        raise_on_error=False,
    )
    if n_unwritten := unwritten(instance):
        tell(
            f"{n_unwritten} events could not be written to Dagster's log: its pages lack them, the release does not"
        )
    # What a signal broke off has not failed.
    hold_while_ending()
    if was_interrupted(result.all_events):
        raise StoppedError
    if not result.success:
        reason = with_way_out(
            first_failure(result.all_events) or "the run did not finish; see it in the Dagster UI"
        )
        report = _report(settings, run_id, inputs, reason)
        with suppress(SQLAlchemyError):
            tell_failure(instance, result.dagster_run, reason, report)
        step = _shown(failed_step(result.all_events))
        raise RefreshFailedError(reason, run_id, report, step=step, held=was_held(result.all_events))
    return bool(result.asset_materializations_for_node(PUBLISHED))


def _report(settings: Settings, run_id: str, inputs: CutInputs, reason: str) -> Path | None:
    """The report of a failure; one that cannot be written hides nothing, as the reason is raised."""
    try:
        return write_failure_report(settings, run_id, inputs.data_cut, reason)
    except OSError:
        return None


def _tell_step(entry: EventLogEntry, tell: Callable[[str], None]) -> None:
    event = entry.dagster_event
    if event is not None and event.event_type == DagsterEventType.STEP_START:
        tell(_shown(event.step_key))


def _shown(step_key: str | None) -> str:
    """A step's name as a person reads it."""
    return (step_key or "").removeprefix("stage_").replace("_", " ")
