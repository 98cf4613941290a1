"""Great Expectations suites as asset checks: errors block what is downstream, warnings are reported.

Two checks a suite, made by one step. Results carry counts only. A suite on a profile hangs on the mart it profiles, so
that a failure stops the analysis.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import dagster as dg

from expectations.rules import Outcome, Suite
from expectations.suites import SUITES
from orchestration.dagster_parts.build_resource import SharedBuild
from orchestration.night.blocking import BlockingCheck, record_ran
from orchestration.night.build import Build
from orchestration.night.quality import (
    FAILED,
    PASSED,
    WARNED,
    CheckResult,
    record_checks,
    recorded_checks,
)


def suite_checks(suite: Suite) -> dg.AssetChecksDefinition:
    """The blocking and the warning check of one suite: `<suite>_plausible` and `<suite>_plausible_warnings`."""
    asset = dg.AssetKey(suite.table.split("."))
    blocking, warning = f"{suite.name}_plausible", f"{suite.name}_plausible_warnings"
    also = [dg.AssetKey(suite.profile.split("."))] if suite.profile else []
    specs = [
        dg.AssetCheckSpec(name, asset=asset, additional_deps=also, blocking=stops, description=words)
        for name, stops, words in (
            (blocking, True, "Rules that stop the build when broken."),
            (warning, False, "Rules that are reported when broken."),
        )
    ]

    @dg.multi_asset_check(specs=specs, name=f"gx_{suite.name}")
    def _checks(context: dg.AssetCheckExecutionContext, build: SharedBuild) -> Iterator[dg.AssetCheckResult]:
        if build.is_harmonised:
            yield from _recorded(build, suite)
            return
        from expectations.runner import validate

        build.refuse_missing(blocking_check(suite).reads)
        frame = build.warehouse.columns(suite.reads, suite.fetched, suite.where)
        outcomes = validate(suite, frame, date.fromisoformat(build.data_cut))
        record_checks(build, [_row(suite, outcome) for outcome in outcomes])
        record_ran(build, [blocking_check(suite)])
        errors = [outcome for outcome in outcomes if outcome.severity == "error"]
        yield _result(asset, blocking, dg.AssetCheckSeverity.ERROR, errors)
        warnings = [outcome for outcome in outcomes if outcome.severity == "warning"]
        yield _result(asset, warning, dg.AssetCheckSeverity.WARN, warnings)
        if broken := _broken(errors):
            raise dg.Failure(
                f"error: {suite.table}: {_described(broken)} Way out: {suite.way_out}", allow_retries=False
            )

    return _checks


def _recorded(build: Build, suite: Suite) -> Iterator[dg.AssetCheckResult]:
    """What the suite found of the very tables that the build began with: nothing that blocks, or they were not sealed."""
    rules_of = {(suite.table, rule.name) for rule in suite.rules}
    found = [each for each in recorded_checks(build, "gx") if (each.table_name, each.check_name) in rules_of]
    for severity, ending, words in (
        (dg.AssetCheckSeverity.ERROR, "plausible", "error"),
        (dg.AssetCheckSeverity.WARN, "plausible_warnings", "warning"),
    ):
        rules = [check for check in found if check.severity == words]
        broken = [check.description for check in rules if check.status != PASSED]
        yield dg.AssetCheckResult(
            passed=not broken,
            asset_key=dg.AssetKey(suite.table.split(".")),
            check_name=f"{suite.name}_{ending}",
            severity=severity,
            description="; ".join(broken) or f"{len(rules)} rules hold",
            metadata={"rules": len(rules), "broken": len(broken)},
        )


def blocking_check(suite: Suite) -> BlockingCheck:
    """A suite as what must have run before anything is published."""
    return BlockingCheck("gx", f"{suite.name}_plausible", tuple(dict.fromkeys((suite.table, suite.reads))))


def _result(
    asset: dg.AssetKey, check: str, severity: dg.AssetCheckSeverity, outcomes: Sequence[Outcome]
) -> dg.AssetCheckResult:
    broken = _broken(outcomes)
    return dg.AssetCheckResult(
        passed=not broken,
        asset_key=asset,
        check_name=check,
        severity=severity,
        description=_described(broken) or f"{len(outcomes)} rules hold",
        metadata={"rules": len(outcomes), "broken": len(broken)},
    )


def _broken(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if not outcome.passed]


def _described(broken: Sequence[Outcome]) -> str:
    """What is broken in one line: rules, columns, counts, the first place and what must hold, no value."""
    return "; ".join(f"{outcome.rule} ({_extent(outcome)}): {outcome.meaning}" for outcome in broken)


def _extent(outcome: Outcome) -> str:
    if outcome.note:
        return outcome.note
    extent = "over all" if outcome.n_failed is None else f"{outcome.n_failed} of {outcome.n_checked} rows"
    return ", ".join(
        part for part in (outcome.column, extent, outcome.place and f"first {outcome.place}") if part
    )


def _row(suite: Suite, outcome: Outcome) -> CheckResult:
    status = PASSED if outcome.passed else (FAILED if outcome.severity == "error" else WARNED)
    meaning = f"{outcome.meaning} ({outcome.note})" if outcome.note else outcome.meaning
    return CheckResult(
        "gx",
        suite.table,
        outcome.rule,
        meaning,
        outcome.severity,
        status,
        outcome.n_failed,
        outcome.n_checked,
    )


checks = [suite_checks(suite) for suite in SUITES]
BLOCKING = [blocking_check(suite) for suite in SUITES]
