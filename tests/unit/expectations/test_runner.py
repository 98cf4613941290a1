"""What the runner makes of empty frames, rules that cannot run, and values that must not leak."""

import logging
from dataclasses import replace

import pandas as pd
import pytest

from expectations import Rule, Suite, validate
from expectations.runner import NOT_EVALUATED, NOTHING_TO_CHECK
from expectations.shapes import between, filled, matching, median_between, not_after, one_of
from tests.unit.expectations.plausible_frames import CUT, plausible_frame, suite_named

SECRET = "PLANTED-SUBJECT-0042"


def suite_of(*rules: Rule, **more: object) -> Suite:
    return Suite("made_up", "marts.made_up", ("USUBJID", "AGE"), rules, **more)


AGE_RULE = between("age", "AGE", 18, 100, "Adults.", "F23")
FRAME = pd.DataFrame({"USUBJID": [f"P-{i}" for i in range(20)], "AGE": [50.0] * 20})


def test_failing_rows_are_counted_and_missing_cells_are_not_checked() -> None:
    frame = FRAME.assign(AGE=[17.0, 101.0, None, *[50.0] * 17])
    (outcome,) = validate(suite_of(AGE_RULE), frame, CUT)
    assert (outcome.passed, outcome.n_failed, outcome.n_checked) == (False, 2, 19)


def test_outcomes_come_in_the_order_of_the_rules() -> None:
    rules = [replace(AGE_RULE, name=f"rule {i}", where=f"AGE > {i % 3}") for i in range(7)]
    assert [o.rule for o in validate(suite_of(*rules), FRAME, CUT)] == [rule.name for rule in rules]


@pytest.mark.parametrize(("may_be_empty", "severity"), [(False, "error"), (True, "warning")])
def test_a_suite_without_rows_fails_or_warns_where_that_may_be(may_be_empty: bool, severity: str) -> None:
    (outcome,) = validate(suite_of(AGE_RULE, may_be_empty=may_be_empty), FRAME.head(0), CUT)
    assert (outcome.passed, outcome.severity, outcome.note) == (False, severity, NOTHING_TO_CHECK)


@pytest.mark.parametrize(("may_be_empty", "severity"), [(False, "error"), (True, "warning")])
@pytest.mark.parametrize(
    ("rule", "frame"),
    [
        (replace(AGE_RULE, where="AGE > 1000"), FRAME),
        (AGE_RULE, FRAME.assign(AGE=float("nan"))),
        (median_between("m", "AGE", 1, 2, "", ""), FRAME.assign(AGE=float("nan"))),
        (not_after("p", "AGE", "CUTDT", "", ""), FRAME.assign(AGE=pd.NaT)),
    ],
    ids=["no row satisfies the condition", "no filled cell", "no filled cell for a median", "no pair"],
)
def test_a_rule_with_nothing_to_look_at_fails_or_warns(
    rule: Rule, frame: pd.DataFrame, may_be_empty: bool, severity: str
) -> None:
    (outcome,) = validate(suite_of(replace(rule, may_be_empty=may_be_empty)), frame, CUT)
    assert (outcome.passed, outcome.severity, outcome.note) == (False, severity, NOTHING_TO_CHECK)


@pytest.mark.parametrize(
    "rule",
    [
        between("no such column", "NOPE", 0, 1, "", "", may_be_empty=True),
        Rule("no such expectation", "ExpectNothing", {}, "error", "", "", may_be_empty=True),
        Rule("no such argument", "ExpectColumnValuesToBeBetween", {"pillar": "AGE"}, "error", "", ""),
        between("no such comparison", "USUBJID", 0, 1, "", ""),
        between("condition that cannot be read", "AGE", 0, 100, "", "", where="AGE >"),
        between("condition on no column", "AGE", 0, 100, "", "", where="NOPE == 1"),
    ],
    ids=lambda rule: rule.name,
)
def test_a_rule_that_cannot_run_has_failed_and_the_others_still_run(rule: Rule) -> None:
    crashed, other = validate(suite_of(rule, AGE_RULE), FRAME, CUT)
    assert (crashed.passed, crashed.severity, crashed.note) == (False, "error", NOT_EVALUATED)
    assert other.passed


def test_a_derived_column_that_cannot_be_made_fails_its_rules() -> None:
    rule = between("derived", "D", 0, 1, "", "")
    (outcome,) = validate(suite_of(rule, derived={"D": "NOPE + 1"}), FRAME, CUT)
    assert (outcome.passed, outcome.note) == (False, NOT_EVALUATED)


def test_nothing_after_the_data_cut_is_checked_against_the_cut_it_is_given() -> None:
    rule = not_after("cut", "SEEN", "CUTDT", "", "")
    frame = FRAME.assign(SEEN=pd.Timestamp(CUT))
    assert validate(suite_of(rule), frame, CUT)[0].passed
    frame.loc[3, "SEEN"] += pd.Timedelta(days=1)
    assert validate(suite_of(rule), frame, CUT)[0].n_failed == 1


def test_no_failing_value_is_in_an_outcome_a_log_or_the_output(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    frame = FRAME.assign(USUBJID=SECRET, AGE=[987654321.5] * 20, MIXED=[SECRET, 1] * 10)
    rules = (
        AGE_RULE,
        one_of("set", "USUBJID", ["A"], "", ""),
        matching("regex", "USUBJID", "^X", "", ""),
        median_between("median", "AGE", 0, 1, "", ""),
        filled("missing", "USUBJID", 1.0, "", "", where="AGE < 0"),
        between("crashes on a value", "MIXED", 0, 1, "", ""),
        between("crashes on a text", "USUBJID", 0, 1, "", ""),
    )
    with caplog.at_level(logging.DEBUG):
        outcomes = validate(suite_of(*rules), frame, CUT)
    assert not any(outcome.passed for outcome in outcomes)
    written = [repr(outcomes), *(str(o) for o in outcomes), caplog.text, *capfd.readouterr()]
    assert not any(secret in text for text in written for secret in (SECRET, "987654321"))


@pytest.mark.parametrize("name", ["adsl", "adae", "proact_delivery"])
def test_outcomes_do_not_depend_on_the_order_of_rows(name: str) -> None:
    suite = suite_named(name)
    frame = plausible_frame(suite)
    frame.iloc[::3, -4:] = None
    shuffled = frame.sample(frac=1, random_state=3).reset_index(drop=True)
    assert validate(suite, frame, CUT) == validate(suite, shuffled, CUT) == validate(suite, frame, CUT)


def test_the_frame_is_left_as_it_was() -> None:
    before = FRAME.copy()
    validate(suite_of(AGE_RULE, derived={"D": "AGE * 2"}), FRAME, CUT)
    pd.testing.assert_frame_equal(FRAME, before)
