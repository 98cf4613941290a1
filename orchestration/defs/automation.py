"""When things run: the jobs, the sensor that registers data cuts, the nightly schedule that launches.

The sensor registers complete deliveries as partitions and launches nothing; the schedule launches the refresh of the
newest cut, or says why not. One of the two launches, not both, lest a cut run twice.
"""

import dagster as dg

from orchestration.alerts.messages import failed, set_aside
from orchestration.alerts.tell import tell
from orchestration.dagster_parts.build_resource import PARTITION
from orchestration.dagster_parts.export_run import JOB as HARMONISE
from orchestration.dagster_parts.export_run import WITHIN
from orchestration.dagster_parts.partitions import DATA_CUTS, EXPORTS, add_data_cut
from orchestration.dagster_parts.run_reasons import came_of, innermost_reason, was_held
from orchestration.defs.alerts import say
from orchestration.defs.ingest import export
from orchestration.defs.operating_characteristics import OPERATING
from orchestration.defs.seal import sealed_export
from orchestration.defs.transform import transform_export
from orchestration.landing import data_cuts, exports
from orchestration.lock import AlreadyRunningError
from orchestration.night.failures import write_failure_report
from orchestration.night.plan import refresh_plan
from orchestration.settings import NIGHT_HOUR, TIME_ZONE, Settings

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
    """Leave a readable quality report of a failed run outside any release.

    None of one that found another at work, nor of one inside a run, which has its own.
    """
    run = context.dagster_run
    if came_of(context.failure_event, AlreadyRunningError) or WITHIN in run.tags:
        return
    name, reason = run.tags.get(PARTITION, "unknown"), innermost_reason(context.failure_event)
    of = "PRO-ACT export" if run.job_name == HARMONISE else "data cut"
    settings = Settings.from_environment()
    report = write_failure_report(settings, run.run_id, name, reason, of=of)
    held = was_held([context.failure_event, *context.get_step_failure_events()])
    say(context, tell(settings, [failed(run.run_id, name, report, held=held)], ended=True))


@dg.schedule(
    job=refresh,
    cron_schedule=f"0 {NIGHT_HOUR} * * *",
    execution_timezone=TIME_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    name="nightly",
)
def nightly(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
    """Launch the refresh of the newest data cut, or say why there is nothing to do."""
    settings = Settings.from_environment()
    plan = refresh_plan(settings, settings.protocol())
    if not plan.known:
        return dg.SkipReason("no complete registry delivery in landing/registry/")
    newest = [cut for cut in plan.cuts if cut.data_cut == plan.known[-1]]
    of_deliveries = [set_aside(plan.set_aside)] if plan.set_aside else []
    say(context, tell(settings, of_deliveries, ended=not newest, good=not newest))
    if not newest:
        return dg.SkipReason(f"{plan.known[-1]} is released with these inputs, this protocol and this code")
    cut = newest[0]
    add_data_cut(context.instance, cut.data_cut)
    return [dg.RunRequest(run_key=cut.inputs.fingerprint, partition_key=cut.data_cut)]
