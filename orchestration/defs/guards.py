"""The guards against loss as asset checks: they block the study as soon as what they look at is there.

Recorded beside dbt's and Great Expectations' checks. What is looked at, and what is too much, stands in `night`.
"""

from collections.abc import Callable, Sequence
from functools import partial

import dagster as dg

from orchestration.dagster_parts.build_resource import SharedBuild
from orchestration.dagster_parts.run_reasons import REFUSALS
from orchestration.night.blocking import BlockingCheck, record_ran
from orchestration.night.build import Build
from orchestration.night.drop_guard import refuse_erased_subjects, refuse_losses
from orchestration.night.lineage import PARENT
from orchestration.night.losses import Figure, figures_of_marts, matched_sets
from orchestration.night.quality import FAILED, PASSED, WARNED, CheckResult, record_checks
from orchestration.night.understanding import refuse_not_understood
from orchestration.night.unread_requests import refuse_unread_requests


def _guard(
    guard: BlockingCheck, meaning: str, refuse: Callable[[Build], Sequence[Figure]]
) -> dg.AssetChecksDefinition:
    """A check that lets pass what `refuse` does; how many losses it accepts is told as a warning."""
    table, *reads = (name for name in guard.reads if name != PARENT)
    spec = dg.AssetCheckSpec(
        guard.name,
        asset=dg.AssetKey(table.split(".")),
        additional_deps=[dg.AssetKey(read.split(".")) for read in reads],
        blocking=True,
        description=meaning,
    )

    @dg.multi_asset_check(specs=[spec], name=f"guard_{guard.name}")
    def _check(build: SharedBuild) -> dg.AssetCheckResult:
        build.refuse_missing(guard.reads)
        row = partial(CheckResult, "vigil", table, guard.name, severity="error", n_checked=None)
        try:
            accepted = [figure.line for figure in refuse(build)]
        except REFUSALS:
            record_checks(build, [row(description=meaning, status=FAILED, n_failed=None)])
            raise
        # The lines are counts that the public edition of the report may not show.
        told = f"{meaning} Losses accepted: {len(accepted)}." if accepted else meaning
        status = WARNED if accepted else PASSED
        record_checks(build, [row(description=told, status=status, n_failed=len(accepted))])
        record_ran(build, [guard])
        return dg.AssetCheckResult(passed=True, description=told, metadata={"accepted": accepted})

    return _check


def _delivery(build: Build) -> list[Figure]:
    """What is not understood comes first: what it lacks is lost as well, and to accept that would be no way out."""
    refuse_unread_requests(build)
    refuse_erased_subjects(build)
    refuse_not_understood(build)
    return refuse_losses(build, figures_of_marts(build))


NOTHING_IS_LOST = BlockingCheck(
    "vigil",
    "nothing_is_lost",
    (
        "marts.adsl",
        "marts.adae",
        "quality.record_count",
        "quality.understood_count",
        "quality.rejected_row",
        PARENT,
    ),
)
MATCHED_SETS_ARE_KEPT = BlockingCheck(
    "vigil", "matched_sets_are_kept", ("results.matched_set", "results.analysis_set", PARENT)
)
BLOCKING = [NOTHING_IS_LOST, MATCHED_SETS_ARE_KEPT]
checks = [
    _guard(
        NOTHING_IS_LOST,
        "What was delivered is understood, and nothing fell too far since the release before unless it was accepted.",
        _delivery,
    ),
    _guard(
        MATCHED_SETS_ARE_KEPT,
        "The matched sets of the release before are not lost.",
        lambda build: refuse_losses(build, matched_sets(build)),
    ),
]
