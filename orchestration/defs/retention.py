"""What Dagster lets go of by itself: the logs of old runs, whoever made them.

Its own ticks go by `dagster.yaml`. What is kept of releases and of deliveries that were read is a night's own to say.
"""

import dagster as dg

from orchestration.dagster_parts.run_retention import let_go_of_old_runs
from orchestration.settings import Settings

EVERY = 600
"""Seconds between two looks."""


@dg.sensor(
    name="old_runs",
    minimum_interval_seconds=EVERY,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Deletes the logs of all but the newest runs (VIGIL_KEEP_RUNS).",
)
def old_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Let go of old runs and write back what lies ahead of Dagster's databases; launches nothing."""
    settings = Settings.from_environment()
    if n := let_go_of_old_runs(context.instance, settings):
        return dg.SkipReason(f"{n} old runs were deleted")
    return dg.SkipReason(
        f"no more than {settings.keep_runs} finished runs" if settings.keep_runs else "all runs are kept"
    )


sensors = [old_runs]
