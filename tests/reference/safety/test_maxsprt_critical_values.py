"""Critical values of the Poisson MaxSPRT against the published tables and against simulation.

Published: Kulldorff et al. (2011) Sequential Analysis 30:58-78, table 1; for a minimum of events, Kulldorff &
Silva (2015) REVSTAT 13:313-333 and the tables shipped with the R package Sequential.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.safety.maxsprt import critical_value, log_likelihood_ratio, signal_probability, signal_times

HERE = Path(__file__).parent


def test_exact_critical_values_equal_the_published_ones_to_every_printed_digit():
    published = pd.read_csv(HERE / "maxsprt_published.csv")
    computed = [critical_value(r.expected_max, r.alpha, r.min_events) for r in published.itertuples()]
    np.testing.assert_allclose(computed, published["critical_value"], atol=1.01e-6)


@pytest.mark.parametrize(("expected_max", "min_events"), [(1.0, 1), (10.0, 1), (10.0, 4)])
def test_simulated_processes_signal_with_probability_alpha(expected_max, min_events):
    """Independent of the recursion: arrival times of many Poisson processes, the statistic taken at each
    arrival.
    """
    rng = np.random.default_rng(11)
    n_process, n_arrival = 200_000, int(expected_max + 12 * np.sqrt(expected_max) + 12)
    arrivals = rng.exponential(size=(n_process, n_arrival)).cumsum(axis=1)
    n = np.arange(1, n_arrival + 1)
    statistic = np.where(arrivals < n, n * np.log(n / arrivals) - (n - arrivals), 0)
    countable = (arrivals <= expected_max) & (n >= min_events)
    signalled = (countable & (statistic >= critical_value(expected_max, 0.05, min_events))).any(axis=1)
    standard_error = np.sqrt(0.05 * 0.95 / n_process)
    assert abs(signalled.mean() - 0.05) < 4 * standard_error


# Kulldorff et al. (2011), table 2: power for a relative risk, alpha 0.05.
@pytest.mark.parametrize(
    ("expected_max", "relative_risk", "power"),
    [(1, 2, 0.185), (5, 1.5, 0.190), (10, 2, 0.685), (20, 1.5, 0.450)],
)
def test_power_equals_the_published_table(expected_max, relative_risk, power):
    value = critical_value(expected_max)
    assert signal_probability(value, expected_max, relative_risk=relative_risk) == pytest.approx(
        power, abs=6e-4
    )


def test_the_statistic_reaches_the_critical_value_exactly_at_the_signal_time():
    times = signal_times(3.0, 40)
    assert [log_likelihood_ratio(n, t) for n, t in enumerate(times, start=1)] == pytest.approx([3.0] * 40)
    assert (np.diff(times) > 0).all()


def test_no_rule_exists_where_the_minimum_of_events_is_rarer_than_alpha():
    assert critical_value(0.5, 0.05, 4) is None


def test_fewer_events_than_expected_never_speak_for_a_risk():
    assert log_likelihood_ratio(3, 5.0) == 0.0
    assert log_likelihood_ratio(0, 0.0) == 0.0
