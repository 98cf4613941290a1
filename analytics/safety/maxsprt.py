"""Poisson maximised sequential probability ratio test: the statistic and its exact critical value.

Here: Kulldorff, Davis, Kolczak, Lewis, Lieu & Platt (2011), Sequential Analysis 30:58-78, by exact
    computation.
Not here: which events are counted, and the record of looks.
"""

from functools import lru_cache

import numpy as np
from scipy import optimize, special


def log_likelihood_ratio(n_event: float, expected: float) -> float:
    """n ln(n / mu) - (n - mu) where more events than expected were seen, else 0."""
    if n_event <= expected:
        return 0.0
    if expected <= 0:
        return float("inf")
    return float(n_event * np.log(n_event / expected) - (n_event - expected))


def signal_times(critical_value: float, n_max: int) -> np.ndarray:
    """Expected count until which the n-th event signals, n = 1 … n_max: the root mu < n of the statistic.

    n ln(n/mu) - n + mu = c  <=>  mu = -n W0(-exp(-1 - c/n)), W0 the principal branch of Lambert's function.
    """
    n = np.arange(1, n_max + 1, dtype=np.float64)
    return -n * special.lambertw(-np.exp(-1 - critical_value / n)).real


def signal_probability(
    critical_value: float, expected_max: float, min_events: int = 1, relative_risk: float = 1.0
) -> float:
    """Probability of a signal before the expected count reaches `expected_max`, monitoring continuously.

    The n-th event signals when it comes by mu_n (n >= min_events). No signal thus means fewer than n events
    by min(mu_n, expected_max) for every such n: a Markov chain on the count, stepped from one mu_n to the
    next.
    """
    n_max = _first_beyond(critical_value, expected_max, min_events)
    times = np.minimum(signal_times(critical_value, n_max)[min_events - 1 :], expected_max) * relative_risk
    alive = np.zeros(n_max)
    alive[0] = 1.0
    counts = np.arange(n_max)
    previous = 0.0
    for n, time in zip(range(min_events, n_max + 1), times, strict=True):
        step = time - previous
        arrivals = np.exp(special.xlogy(counts[:n], step) - step - special.gammaln(counts[:n] + 1))
        alive[:n] = np.convolve(alive[:n], arrivals)[:n]
        previous = time
    return float(1 - alive.sum())


def _first_beyond(critical_value: float, expected_max: float, min_events: int) -> int:
    """The smallest count >= min_events that signals at `expected_max` or later."""
    n = max(min_events, 1)
    while log_likelihood_ratio(n, expected_max) < critical_value:
        n += max(1, int(0.01 * n))
    while n > max(min_events, 1) and log_likelihood_ratio(n - 1, expected_max) >= critical_value:
        n -= 1
    return n


@lru_cache(maxsize=256)
def critical_value(expected_max: float, alpha: float = 0.05, min_events: int = 1) -> float | None:
    """Exact critical value of the log-likelihood ratio for continuous monitoring.

    Looking less often (a look a release) keeps the error below alpha.

    Args:
        expected_max: expected count at which monitoring ends (T).
        alpha: error over the whole of monitoring.
        min_events: events needed before a signal (M).

    Returns:
        The critical value, or None where even `min_events` by the end are rarer than alpha, so that no signal
        rule of that error exists.
    """
    reachable = special.pdtrc(min_events - 1, expected_max)
    if reachable < alpha:
        return None

    def excess(value: float) -> float:
        return signal_probability(value, expected_max, min_events) - alpha

    low, high = 1e-9, 2.0
    while excess(high) > 0:
        high *= 2
    if excess(low) <= 0:
        return low
    return float(optimize.brentq(excess, low, high, xtol=1e-10))
