"""What Dagster loads; nothing else."""

import dagster as dg

from orchestration.dagster_parts.build_resource import build_resource
from orchestration.defs import (
    analysis,
    automation,
    checks,
    guards,
    ingest,
    release,
    second_opinion,
    transform,
)

defs = dg.Definitions(
    assets=[*ingest.assets, transform.transform, *analysis.assets, *release.assets],
    asset_checks=[*checks.checks, *guards.checks, *second_opinion.checks],
    jobs=[automation.refresh],
    schedules=[automation.nightly],
    sensors=[automation.register_data_cuts, automation.report_failure],
    resources={"build": build_resource(), "dbt": transform.dbt},
    executor=dg.in_process_executor,
)
