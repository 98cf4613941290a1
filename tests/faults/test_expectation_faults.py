"""Fault → injected → outcome, for values and units that got past cleaning, and for checks that do not check.

Each case damages rows on which everything holds. The suite must name the rule that stops the build, and no other suite of
the platform sees these rows afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd
import pytest

from expectations import validate
from expectations.rules import Outcome
from expectations.runner import NOT_EVALUATED, NOTHING_TO_CHECK
from expectations.suites.adsl import ADSL
from tests.unit.expectations.plausible_frames import CUT, LATER, plausible_frame, suite_named

Damage = Callable[[pd.DataFrame], pd.DataFrame]
REGISTRY, PROACT = ("SOURCE", "REGISTRY"), ("SOURCE", "PROACT")


@dataclass(frozen=True)
class Fault:
    fault: str
    what: str
    suite: str
    inject: Damage
    rules: tuple[str, ...]
    severity: str = "error"


def scaled(column: str, factor: float, rows: tuple[str, str] | None = None) -> Damage:
    """A column in another unit, over the rows in which one column has one value."""

    def apply(frame: pd.DataFrame) -> pd.DataFrame:
        chosen = frame[rows[0]] == rows[1] if rows else pd.Series(True, index=frame.index)
        return frame.assign(**{column: frame[column].where(~chosen, frame[column] * factor)})

    return apply


def one(column: str, value: object, row: int = 1) -> Damage:
    """One cell changed."""

    def apply(frame: pd.DataFrame) -> pd.DataFrame:
        cells = frame[column].astype(object)
        cells.iloc[row] = value
        return frame.assign(**{column: cells.infer_objects()})

    return apply


def of_parameter(paramcd: str, factor: float) -> Damage:
    def apply(frame: pd.DataFrame) -> pd.DataFrame:
        for column in ("lowest", "median_value", "highest"):
            frame = scaled(column, factor, ("paramcd", paramcd))(frame)
        return frame

    return apply


def of_cell(cell: str, column: str, value: float) -> Damage:
    """One figure of a delivered column's profile."""

    def apply(frame: pd.DataFrame) -> pd.DataFrame:
        chosen = frame["table_name"] + "." + frame["column_name"] == cell
        return frame.assign(**{column: frame[column].where(~chosen, value)})

    return apply


FAULTS = [
    Fault("F29", "a treated patient under a PRO-ACT number", "adsl", one("USUBJID", "PROACT-9000001", 1),
          ("registry subjects carry a pseudonym",)),
    Fault("F29", "a PRO-ACT number without its study", "adsl", one("USUBJID", "9000000", 0),
          ("PRO-ACT subjects carry PRO-ACT's prefix",)),
    Fault("F22", "weights of the registry in pounds", "adsl", scaled("WEIGHT", 2.2046, REGISTRY),
          ("median weight, registry",)),
    Fault("F22", "heights of PRO-ACT in inches", "adsl", scaled("HEIGHT", 1 / 2.54, PROACT),
          ("height is possible", "median height, PRO-ACT")),
    Fault("F22", "litres in the place of per cent", "adsl", scaled("VCPP", 3 / 88, REGISTRY),
          ("median vital capacity, registry",)),
    Fault("F22", "shares in the place of per cent", "adsl", scaled("VCPP", 0.01, PROACT),
          ("vital capacity is possible", "median vital capacity, PRO-ACT")),
    Fault("F22", "symptom durations in years", "adsl", scaled("SYMPDURM", 1 / 12, REGISTRY),
          ("median symptom duration, registry",)),
    Fault("F22", "symptom durations in days", "adsl", scaled("SYMPDURM", 30.4375, PROACT),
          ("median symptom duration, PRO-ACT",)),
    Fault("F22", "forced vital capacity in millilitres", "adqs", of_parameter("FVCL", 1000),
          ("FVCL is not too high", "median FVCL")),
    Fault("F22", "weights in pounds among the measurements", "adqs", of_parameter("WEIGHT", 2.2046), ("median WEIGHT",)),
    Fault("F22", "two units of one parameter", "adqs", one("n_unit", 2), ("one unit a parameter",)),
    Fault("F22", "two units of dose", "adex", one("EXDOSU", "MG"), ("doses are in one unit",), "warning"),
    Fault("F22", "weights delivered in pounds", "proact_delivery", of_cell("vitalsigns.Weight", "median_number", 170.0),
          ("median vitalsigns.Weight",), "warning"),
    Fault("F22", "onset delivered in months", "proact_delivery",
          of_cell("alshistory.Onset_Delta", "median_number", -18.0), ("median alshistory.Onset_Delta",), "warning"),
    Fault("F23", "ALSFRS-R of 49", "adsl", one("ALSFRSR", 49.0), ("ALSFRS-R is on its scale",)),
    Fault("F23", "ALSFRS-R of 49 among the measurements", "adqs", one("highest", 49.0, 0), ("ALSFRSR is not too high",)),
    Fault("F23", "age of 150", "adsl", one("AGE", 150.0), ("age is possible",)),
    Fault("F23", "vital capacity of -3", "adsl", one("VCPP", -3.0), ("vital capacity is possible",)),
    Fault("F23", "litres of -3", "adqs", one("lowest", -3.0, 4), ("FVCL is not too low", "no parameter is negative")),
    Fault("F23", "negative progression", "adsl", one("DFRS", -0.1), ("progression rate is possible",)),
    Fault("F23", "death after the data cut", "adsl", one("DTHDT", LATER), ("DTHDT is not after the cut",)),
    Fault("F23", "injection after the data cut", "adex", one("ASTDT", LATER), ("no injection after the cut",)),
    Fault("F23", "event after the data cut", "adae", one("ASTDT", LATER), ("no event starts after the cut",)),
    Fault("F23", "grade of 6", "adae", one("ATOXGR", 6), ("grade is on its scale",)),
    Fault("F23", "time of 0 days", "adtte", one("shortest", 0), ("times are positive",)),
    Fault("F23", "no control ever dies", "adtte", lambda f: f.assign(n_event=0, n_death=0), ("controls die",)),
]  # fmt: skip


def failed(outcomes: tuple[Outcome, ...], severity: str) -> tuple[str, ...]:
    return tuple(outcome.rule for outcome in outcomes if not outcome.passed and outcome.severity == severity)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.fault}: {fault.what}")
def test_the_fault_is_found_by_the_rule_that_is_for_it(fault: Fault) -> None:
    suite = suite_named(fault.suite)
    outcomes = validate(suite, fault.inject(plausible_frame(suite)), CUT)
    assert failed(outcomes, fault.severity) == fault.rules


def test_f43_a_check_that_sees_no_rows_fails() -> None:
    (outcome,) = validate(ADSL, plausible_frame(ADSL).head(0), CUT)
    assert (outcome.passed, outcome.severity, outcome.note) == (False, "error", NOTHING_TO_CHECK)


def test_f43_a_rule_whose_rows_are_gone_fails_though_the_table_has_rows() -> None:
    frame = plausible_frame(ADSL)
    outcomes = validate(ADSL, frame[frame["SOURCE"] == "PROACT"], CUT)
    assert {"treated subjects are injected", "both arms are there"} <= set(failed(outcomes, "error"))


def test_f43_a_check_that_crashes_fails() -> None:
    frame = plausible_frame(ADSL).drop(columns="AGE")
    crashed = [outcome for outcome in validate(ADSL, frame, CUT) if outcome.note == NOT_EVALUATED]
    assert "age is possible" in {outcome.rule for outcome in crashed}
    assert not any(outcome.passed for outcome in crashed)


def test_f43_a_suite_without_rules_fails() -> None:
    (outcome,) = validate(replace(ADSL, rules=()), plausible_frame(ADSL), CUT)
    assert (outcome.passed, outcome.severity, outcome.note) == (False, "error", NOTHING_TO_CHECK)
