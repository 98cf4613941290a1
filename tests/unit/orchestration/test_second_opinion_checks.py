"""The second opinion as rows of `quality.check_result`: a failure stops nothing, and no answer is counted."""

import pandas as pd

from analytics.catalogue import TABLES
from analytics.study import STAGES, not_made
from orchestration.defs import release, second_opinion
from orchestration.night.quality import CheckResult
from orchestration.night.second_opinion import opinion_checks


def opinions(**agrees: list[str | None]) -> pd.DataFrame:
    """Rows of a quantity each."""
    declared = TABLES["second_opinion"]
    return declared.frame(
        [
            declared.row(table_name="effect_estimate", quantity=name, version="1.2", agrees=one)
            for name, answers in agrees.items()
            for one in answers
        ]
    )


def test_a_check_a_quantity_counts_what_was_compared_and_what_was_not() -> None:
    ratio, error, test = opinion_checks(
        opinions(log_hazard_ratio=["Y", "N", "Y"], standard_error=["Y"], log_rank_chi2=["Y", None])
    )
    assert ratio == CheckResult(
        "vigil", "results.effect_estimate", "second_opinion_log_hazard_ratio",
        "lifelines 1.2 makes the same log hazard ratio.", "warning", "fail", 1, 3,
    )  # fmt: skip
    assert (error.status, error.n_failed, error.n_checked) == ("pass", 0, 1)
    assert (test.status, test.n_failed, test.n_checked) == ("warn", 0, 1)
    assert test.description == "lifelines 1.2 makes the same log-rank χ². No second opinion on 1 of 2."


def test_no_failure_of_it_is_of_the_severity_that_stops_a_release() -> None:
    found = opinion_checks(opinions(log_hazard_ratio=["N"], median_days=[None]))
    assert {check.severity for check in found} == {"warning"}


def test_a_stage_that_was_not_made_is_a_warning_that_says_why() -> None:
    stage = next(stage for stage in STAGES if stage.name == "second_opinion")
    table = not_made(stage, _protocol(), {}, "not made: unexpected ZeroDivisionError")["second_opinion"]
    (check,) = opinion_checks(table)
    assert (check.check_name, check.status, check.severity) == ("second_opinion_made", "warn", "warning")
    assert check.description == "not made: unexpected ZeroDivisionError"


def test_nothing_is_published_without_asking() -> None:
    assert second_opinion.ASKED in release.BLOCKING


def _protocol() -> object:
    from analytics.protocol import Protocol

    return Protocol()
