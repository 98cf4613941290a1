"""What Dagster loads; nothing else."""

import dagster as dg

from orchestration.dagster_parts import export_run
from orchestration.dagster_parts.build_resource import build_resource, export_resource
from orchestration.defs import (
    alerts,
    analysis,
    automation,
    checks,
    guards,
    ingest,
    operating_characteristics,
    release,
    retention,
    seal,
    second_opinion,
    transform,
)

defs: dg.Definitions = dg.Definitions(
    assets=[
        *ingest.assets,
        *transform.assets,
        *seal.assets,
        *analysis.assets,
        *release.assets,
        *operating_characteristics.assets,
    ],
    asset_checks=[*checks.checks, *guards.checks, *second_opinion.checks],
    jobs=[automation.harmonise, automation.refresh, operating_characteristics.job],
    schedules=[automation.nightly],
    sensors=[
        automation.register_deliveries,
        automation.report_failure,
        automation.end_dead_runs,
        *alerts.sensors,
        *retention.sensors,
    ],
    resources={
        "build": build_resource(),
        "export": export_resource(),
        "harmonise": export_run.Harmonise(lambda: defs.resolve_job_def(export_run.JOB)),
        "dbt": transform.dbt,
    },
    executor=dg.in_process_executor,
)
