"""The wait from harvest to first injection: whose it is, its distribution by hand, and draws."""

import numpy as np
import pandas as pd
import pytest

from analytics.index_date.wait import WaitDistribution, draw_waits, wait_distribution, waits


def harvested(**columns: list) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    return pd.DataFrame({"USUBJID": [f"T{place}" for place in range(n)], **columns})


def known(days: list[float], injected: list[int], exact: list[bool] | None = None) -> pd.DataFrame:
    subject = [f"T{place}" for place in range(len(days))]
    return pd.DataFrame(
        {"usubjid": subject, "days": days, "injected": injected, "exact": exact or [True] * len(days)}
    )


def test_who_was_not_injected_waited_until_death_else_until_last_seen_else_until_the_cut() -> None:
    rows = harvested(
        HARVDY=[-30.0, 0.0, 0.0, 0.0, np.nan],
        TRTSDY=[0.0, np.nan, np.nan, np.nan, 0.0],
        DTHDY=[400.0, 12.0, np.nan, np.nan, np.nan],
        LSTALVDY=[400.0, 10.0, 55.0, np.nan, 80.0],
        CUTDY=[900.0, 900.0, 900.0, 70.0, 900.0],
    )
    found = waits(rows)
    assert found["usubjid"].tolist() == ["T0", "T1", "T2", "T3"], "without a harvest nobody waits"
    assert found["days"].tolist() == [30, 12, 55, 70]
    assert found["injected"].tolist() == [1, 0, 0, 0]


def test_days_in_doubt_are_marked_and_impossible_ones_left_out() -> None:
    rows = harvested(
        HARVDY=[-30.0, -20.0, -10.0, 5.0],
        TRTSDY=[0.0, 0.0, 0.0, 0.0],
        HARVDTF=[None, "D", "", None],
        TRTSDTF=[None, None, "M", None],
    )
    found = waits(rows)
    assert found["usubjid"].tolist() == ["T0", "T1", "T2"], "an injection before the harvest is no wait"
    assert found["exact"].tolist() == [True, False, False]


def test_the_distribution_counts_the_censored_while_they_wait() -> None:
    """By hand: of four one is injected on day 10; of two left on day 20 one; the last is not injected by day 30."""
    found = wait_distribution(known([10, 15, 20, 30], [1, 0, 1, 0]))
    assert found.day.tolist() == [10, 20]
    assert found.injected == pytest.approx([1 / 4, 1 - 3 / 4 * 1 / 2])
    assert (found.n_harvested, found.n_injected) == (4, 2)


def test_who_ends_on_a_day_of_an_injection_was_waiting_then() -> None:
    found = wait_distribution(known([10, 10, 20], [1, 0, 1]))
    assert found.injected == pytest.approx([1 / 3, 1])


def test_an_injection_on_the_day_of_the_harvest_is_a_wait_of_no_day() -> None:
    found = wait_distribution(known([0, 0, 7], [1, 1, 1]))
    assert found.day.tolist() == [0, 7]
    assert found.injected == pytest.approx([2 / 3, 1])


def test_waits_in_doubt_do_not_count() -> None:
    found = wait_distribution(known([10, 99, 20], [1, 1, 1], [True, False, True]))
    assert found.day.tolist() == [10, 20]
    assert found.n_harvested == 2


def test_a_share_is_reached_on_the_first_day_by_which_more_are_injected() -> None:
    wait = WaitDistribution(np.array([10.0, 20.0]), np.array([0.25, 0.625]), 4, 2)
    found = wait.quantile(np.array([0.0, 0.2, 0.25, 0.6, 0.625, 0.9]))
    assert found.tolist() == [10, 10, 20, 20, np.inf, np.inf]


def test_draws_follow_the_seed_the_number_and_the_subject_and_not_the_row() -> None:
    wait = wait_distribution(known([float(d) for d in range(1, 101)], [1] * 100))
    ids = np.array([f"C{place:03d}" for place in range(50)], dtype=object)
    first = draw_waits(wait, ids, 5, 1)
    assert draw_waits(wait, ids, 5, 1).tolist() == first.tolist()
    order = np.random.default_rng(0).permutation(50)
    assert draw_waits(wait, ids[order], 5, 1).tolist() == first[order].tolist()
    assert draw_waits(wait, ids, 5, 2).tolist() != first.tolist()
    assert draw_waits(wait, ids, 6, 1).tolist() != first.tolist()


def test_draws_come_as_often_as_the_distribution_says() -> None:
    wait = wait_distribution(known([10, 15, 20, 30], [1, 0, 1, 0]))
    drawn = draw_waits(wait, np.array([f"C{place:05d}" for place in range(20_000)], dtype=object), 3, 1)
    shares = [(drawn == day).mean() for day in (10, 20, np.inf)]
    assert shares == pytest.approx([0.25, 0.375, 0.375], abs=0.01)
