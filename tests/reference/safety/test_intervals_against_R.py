"""Intervals and tests of the safety tables against R (intervals.R) and published examples."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special

from analytics.safety.differences import fisher_exact_p, miettinen_nurminen
from analytics.safety.intervals import clopper_pearson, poisson_interval

HERE = Path(__file__).parent


def test_exact_poisson_intervals_equal_poisson_test_of_R():
    expected = pd.read_csv(HERE / "poisson.csv")
    lower, upper = poisson_interval(expected["n"].to_numpy())
    np.testing.assert_allclose(lower / expected["years"], expected["lower"], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(upper / expected["years"], expected["upper"], rtol=1e-9)


def test_clopper_pearson_equals_binom_test_of_R():
    expected = pd.read_csv(HERE / "clopper_pearson.csv")
    lower, upper = clopper_pearson(expected["x"].to_numpy(), expected["n"].to_numpy())
    np.testing.assert_allclose(lower, expected["lower"], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(upper, expected["upper"], rtol=1e-9)


def test_score_interval_equals_a_numerical_maximisation_in_R():
    expected = pd.read_csv(HERE / "differences.csv")
    columns = (expected[c].to_numpy() for c in ("x1", "n1", "x2", "n2"))
    _, lower, upper = miettinen_nurminen(*columns)
    np.testing.assert_allclose(lower, expected["lower"], atol=2e-6)
    np.testing.assert_allclose(upper, expected["upper"], atol=2e-6)


def test_fisher_p_equals_fisher_test_of_R():
    expected = pd.read_csv(HERE / "differences.csv")
    p = [fisher_exact_p(*row) for row in expected[["x1", "n1", "x2", "n2"]].itertuples(index=False)]
    np.testing.assert_allclose(p, expected["p_fisher"], rtol=1e-9)


# Newcombe RG (1998) Stat Med 17:873-890, table II, method of Miettinen and Nurminen, contrasts a to d.
@pytest.mark.parametrize(
    ("table", "limits"),
    [
        ((56, 70, 48, 80), (0.0528, 0.3382)),
        ((9, 10, 3, 10), (0.1700, 0.8406)),
        ((6, 7, 2, 7), (0.0342, 0.8534)),
        ((5, 56, 0, 29), (-0.0326, 0.1933)),
    ],
)
def test_score_interval_gives_the_published_examples(table, limits):
    _, lower, upper = miettinen_nurminen(*(np.array([v]) for v in table))
    assert (round(lower[0], 4), round(upper[0], 4)) == limits


def test_the_score_statistic_at_both_limits_is_the_normal_quantile_squared():
    """Independent of the closed form: the restricted likelihood maximised numerically at the limits
    returned.
    """
    rng = np.random.default_rng(3)
    n1, n2 = rng.integers(5, 200, 25), rng.integers(5, 200, 25)
    x1, x2 = rng.binomial(n1, rng.random(25)), rng.binomial(n2, rng.random(25))
    _, *limits = miettinen_nurminen(x1, n1, x2, n2)
    interior = np.flatnonzero((x1 > 0) & (x1 < n1) & (x2 > 0) & (x2 < n2))
    assert len(interior) > 10
    reached = [_score_statistic(x1[i], n1[i], x2[i], n2[i], limit[i]) for limit in limits for i in interior]
    np.testing.assert_allclose(reached, special.ndtri(0.975) ** 2, rtol=1e-5)


def _score_statistic(x1, n1, x2, n2, delta):
    def minus_log_likelihood(p):
        return -(
            x1 * np.log(p + delta)
            + (n1 - x1) * np.log(1 - p - delta)
            + x2 * np.log(p)
            + (n2 - x2) * np.log(1 - p)
        )

    bounds = (max(0, -delta) + 1e-12, min(1, 1 - delta) - 1e-12)
    p2 = optimize.minimize_scalar(
        minus_log_likelihood, bounds=bounds, method="bounded", options={"xatol": 1e-13}
    ).x
    p1 = p2 + delta
    variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
    return (x1 / n1 - x2 / n2 - delta) ** 2 / variance


def test_no_event_in_157_does_not_exclude_two_point_three_percent():
    _, upper = clopper_pearson(np.array([0]), np.array([157]))
    assert round(100 * upper[0], 1) == 2.3
