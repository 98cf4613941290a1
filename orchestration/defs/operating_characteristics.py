"""What the headline method could have shown: an asset and a job of their own, as a run takes longer than a night should.

It works on the current release; the next refresh takes its table over.
"""

import dagster as dg

from analytics.catalogue import TABLES
from orchestration.dagster_parts.metadata import column_schema
from orchestration.night.operating_run import INPUT, TAKEN
from orchestration.operating.run import operating_run
from orchestration.settings import Settings


@dg.asset(
    key=dg.AssetKey(TAKEN.split(".")),
    group_name="robustness",
    description=f"The last run on the current release. {TABLES[INPUT].description}",
    metadata={"dagster/column_schema": column_schema(TABLES[INPUT])},
    kinds={"python", "numba"},
    owners=["team:biostatistics"],
)
def last_run(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Make it, or go on with one that was stopped."""
    ended = operating_run(
        Settings.from_environment(),
        lambda scenario, done, wanted: context.log.info(f"{scenario.name}: {done} of {wanted}"),
    )
    table = ended.kept.table()
    return dg.MaterializeResult(metadata={"dagster/row_count": len(table), "run": ended.kept.run or "none"})


OPERATING = dg.AssetSelection.assets(last_run)
job = dg.define_asset_job(
    "operating_characteristics",
    selection=OPERATING,
    executor_def=dg.in_process_executor,
    description="What the headline method could have shown on the patients of the current release; takes long.",
)
assets = [last_run]
