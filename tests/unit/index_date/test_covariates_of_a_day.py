"""What a subject was like on a day: by hand, and slopes by numpy's own least squares."""

import numpy as np
import pandas as pd
import pytest

from analytics.index_date.measurements import Measurements
from analytics.index_date.moved import at_days, fixed, parameters_of

MONTH = 30.4375


def records(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["usubjid", "day", "value"])


def measured(*rows: tuple[str, float, float]) -> Measurements:
    made = records(*rows)
    return Measurements.of(made, made["usubjid"].unique())


def value(of: Measurements, subject: str, day: float, look_ahead: float = 0) -> float:
    found = of.value_at(np.array([subject], dtype=object), np.array([day]), np.array([look_ahead]))
    return float(found[0])


def test_the_last_value_by_the_day_stands_for_it() -> None:
    of = measured(("B", 40, 31), ("A", 28, 40), ("A", 0, 44), ("B", 0, 33))
    assert [value(of, "A", day) for day in (0, 27, 28, 35)] == [44, 44, 40, 40]
    assert value(of, "B", 39) == 33, "each subject has records of its own"


def test_a_value_stands_for_180_days_and_no_longer() -> None:
    of = measured(("A", 0, 44))
    assert value(of, "A", 180) == 44
    assert np.isnan(value(of, "A", 181))


def test_a_later_value_stands_only_where_trials_measured_so_and_none_is_before() -> None:
    of = measured(("A", 20, 41), ("A", 30, 39))
    assert np.isnan(value(of, "A", 6))
    assert value(of, "A", 6, look_ahead=14) == 41
    assert np.isnan(value(of, "A", 5, look_ahead=14))
    assert value(of, "A", 29, look_ahead=14) == 41, "what is before comes first, though the other is nearer"
    old = measured(("A", -200, 45), ("A", 8, 41))
    assert value(old, "A", 0, look_ahead=14) == 41, "what is too old does not stand in its way"


def test_records_without_a_day_or_a_value_are_none_and_of_one_day_the_lowest_counts() -> None:
    of = measured(("A", 0, 44), ("A", 5, np.nan), ("A", np.nan, 1), ("A", 6, 43), ("A", 6, 42))
    assert value(of, "A", 5) == 44
    assert value(of, "A", 6) == 42


def test_somebody_without_records_has_no_value() -> None:
    of = Measurements.of(records(("B", 0, 30)), np.array(["A", "B", "C"], dtype=object))
    found = of.value_at(np.array(["C", "B", "A"], dtype=object), np.zeros(3), np.full(3, 14))
    assert np.isnan(found[[0, 2]]).all()
    assert found[1] == 30


def test_a_slope_is_that_of_every_record_up_to_the_day() -> None:
    rng = np.random.default_rng(1)
    rows = [
        (name, float(day), float(v))
        for name in "ABC"
        for day, v in zip(range(0, 300, 30), rng.normal(35, 3, 10), strict=True)
    ]
    of = measured(*rows)
    found = of.slope_at(np.array(["B", "C", "A", "B"], dtype=object), np.array([95.0, 299.0, 29.0, 30.0]))
    frame = records(*rows)

    def expected(name: str, day: float) -> float:
        mine = frame[(frame["usubjid"] == name) & (frame["day"] <= day)]
        return float(np.polyfit(mine["day"], mine["value"], 1)[0]) * MONTH

    assert found[[0, 1, 3]] == pytest.approx([expected("B", 95), expected("C", 299), expected("B", 30)])
    assert np.isnan(found[2]), "one record has no slope"


def test_what_grows_with_time_grows_and_what_is_measured_is_looked_up() -> None:
    adsl = pd.DataFrame(
        {
            "USUBJID": ["A", "B"],
            "AGE": [60.0, 50.0],
            "SYMPDURD": [365, 10],
            "SYMPDURM": [365 / MONTH, 10 / MONTH],
            "ALSFRSR": [44.0, 40.0],
            "DFRS": [4 / (365 / MONTH), np.nan],
            "HEIGHT": [200.0, 150.0],
            "WEIGHT": [80.0, 60.0],
            "BMI": [20.0, 26.7],
            "VCPP": [90.0, 80.0],
            "SEX": ["M", "F"],
        }
    )
    of = {
        "ALSFRSR": measured(("A", 0, 44), ("A", 28, 40), ("B", 0, 40)),
        "WEIGHT": measured(("A", 0, 80), ("A", 20, 76), ("B", 0, 60)),
        "FVCPP": measured(("A", 0, 90)),
        "SVCPP": measured(("A", 0, 88), ("B", 15, 70)),
    }
    found = at_days(adsl, of, np.array([30.0, 19.0]))
    assert found["AGE"].tolist() == pytest.approx([60 + 30 / 365.25, 50 + 19 / 365.25])
    assert found["SYMPDURD"].tolist() == [395, 29]
    assert found["SYMPDURM"].tolist() == pytest.approx([395 / MONTH, 29 / MONTH])
    assert found["ALSFRSR"].tolist() == [40, 40]
    assert found["DFRS"][0] == pytest.approx(8 / (395 / MONTH))
    assert np.isnan(found["DFRS"][1]), "29 days after onset a rate says nothing"
    assert found["WEIGHT"].tolist() == [76, 60]
    assert found["BMI"].tolist() == pytest.approx([19.0, 60 / 1.5**2])
    assert found["VCPP"].tolist() == [90, 70]
    assert {"SEX", "HEIGHT"}.isdisjoint(found)
    assert set(found) < set(adsl), "no column comes"
    assert at_days(adsl, of, np.array([30.0, 20.0]))["DFRS"][1] == pytest.approx(8 / (30 / MONTH))


def test_only_the_source_that_measured_so_is_looked_ahead_for() -> None:
    adsl = pd.DataFrame({"USUBJID": ["A", "B"], "SOURCE": ["PROACT", "REGISTRY"], "ALSFRSR": [41.0, 41.0]})
    of = {"ALSFRSR": measured(("A", 10, 41), ("B", 10, 41))}
    found = at_days(adsl, of, np.zeros(2))["ALSFRSR"]
    assert found[0] == 41
    assert np.isnan(found[1])


def test_what_no_record_says_stays_what_it_was() -> None:
    adsl = pd.DataFrame({"USUBJID": ["A"], "ALSFRSR": [44.0], "FVCPP": [90.0]})
    found = at_days(adsl, {"ALSFRSR": measured(("A", 28, 40))}, np.array([28.0]))
    assert {name: list(values) for name, values in found.items()} == {"ALSFRSR": [40]}


def test_which_parameters_covariates_are_made_of() -> None:
    assert parameters_of(["AGE", "DFRS", "VCPP", "SEX"]) == ("ALSFRSR", "FVCPP", "SVCPP")
    assert fixed(["AGE", "DFRS", "SEX", "RILUZOLE", "SYMPDURM"]) == ("SEX", "RILUZOLE")
