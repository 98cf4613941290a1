"""The person-intervals and the pooled logistic dosing model behind the weights."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analytics.exposure.dose_history import DoseHistory, dose_history
from analytics.exposure.dosing_knowledge import knowledge, last_known
from analytics.exposure.dosing_model import DosingModel, pooled_logistic
from analytics.exposure.dosing_panel import Panel, panel


def _history(doses: dict[str, list[int]], stop: float = 90) -> DoseHistory:
    people = pd.DataFrame({"usubjid": list(doses), "entry_days": 0, "stop_days": stop, "event": 0})
    rows = [(who, day) for who, days in doses.items() for day in days]
    return dose_history(people, pd.DataFrame(rows, columns=["usubjid", "day"]))


def _states(rows: Panel, subject: int) -> list[list[int]]:
    mine = rows.subject == subject
    return np.column_stack([rows.had, rows.gap, rows.dosed])[mine].astype(int).tolist()


def test_fitted_coefficients_equal_those_of_statsmodels() -> None:
    rng = np.random.default_rng(5)
    x = np.column_stack([np.ones(3000), rng.normal(size=(3000, 3))])
    length, weight = rng.uniform(0.2, 1, 3000), rng.exponential(size=3000)
    y = (rng.random(3000) < 1 / (1 + np.exp(-(x @ [-2, 0.5, -0.3, 0] + np.log(length))))).astype(float)
    model = sm.GLM(y, x, family=sm.families.Binomial(), offset=np.log(length), freq_weights=weight).fit()
    assert pooled_logistic(x, y, np.log(length), weight) == pytest.approx(model.params, abs=1e-4)


def test_a_separating_column_still_gives_finite_slopes() -> None:
    x = np.column_stack([np.ones(200), np.linspace(-1, 1, 200)])
    beta = pooled_logistic(x, (x[:, 1] > 0).astype(float), np.zeros(200), np.ones(200))
    assert np.isfinite(beta).all()
    assert beta[1] > 10


def test_last_known_value_is_never_from_the_future() -> None:
    history = _history({"A": [0], "B": []}, 100)
    values = pd.DataFrame({"usubjid": ["A", "A", "B"], "day": [-5, 30, 10], "value": [40.0, 36.0, 44.0]})
    value, day = last_known(history, values, np.array([0, 0, 0, 1, 1]), np.array([0, 29, 30, 9, 10]))
    np.testing.assert_array_equal(value, [40, 40, 36, np.nan, 44])
    np.testing.assert_array_equal(day, [-5, -5, 30, np.nan, 10])


def test_nobody_measured_is_nothing_known() -> None:
    history = _history({"A": [0]})
    nothing = pd.DataFrame({"usubjid": [], "day": [], "value": []})
    value, day = last_known(history, nothing, np.array([0]), np.array([9]))
    assert np.isnan(value).all()
    assert np.isnan(day).all()


def test_state_is_doses_had_and_intervals_since_the_last() -> None:
    rows = panel(_history({"A": [0, 20, 50], "B": [20]}), 3, np.arange(0, 105, 15.0))
    assert _states(rows, 0) == [[1, 1, 0], [1, 2, 1], [2, 1, 0], [2, 2, 1], [3, 1, 0], [3, 2, 0]]
    assert _states(rows, 1) == [[0, 1, 0], [0, 2, 1], [1, 1, 0], [1, 2, 0], [1, 3, 0], [1, 4, 0]]


def test_two_doses_in_one_interval_are_counted_one_after_the_other() -> None:
    rows = panel(_history({"A": [0, 16, 28], "B": [0, 31]}), 3, np.arange(0, 105, 15.0))
    assert _states(rows, 0)[:4] == [[1, 1, 0], [1, 2, 1], [2, 1, 1], [3, 1, 0]]
    assert _states(rows, 1)[:4] == [[1, 1, 0], [1, 2, 0], [1, 3, 1], [2, 1, 0]]


def test_a_dose_is_possible_only_within_the_span_of_time_and_gap_in_which_anybody_had_it() -> None:
    doses = {f"A{i:02d}": [0, 20, 50] for i in range(20)} | {f"B{i:02d}": [0, 35] for i in range(20)}
    history = _history(doses)
    rows = panel(history, 3, np.arange(0, 105, 15.0))
    model = DosingModel(rows, 3, knowledge(history, rows, None))
    chance = model.fit(np.ones(40)).given_all
    second = (rows.had == 1) & (rows.index >= 1) & (rows.index <= 2)
    third = (rows.had == 2) & (rows.index == 3) & (rows.gap == 2)
    assert (chance[second | third] > 0).all()
    assert (chance[~(second | third)] == 0).all()


def test_scores_of_the_day_of_the_dose_count_and_later_ones_do_not() -> None:
    history = _history({"A": [0, 20], "B": [0]})
    rows = panel(history, 2, np.arange(0, 105, 15.0))
    days = {"usubjid": ["A", "A", "A", "B"], "day": [0, 20, 24, 24], "value": [40.0, 38.0, 20.0, 30.0]}
    known = knowledge(history, rows, pd.DataFrame(days))
    second = rows.index == 1
    assert known.scores[second, 0].tolist() == [38.0, 30.0]
    assert known.visited[second, 0].tolist() == [1.0, 1.0]
    assert known.visited[rows.index == 2, 0].tolist() == [0.0, 0.0]
