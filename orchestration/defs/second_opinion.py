"""The second opinion as an asset check: it must have been asked for before anything is published, whatever it says.

A disagreement has made its rows null and stops nothing. What is counted stands in `night.second_opinion`.
"""

import dagster as dg

from orchestration.dagster_parts.build_resource import SharedBuild
from orchestration.night.blocking import BlockingCheck, record_ran
from orchestration.night.dispute import TABLE
from orchestration.night.quality import FAILED, record_checks
from orchestration.night.second_opinion import opinion_checks

ASKED = BlockingCheck("vigil", "second_opinion_agrees", (TABLE,))
ASSET = dg.AssetKey(TABLE.split("."))
MEANING = "Other code on input put together anew makes the same numbers; those in dispute are null."


@dg.multi_asset_check(
    specs=[dg.AssetCheckSpec(ASKED.name, asset=ASSET, blocking=True, description=MEANING)],
    name="second_opinion",
)
def check(build: SharedBuild) -> dg.AssetCheckResult:
    """Count agreements; a disagreement is a warning here, as it takes back its rows and no more."""
    build.refuse_missing(ASKED.reads)
    found = opinion_checks(build.warehouse.table(TABLE))
    record_checks(build, found)
    record_ran(build, [ASKED])
    failed = [each for each in found if each.status == FAILED]
    return dg.AssetCheckResult(
        passed=not failed,
        asset_key=ASSET,
        check_name=ASKED.name,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(f"{each.table_name}: {each.check_name}" for each in failed) or MEANING,
        metadata={
            "compared": sum(each.n_checked or 0 for each in found),
            "in dispute": sum(each.n_failed or 0 for each in found),
        },
    )


checks = [check]
BLOCKING = [ASKED]
