"""What Dagster tells somebody outside: that a night was good, and, whenever the daemon is up, what did not happen.

A failed run is told by the sensor that reports it, a night with nothing new by the schedule. What is told, and that it is
told once, stands in `orchestration.alerts`.
"""

from collections.abc import Iterable

import dagster as dg

from orchestration.alerts.tell import last_release, tell
from orchestration.settings import Settings

EVERY = 300
"""Seconds between two looks."""
JOB = "refresh"


def say(
    context: dg.SensorEvaluationContext | dg.RunStatusSensorContext | dg.ScheduleEvaluationContext,
    lines: Iterable[str],
) -> None:
    """What went wrong with telling goes to the daemon's log."""
    for line in lines:
        context.log.warning(line)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    name="refreshed",
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of a new release; off where no address is set.",
)
def tell_release(context: dg.RunStatusSensorContext) -> None:
    """Tell of the release of a run that ended well, and give the sign of life."""
    if context.dagster_run.job_name != JOB:
        return
    settings = Settings.from_environment()
    say(context, tell(settings, ended=True, good=True, known=last_release(settings) - 1))


@dg.sensor(
    name="watch",
    minimum_interval_seconds=EVERY,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of nights and deliveries that did not come; off where no address is set.",
)
def watch(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Look for what did not happen, and send what could not be sent before; launches nothing."""
    settings = Settings.from_environment()
    if not settings.alert_urls:
        return dg.SkipReason("VIGIL_ALERT_URLS is not set: nobody is told anything")
    say(context, tell(settings))
    return dg.SkipReason("what there was to tell is told")


sensors = [tell_release, watch]
