"""Which scores are follow-up, and what a score is on a day without a visit."""

import numpy as np
import pandas as pd
import pytest

from analytics.function.scores import Scores, scores

STOP = pd.Series({"A": 200.0, "B": 101.0, "C": 50.0})


def along(*rows: tuple[str, float, float], stop: pd.Series = STOP) -> Scores:
    visits = pd.DataFrame(rows, columns=["usubjid", "day", "value"])
    return scores(visits.astype({"day": float, "value": float}), stop)


def of(found: Scores, subject: str) -> list[tuple[float, float]]:
    place = found.place(pd.Series([subject]))[0]
    rows = slice(found.start[place], found.start[place + 1])
    return list(zip(found.day[rows].tolist(), found.value[rows].tolist(), strict=True))


def test_a_line_begins_with_the_score_at_time_zero_and_rises_in_days() -> None:
    found = along(("A", 90, 36), ("B", 60, 28), ("A", 30, 39), ("B", 0, 30), ("A", 0, 40))
    assert of(found, "A") == [(0, 40), (30, 39), (90, 36)]
    assert of(found, "B") == [(0, 30), (60, 28)]
    assert found.number.tolist() == [3, 2]
    assert found.last_day.tolist() == [90, 60]


def test_who_has_no_score_around_time_zero_or_is_not_followed_has_no_line() -> None:
    found = along(("A", 0, 40), ("C", 15, 20), ("D", 0, 20), ("B", -181, 30), ("B", 40, 30))
    assert found.place(pd.Series(["C", "D", "B", "A"])).tolist() == [-1, -1, -1, 0]


@pytest.mark.parametrize(
    ("days", "begins"), [((-60, -45, 30), -45), ((-45, 0, 30), 0), ((-180, 30), -180), ((14, 30), 14)]
)
def test_the_last_score_by_time_zero_stands_on_its_own_day(days: tuple[int, ...], begins: int) -> None:
    found = along(*(("A", day, 40 - day / 10) for day in days))
    assert of(found, "A") == [(day, 40 - day / 10) for day in days if day >= begins]


def test_a_visit_on_the_day_of_death_counts_and_one_after_it_does_not() -> None:
    # Who dies on day 100 from time zero, day 0, is followed to 101.
    assert of(along(("B", 0, 30), ("B", 100, 20), ("B", 101, 19)), "B") == [(0, 30), (100, 20)]


def test_a_score_that_has_not_changed_is_a_visit_like_another() -> None:
    assert of(along(("A", 7, 40), ("A", 14, 40), ("A", 20, 40)), "A") == [(7, 40), (14, 40), (20, 40)]


def test_at_time_zero_a_score_lies_on_the_line_else_it_is_one_of_a_few_days_away() -> None:
    found = along(("A", -60, 42), ("A", 60, 38), ("B", -7, 30), ("C", 8, 20), ("C", 40, 18))
    assert found.at_zero()[:2].tolist() == [40, 30]
    assert np.isnan(found.at_zero()[2])
    assert found.on_day(8)[2] == 20
    assert np.isnan(found.on_day(7)[2])
    assert np.isnan(along(("B", -8, 30)).at_zero()).all()


def test_several_visits_of_a_day_are_averaged_and_values_that_are_none_are_left_out() -> None:
    found = along(("A", 0, 40), ("A", 30, 39), ("A", 30, 35), ("A", 60, np.nan), ("A", np.nan, 30))
    assert of(found, "A") == [(0, 40), (30, 37)]


def test_between_visits_the_score_lies_on_the_line_and_after_the_last_there_is_none() -> None:
    found = along(("A", 0, 40), ("A", 50, 35), ("A", 100, 33), ("B", 0, 30), ("B", 40, 30))
    assert found.on_day(0).tolist() == [40, 30]
    assert found.on_day(40).tolist() == [36, 30]
    assert found.on_day(50)[0] == 35
    assert found.on_day(75)[0] == 34
    assert np.isnan(found.on_day(75)[1])
    assert found.on_day(100)[0] == 33
    assert np.isnan(found.on_day(101)).all()


def test_the_order_of_rows_does_not_count() -> None:
    rows = [("A", 90, 36), ("B", 60, 28), ("A", 30, 39), ("B", 10, 29), ("A", -9, 41), ("A", -20, 42)]
    one, other = along(*rows), along(*rows[::-1], stop=STOP[::-1])
    assert one.subjects.equals(other.subjects)
    for name in ("start", "day", "value"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_nobody_gives_no_lines() -> None:
    found = along()
    assert len(found.subjects) == 0
    assert len(found.on_day(30)) == 0
    assert found.number_until(30).tolist() == []
