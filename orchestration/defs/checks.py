"""Great Expectations suites as asset checks: errors block what is downstream, warnings are reported.

Two checks a suite, made by one step. Results carry counts only.
"""

from collections.abc import Iterator

import dagster as dg

from expectations.rules import Outcome, Suite
from expectations.suites import SUITES
from orchestration.build import Build
from orchestration.data_cuts import DATA_CUTS
from orchestration.quality import FAILED, PASSED, WARNED, CheckResult, record_checks

BLOCKING, WARNING = "plausible", "plausible_warnings"


def suite_checks(suite: Suite) -> dg.AssetChecksDefinition:
    """The blocking and the warning check of one suite."""
    asset = dg.AssetKey(suite.table.split("."))
    specs = [
        dg.AssetCheckSpec(
            BLOCKING, asset=asset, blocking=True, description="Rules that stop the build when broken."
        ),
        dg.AssetCheckSpec(WARNING, asset=asset, description="Rules that are reported when broken."),
    ]

    @dg.multi_asset_check(specs=specs, name=f"gx_{suite.name}", partitions_def=DATA_CUTS)
    def _checks(context: dg.AssetCheckExecutionContext, build: Build) -> Iterator[dg.AssetCheckResult]:
        from expectations.runner import validate  # noqa: PLC0415

        outcomes = validate(suite, build.warehouse.columns(suite.table, suite.columns, suite.where))
        record_checks(build, context.partition_key, [_row(suite, outcome) for outcome in outcomes])
        for check, severity in ((BLOCKING, "error"), (WARNING, "warning")):
            yield _result(asset, check, [o for o in outcomes if o.severity == severity])

    return _checks


def _result(asset: dg.AssetKey, check: str, outcomes: list[Outcome]) -> dg.AssetCheckResult:
    broken = [outcome for outcome in outcomes if not outcome.passed]
    severity = dg.AssetCheckSeverity.ERROR if check == BLOCKING else dg.AssetCheckSeverity.WARN
    described = "; ".join(f"{o.rule}: {o.n_failed if o.n_failed is not None else 'all'} rows" for o in broken)
    return dg.AssetCheckResult(
        passed=not broken,
        asset_key=asset,
        check_name=check,
        severity=severity,
        description=described or f"{len(outcomes)} rules hold",
        metadata={"rules": len(outcomes), "broken": len(broken)},
    )


def _row(suite: Suite, outcome: Outcome) -> CheckResult:
    status = PASSED if outcome.passed else (FAILED if outcome.severity == "error" else WARNED)
    failed, checked = outcome.n_failed, outcome.n_checked
    return CheckResult(
        "gx", suite.table, outcome.rule, outcome.meaning, outcome.severity, status, failed, checked
    )


checks = [suite_checks(suite) for suite in SUITES]
