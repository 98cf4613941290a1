"""When things run: the jobs, the sensor that registers data cuts, the nightly schedule that launches.

The sensor of deliveries registers them as partitions and launches nothing; the schedule launches the refresh of every
data cut that lacks a release, oldest first, or says why not. A night whose process died is failed by a sensor and made once
more. Does not belong here: what a refresh does.
"""

import time
from collections.abc import Collection, Iterator

import dagster as dg

from orchestration.alerts.messages import failed, set_aside
from orchestration.alerts.tell import tell
from orchestration.dagster_parts.build_resource import PARTITION
from orchestration.dagster_parts.export_run import JOB as HARMONISE
from orchestration.dagster_parts.export_run import WITHIN
from orchestration.dagster_parts.partitions import DATA_CUTS, EXPORTS, add_data_cut
from orchestration.dagster_parts.run_reasons import came_of, told_reason, was_held
from orchestration.dagster_parts.told_failure import tell_failure
from orchestration.dagster_parts.unfinished_runs import DIED, silent_runs
from orchestration.defs.alerts import say
from orchestration.defs.ingest import export
from orchestration.defs.operating_characteristics import OPERATING, last_run
from orchestration.defs.operating_characteristics import job as operating
from orchestration.defs.seal import sealed_export
from orchestration.defs.transform import transform_export
from orchestration.landing import data_cuts, exports
from orchestration.lock import AlreadyRunningError
from orchestration.night.failures import report_of, write_failure_report
from orchestration.night.plan import PlannedCut, RefreshPlan, refresh_plan
from orchestration.settings import TIME_ZONE, Settings

FINGERPRINT, AGAIN = "vigil/fingerprint", "vigil/again"
"""Tags of a run: what it is made from, and the dead run whose night it makes."""
WAITING = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]
NIGHTLY = "nightly"
OF_EXPORT = dg.AssetSelection.assets(export, transform_export, sealed_export)
harmonise = dg.define_asset_job(
    HARMONISE,
    selection=OF_EXPORT,
    partitions_def=EXPORTS,
    executor_def=dg.in_process_executor,
    description="What is made of a PRO-ACT export alone, once; a refresh does it where nobody has.",
    tags={"dagster/max_runtime": 7200},
)

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - OF_EXPORT - OPERATING,
    partitions_def=DATA_CUTS,
    executor_def=dg.in_process_executor,
    description="From the deliveries of one data cut to a release.",
    tags={"dagster/max_runtime": 7200},
)


@dg.sensor(
    minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING, name="complete_deliveries"
)
def register_deliveries(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Make a partition of every complete delivery, so that a missed night is visible."""
    settings = Settings.from_environment()
    requests = []
    for partitions, complete in ((DATA_CUTS, data_cuts(settings)), (EXPORTS, exports(settings))):
        known = partitions.get_partition_keys(dynamic_partitions_store=context.instance)
        if new := [name for name in complete if name not in known]:
            requests.append(partitions.build_add_request(new))
    if not requests:
        return dg.SkipReason("no new complete delivery")
    return dg.SensorResult(dynamic_partitions_requests=requests)


@dg.run_failure_sensor(
    name="failed_refresh", monitored_jobs=[refresh, harmonise], default_status=dg.DefaultSensorStatus.RUNNING
)
def report_failure(context: dg.RunFailureSensorContext) -> None:
    """Leave a readable quality report of a failed run outside any release, and tell of it on the run's page.

    None of one that found another at work, nor of one inside a run, which has its own; the command line has left that of its
    own runs.
    """
    run = context.dagster_run
    if came_of(context.failure_event, AlreadyRunningError) or WITHIN in run.tags:
        return
    settings, name = Settings.from_environment(), run.tags.get(PARTITION, "unknown")
    if report_of(settings, run.run_id, name).exists():
        return
    of = "PRO-ACT export" if run.job_name == HARMONISE else "data cut"
    reason = told_reason(context.failure_event)
    report = write_failure_report(settings, run.run_id, name, reason, of=of)
    tell_failure(context.instance, run, reason, report)
    held = was_held([context.failure_event, *context.get_step_failure_events()])
    say(context, tell(settings, [failed(run.run_id, name, report, held=held)], ended=True))


@dg.sensor(
    job=refresh, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING, name="dead_runs"
)
def end_dead_runs(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Fail runs that nobody makes any more, lest they hold up the queue, and make the schedule's ones once more."""
    settings = Settings.from_environment()
    dead = [run for run in silent_runs(context.instance, settings.home, time.time()) if _needs_lock(run)]
    for run in dead:
        context.instance.report_run_failed(run, DIED)
    if not dead:
        return dg.SkipReason("no run is dead")
    return dg.SensorResult(run_requests=[_once_more(run) for run in dead if _is_a_night(run)])


def _needs_lock(run: dg.DagsterRun) -> bool:
    """All do but those of the operating characteristics, which are silent for long."""
    return run.job_name != operating.name and run.asset_selection != {last_run.key}


def _is_a_night(run: dg.DagsterRun) -> bool:
    """Whether the schedule asked for it; one that was made again already is not, lest it end the machine for ever."""
    return run.tags.get("dagster/schedule_name") == NIGHTLY and AGAIN not in run.tags


def _once_more(run: dg.DagsterRun) -> dg.RunRequest:
    kept = {name: run.tags[name] for name in (FINGERPRINT,) if name in run.tags}
    return dg.RunRequest(
        run_key=f"{AGAIN} {run.run_id}", partition_key=run.tags[PARTITION], tags={AGAIN: run.run_id} | kept
    )


@dg.schedule(
    job=refresh,
    cron_schedule=Settings.from_environment().schedule,
    execution_timezone=TIME_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    name=NIGHTLY,
)
def nightly(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
    """Launch the refresh of every data cut that is to be made, oldest first, or say why there is nothing to do."""
    settings = Settings.from_environment()
    plan = refresh_plan(settings, settings.protocol())
    waiting = _under_way(context.instance)
    wanted = [cut for cut in plan.cuts if cut.inputs.fingerprint not in waiting]
    of_deliveries = [set_aside(plan.set_aside)] if plan.set_aside else []
    say(context, tell(settings, of_deliveries, ended=not plan.cuts, good=not plan.cuts))
    if not wanted:
        return dg.SkipReason("; ".join(_why_nothing(plan)))
    for line in plan.set_aside:
        context.log.warning(f"not picked up: {line}")
    for cut in wanted:
        add_data_cut(context.instance, cut.data_cut)
    return [_asked(cut, context.scheduled_execution_time.isoformat()) for cut in wanted]


def _asked(cut: PlannedCut, tick: str) -> dg.RunRequest:
    """A run a cut and tick: what failed last night is tried again tonight, from the same inputs or not."""
    fingerprint = cut.inputs.fingerprint
    return dg.RunRequest(
        run_key=f"{tick} {fingerprint}", partition_key=cut.data_cut, tags={FINGERPRINT: fingerprint}
    )


def _under_way(instance: dg.DagsterInstance) -> Collection[str]:
    """Fingerprints of runs that wait or work."""
    runs = instance.get_runs(dg.RunsFilter(job_name=refresh.name, statuses=WAITING))
    return {run.tags[FINGERPRINT] for run in runs if FINGERPRINT in run.tags}


def _why_nothing(plan: RefreshPlan) -> Iterator[str]:
    if plan.cuts:
        yield f"a run of {', '.join(cut.data_cut for cut in plan.cuts)} waits or works already"
    elif plan.known:
        yield f"{plan.known[-1]} is released with these inputs, this protocol and this code"
    else:
        yield "no complete registry delivery in landing/registry/"
    yield from (f"not picked up: {line}" for line in plan.set_aside)
