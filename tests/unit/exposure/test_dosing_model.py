"""The pooled logistic dosing model behind the weights."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analytics.exposure.dose_history import dose_history
from analytics.exposure.dosing_model import last_known, panel, pooled_logistic, time_spline


def test_fitted_probabilities_equal_those_of_statsmodels() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(3000, 3))
    length = rng.uniform(0.2, 1, 3000)
    y = (rng.random(3000) < 1 / (1 + np.exp(-(-2 + x @ [0.5, -0.3, 0] + np.log(length))))).astype(float)
    model = sm.GLM(y, sm.add_constant(x), family=sm.families.Binomial(), offset=np.log(length)).fit()
    assert pooled_logistic(x, y, length) == pytest.approx(model.predict(), rel=1e-4)


def test_a_separating_column_still_gives_probabilities_strictly_between_0_and_1() -> None:
    x = np.linspace(-1, 1, 200)[:, None]
    p = pooled_logistic(x, (x[:, 0] > 0).astype(float), np.ones(200))
    assert np.all((p > 0) & (p < 1))
    assert p[0] < 0.01
    assert p[-1] > 0.99


def test_time_spline_is_linear_beyond_its_outer_knots() -> None:
    start = np.arange(0, 700, 14.0)
    columns = time_spline(start, (start >= 200) & (start <= 350))
    assert columns.shape[1] == 4
    for tail in (columns[start > 360], columns[start < 190]):
        assert np.abs(np.diff(tail, n=2, axis=0)).max() < 1e-6


def test_last_known_value_is_never_from_the_future() -> None:
    people = pd.DataFrame({"usubjid": ["A", "B"], "entry_days": 0, "stop_days": [100, 100], "event": 0})
    history = dose_history(people, pd.DataFrame({"usubjid": ["A"], "day": [0]}))
    values = pd.DataFrame({"usubjid": ["A", "A", "B"], "day": [-5, 30, 10], "value": [40.0, 36.0, 44.0]})
    found = last_known(history, values, np.array([0, 0, 0, 1, 1]), np.array([0, 29, 30, 9, 10]))
    np.testing.assert_array_equal(found, [40, 40, 36, np.nan, 44])


def test_only_those_who_had_the_dose_before_it_can_have_the_dose() -> None:
    people = pd.DataFrame({"usubjid": ["A", "B"], "entry_days": 0, "stop_days": [90, 90], "event": 0})
    doses = pd.DataFrame({"usubjid": ["A", "A", "B"], "day": [0, 45, 20]})
    rows = panel(dose_history(people, doses), 2, np.arange(0, 120, 15.0))
    at = pd.DataFrame(
        {"subject": rows.subject, "start": rows.start, "eligible": rows.eligible, "dosed": rows.dosed}
    )
    assert at[at["dosed"]][["subject", "start"]].to_numpy().tolist() == [[0, 45]]
    assert at[at["eligible"]][["subject", "start"]].to_numpy().tolist() == [[0, 45], [1, 45]]
