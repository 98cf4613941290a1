"""What the runner makes of empty frames, rules that cannot run, and values that must not leak."""

import logging
from dataclasses import replace

import pandas as pd
import pytest

from expectations import Rule, Suite, validate
from expectations.rules import LINE
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


MOSTLY = between("share", "AGE", 18, 100, "Adults, nearly all.", "F23", mostly=0.99, least=5)


@pytest.mark.parametrize(("n_odd", "severity"), [(1, "warning"), (4, "warning"), (5, "error")])
def test_a_share_that_few_records_break_is_a_warning(n_odd: int, severity: str) -> None:
    frame = FRAME.assign(AGE=[150.0] * n_odd + [50.0] * (20 - n_odd))
    (outcome,) = validate(suite_of(MOSTLY), frame, CUT)
    assert (outcome.passed, outcome.severity, outcome.n_failed) == (False, severity, n_odd)


@pytest.mark.parametrize(("n", "severity"), [(19, "warning"), (20, "error")])
def test_a_median_of_few_is_a_warning(n: int, severity: str) -> None:
    (outcome,) = validate(suite_of(median_between("m", "AGE", 1, 2, "", "")), FRAME.head(n), CUT)
    assert (outcome.passed, outcome.severity) == (False, severity)


def test_a_broken_error_names_the_first_file_and_line_and_no_value() -> None:
    frame = FRAME.assign(
        AGE=[50.0] * 17 + [170.0, 180.0, 190.0], SRCFILE="dm.csv", SRCLINE=[*range(40, 20, -1)]
    )
    (outcome,) = validate(suite_of(AGE_RULE, places=LINE), frame, CUT)
    assert (outcome.column, outcome.n_failed, outcome.place) == ("AGE", 3, "dm.csv line 21")
    assert not {"170", "180", "190"} & set(str(outcome).replace(",", " ").replace(".", " ").split())


def test_a_row_of_a_profile_is_named_by_its_table_and_column() -> None:
    profile = pd.DataFrame(
        {"table_name": ["ae", "dm"], "column_name": ["AESTDTC", "AGE"], "AGE": [50.0, 170.0]}
    )
    (outcome,) = validate(suite_of(AGE_RULE, places=("table_name", "column_name")), profile, CUT)
    assert outcome.place == "dm AGE"


@pytest.mark.parametrize(
    ("n_row", "n_lost", "passed"), [(6, 1, True), (6, 4, True), (100, 5, False), (10_000, 5, True)]
)
def test_measurements_after_death_stop_nothing_while_they_are_few(
    n_row: int, n_lost: int, passed: bool
) -> None:
    suite = suite_named("adqs")
    frame = plausible_frame(suite).assign(n_row=n_row, n_after_death=n_lost)
    (rule,) = (rule for rule in suite.rules if rule.name == "few are measured after death")
    (outcome,) = validate(replace(suite, rules=(rule,)), frame, CUT)
    assert outcome.passed is passed


@pytest.mark.parametrize(
    ("rule", "count", "share"),
    [("keys are filled", "n_missing", "filled_pct"), ("dates are ISO 8601", "n_date", "date_pct"),
     ("numbers are numbers", "n_numeric", "numeric_pct"),
     ("records can be decoded", "n_decode_reject", "decode_reject_pct")],
)  # fmt: skip
@pytest.mark.parametrize(("n_bad", "passed"), [(1, True), (4, True), (5, False)])
def test_a_small_table_is_not_refused_for_a_record_or_two(
    rule: str, count: str, share: str, n_bad: int, passed: bool
) -> None:
    """Ten records a table: one bad record is a tenth, five are half."""
    suite = suite_named("registry_delivery")
    good = {"n_row": 10, "n_missing": 0, "n_date": 10, "n_numeric": 10}
    spoilt = {count: 10 - n_bad if count in ("n_date", "n_numeric") else n_bad}
    shown = {share: 10.0 * n_bad if share == "decode_reject_pct" else 100 - 10.0 * n_bad}
    (stated,) = (stated for stated in suite.rules if stated.name == f"registry: {rule}")
    frame = plausible_frame(suite).assign(**(good | spoilt | shown))
    (outcome,) = validate(replace(suite, rules=(stated,)), frame, CUT)
    assert outcome.passed is passed
