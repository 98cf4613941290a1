"""Weights of the clones: the law they obey, and the chain behind the first strategy."""

import numpy as np
import pandas as pd
import pytest

from analytics.exposure.clone_jackknife import ClonedComparison
from analytics.exposure.clones import Strategies, cloned_intervals
from analytics.exposure.dose_history import DoseHistory, dose_history
from analytics.exposure.dosing_model import CustomaryStep, DoseProbabilities
from analytics.exposure.dosing_panel import panel
from tests.validation.dosing_due_dates import DueDates, draw_due_dates


def _history(doses: dict[str, list[int]], stop: float = 90) -> DoseHistory:
    people = pd.DataFrame({"usubjid": list(doses), "entry_days": 0, "stop_days": stop, "event": 0})
    rows = [(who, day) for who, days in doses.items() for day in days]
    return dose_history(people, pd.DataFrame(rows, columns=["usubjid", "day"]))


def test_a_chain_of_equal_chances_gives_the_probabilities_of_bayes() -> None:
    history = _history({"A": [0, 5], "B": [0, 35], "C": [0]})
    strategies = Strategies(k=2, grace_days=45, interval_days=15)
    rows = panel(history, 2, strategies.breaks(90))
    h, n = 0.3, len(rows.breaks) - 1
    step = CustomaryStep(np.full((n, n + 2), np.log(h / (1 - h))), np.zeros(3))
    chance = np.where(rows.had == 1, h, 0.0)
    clones = cloned_intervals(
        history, rows, strategies, DoseProbabilities(chance, chance, (None, step)), np.ones(3)
    )
    last = clones[(clones["strategy"] == 1) & (clones["start"] == 75)].set_index("subject")["weight"]
    reached = 1 - (1 - h) ** 3
    assert last.index.tolist() == [0, 1], "who has no second dose in time is in it no longer"
    assert last.to_numpy() == pytest.approx([1 / reached, 1 / reached])
    third = clones[(clones["strategy"] == 1) & (clones["start"] == 30)].set_index("subject")["weight"]
    assert third[2] == pytest.approx((1 - (1 - h)) / reached), "waiting: less likely among those who reach it"


def test_weights_of_a_strategy_sum_to_those_alive_and_keep_their_score() -> None:
    c = draw_due_dates(DueDates(n=3000), 8)
    history = dose_history(c.follow_up, c.injections, c.covariates)
    clones = ClonedComparison(history, Strategies(k=3, grace_days=365), c.alsfrs).clones(np.ones(3000))
    day = 380.0
    alive = np.flatnonzero(history.stop > day)
    at = clones[(clones["start"] < day) & (clones["stop"] >= day)]
    first = history.covariates["ALSFRSR"].to_numpy(float)
    kept = at[at["strategy"] == 1]
    assert kept["weight"].sum() == pytest.approx(len(alive), rel=0.1)
    for strategy in (0, 1):
        mine = at[at["strategy"] == strategy]
        mean = np.average(first[mine["subject"]], weights=mine["weight"])
        assert mean == pytest.approx(first[alive].mean(), abs=0.5)
        naive = first[mine["subject"]].mean()
        assert abs(mean - first[alive].mean()) < abs(naive - first[alive].mean())
