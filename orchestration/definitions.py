"""What Dagster loads; nothing else."""

import dagster as dg

from orchestration.defs import analysis, automation, checks, ingest, release, transform
from orchestration.night.build import Build

defs = dg.Definitions(
    assets=[*ingest.assets, transform.transform, *analysis.assets, *release.assets],
    asset_checks=checks.checks,
    jobs=[automation.refresh],
    schedules=[automation.nightly],
    sensors=[automation.register_data_cuts, automation.report_failure],
    resources={"build": Build(), "dbt": transform.dbt},
    executor=dg.in_process_executor,
)
