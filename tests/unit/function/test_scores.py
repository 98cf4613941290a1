"""Which scores are follow-up, and what a score is on a day without a visit."""

import numpy as np
import pandas as pd
import pytest

from analytics.function.scores import Scores, scores

ZERO = pd.Series({"A": 40.0, "B": 30.0, "C": np.nan})
STOP = pd.Series({"A": 200.0, "B": 101.0, "C": 50.0})


def along(*rows: tuple[str, float, float], zero: pd.Series = ZERO, stop: pd.Series = STOP) -> Scores:
    return scores(pd.DataFrame(rows, columns=["usubjid", "day", "value"]), zero, stop)


def of(found: Scores, subject: str) -> list[tuple[float, float]]:
    place = found.place(pd.Series([subject]))[0]
    rows = slice(found.start[place], found.start[place + 1])
    return list(zip(found.day[rows].tolist(), found.value[rows].tolist(), strict=True))


def test_a_line_begins_with_the_score_at_time_zero_and_rises_in_days() -> None:
    found = along(("A", 90, 36), ("B", 60, 28), ("A", 30, 39))
    assert of(found, "A") == [(0, 40), (30, 39), (90, 36)]
    assert of(found, "B") == [(0, 30), (60, 28)]
    assert found.number.tolist() == [3, 2]
    assert found.last_day.tolist() == [90, 60]


def test_who_has_no_score_at_time_zero_has_no_line() -> None:
    found = along(("C", 30, 20), ("D", 30, 20))
    assert found.place(pd.Series(["C", "D", "A"])).tolist() == [-1, -1, 0]


def test_visits_before_time_zero_are_no_follow_up() -> None:
    assert of(along(("A", -60, 44), ("A", 0, 40), ("A", 30, 39)), "A") == [(0, 40), (30, 39)]


def test_a_visit_on_the_day_of_death_counts_and_one_after_it_does_not() -> None:
    # Who dies on day 100 from time zero, day 0, is followed to 101.
    assert of(along(("B", 100, 20), ("B", 101, 19)), "B") == [(0, 30), (100, 20)]


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        ([("A", 14, 40)], 1),
        ([("A", 15, 40)], 2),
        ([("A", 14, 39)], 2),
        ([("A", -30, 41), ("A", 14, 40)], 2),
        ([("A", 7, 40), ("A", 14, 40)], 2),
    ],
)
def test_a_baseline_measured_after_time_zero_counts_once(
    rows: list[tuple[str, float, float]], counts: int
) -> None:
    assert len(of(along(*rows), "A")) == counts


def test_several_visits_of_a_day_are_averaged_and_values_that_are_none_are_left_out() -> None:
    found = along(("A", 30, 39), ("A", 30, 35), ("A", 60, np.nan), ("A", np.nan, 30))
    assert of(found, "A") == [(0, 40), (30, 37)]


def test_between_visits_the_score_lies_on_the_line_and_after_the_last_there_is_none() -> None:
    found = along(("A", 50, 35), ("A", 100, 33), ("B", 40, 30))
    assert found.on_day(0).tolist() == [40, 30]
    assert found.on_day(40).tolist() == [36, 30]
    assert found.on_day(50)[0] == 35
    assert found.on_day(75)[0] == 34
    assert np.isnan(found.on_day(75)[1])
    assert found.on_day(100)[0] == 33
    assert np.isnan(found.on_day(101)).all()


def test_the_order_of_rows_does_not_count() -> None:
    rows = [("A", 90, 36), ("B", 60, 28), ("A", 30, 39), ("B", 20, 29)]
    one, other = along(*rows), along(*rows[::-1], zero=ZERO[::-1], stop=STOP[::-1])
    assert one.subjects.equals(other.subjects)
    for name in ("start", "day", "value"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_nobody_gives_no_lines() -> None:
    found = along(("A", 30, 39), zero=ZERO[["C"]])
    assert len(found.subjects) == 0
    assert len(found.on_day(30)) == 0
    assert found.number_until(30).tolist() == []
