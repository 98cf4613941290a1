"""What a user of the group-sequential boundaries relies on."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from analytics.monitoring.alpha_spending import alpha_spent, boundaries


@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock"])
def test_all_alpha_is_spent_at_full_information_and_none_before_it_starts(spending: str) -> None:
    assert alpha_spent(1.0, 0.05, spending) == pytest.approx(0.05)
    assert alpha_spent(1e-6, 0.05, spending) < 1e-5


def test_a_single_look_has_the_ordinary_critical_value() -> None:
    assert boundaries([1.0])["boundary_z"].iloc[0] == pytest.approx(norm.isf(0.025))


def test_paths_stay_inside_uneven_boundaries_with_the_probability_left() -> None:
    times = np.array([0.3, 0.45, 0.9])
    table = boundaries(times.tolist(), 0.05, "pocock")
    correlation = np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))
    limit = table["boundary_z"].to_numpy()
    inside = multivariate_normal(np.zeros(3), correlation, seed=1, abseps=1e-8).cdf(limit, lower_limit=-limit)
    assert 1 - inside == pytest.approx(table["alpha_spent"].iloc[-1], abs=1e-5)


@pytest.mark.parametrize("times", [[], [0.5, 0.5], [0.5, 0.4], [0.0, 1.0], [0.5, 1.1]])
def test_information_times_that_do_not_rise_within_0_to_1_are_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="rise strictly"):
        boundaries(times)
