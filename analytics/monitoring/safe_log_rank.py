"""Safe log-rank test: an e-process and a confidence sequence that may be looked at every night.

Here: the exact conditional likelihood ratio of a two-group log-rank test with ties, against stated
alternatives, and the set of hazard ratios it has not rejected. Not here: boundaries at declared times
(`alpha_spending`).

An e-value of 20 rejects at 5 % whatever the number of looks. The guarantee is exact when everyone starts at
the same time; with staggered entry, as in a registry, events are ordered by time since entry and not by
calendar, and the guarantee is approximate. Source: ter Schure J, Pérez-Ortiz MF, Ly A, Grünwald PD. The
anytime-valid logrank test: error control under continuous monitoring with unlimited horizon. NEJSDS
2024;2:190-214 (2020 preprint).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from analytics.survival.records import Records


@dataclass(frozen=True)
class EventTable:
    """Per death time: at risk and dying in the treated arm, at risk and dying in both arms."""

    at_risk_treated: np.ndarray
    at_risk: np.ndarray
    deaths_treated: np.ndarray
    deaths: np.ndarray


@dataclass(frozen=True)
class SafeLogRank:
    """Evidence against a hazard ratio of 1, and the hazard ratios still standing at `level`."""

    e_value: float
    alternative: float
    ci_lower: float | None
    ci_upper: float | None
    level: float
    n_event: int
    note: str | None


def event_table(records: Records, treated: ArrayLike) -> EventTable:
    """Risk sets on the `(entry, stop]` clock at each distinct death time."""
    stop, event, treated = records.stop, records.event, np.asarray(treated, int)
    begin = np.full(len(stop), -np.inf) if records.entry is None else records.entry
    times = np.unique(stop[event == 1])

    def at_risk(mask: np.ndarray) -> np.ndarray:
        ended = np.searchsorted(np.sort(stop[mask]), times, side="left")
        entered = np.searchsorted(np.sort(begin[mask]), times, side="left")
        return entered - ended

    def dying(mask: np.ndarray) -> np.ndarray:
        found = stop[mask & (event == 1)]
        return np.bincount(np.searchsorted(times, found), minlength=len(times))

    everyone = np.ones(len(stop), dtype=bool)
    return EventTable(at_risk(treated == 1), at_risk(everyone), dying(treated == 1), dying(everyone))


def log_likelihood(table: EventTable, hazard_ratios: np.ndarray) -> np.ndarray:
    """Exact conditional log likelihood at each hazard ratio: Fisher's non-central hypergeometric per death
    time.

    With tied deaths the hazard ratio plays the part of the odds ratio, as in the exact discrete partial
    likelihood.
    """
    ratios = np.log(np.asarray(hazard_ratios, dtype=float))
    treated, control = table.at_risk_treated[:, None], (table.at_risk - table.at_risk_treated)[:, None]
    deaths = table.deaths[:, None]
    norming = np.full((len(table.deaths), len(ratios)), -np.inf)
    for k in range(int(table.deaths.max(initial=0)) + 1):
        possible = (k <= treated) & (k <= deaths) & (deaths - k <= control)
        ways = _log_choose(treated, k) + _log_choose(control, deaths - k)
        norming = np.logaddexp(norming, np.where(possible, ways + k * ratios[None, :], -np.inf))
    chosen = _log_choose(treated, table.deaths_treated[:, None])
    chosen = chosen + _log_choose(control, (table.deaths - table.deaths_treated)[:, None])
    return (chosen + table.deaths_treated[:, None] * ratios - norming).sum(axis=0)


def _log_choose(n: np.ndarray, k: np.ndarray | int) -> np.ndarray:
    """Log binomial coefficient; meaningless, and masked by the caller, where k is outside 0 to n."""
    k = np.clip(k, 0, n)
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def safe_log_rank(
    records: Records,
    treated: ArrayLike,
    *,
    alternative: float = 0.7,
    level: float = 0.95,
) -> SafeLogRank:
    """E-value against a hazard ratio of 1 and the confidence sequence at this look.

    The evidence is half a bet on `alternative` times the null, half on its reciprocal, so that benefit and
    harm both count. For each hazard ratio the same bet is made around it; those with evidence below 1 / (1
    - level) stand.

    Args:
        records: n records, without weights: a bet is on whole subjects.
        treated: (n,) 1 for treated, 0 for control.
        alternative: Smallest hazard ratio worth finding, below 1, declared beforehand.
        level: Coverage over all looks together.

    Raises:
        ValueError: If the alternative is not between 0 and 1.
    """
    if not 0 < alternative < 1:
        raise ValueError("The alternative of the safe log-rank test is a hazard ratio between 0 and 1.")
    table = event_table(records, treated)
    n_event = int(table.deaths.sum())
    informative = (table.at_risk_treated > 0) & (table.at_risk_treated < table.at_risk)
    if not informative.any():
        return SafeLogRank(1.0, alternative, None, None, level, n_event, "no death with both arms at risk")
    e_value = evidence(table, alternative)
    lower, upper = _standing(table, alternative, level)
    return SafeLogRank(e_value, alternative, lower, upper, level, n_event, None)


def evidence(table: EventTable, alternative: float) -> float:
    """E-value against a hazard ratio of 1 alone, without the confidence sequence."""
    return math.exp(float(_log_evidence(table, np.ones(1), alternative)[0]))


def _log_evidence(table: EventTable, nulls: np.ndarray, alternative: float) -> np.ndarray:
    """Log of the two-sided e-process against each null hazard ratio."""
    at_null = log_likelihood(table, nulls)
    bets = [log_likelihood(table, nulls * factor) - at_null for factor in (alternative, 1 / alternative)]
    return np.logaddexp(*bets) - math.log(2)


def _standing(table: EventTable, alternative: float, level: float) -> tuple[float | None, float | None]:
    """Ends of the interval of hazard ratios not rejected.

    None where it does not end within 1/1000 to 1000.
    """
    grid = np.exp(np.linspace(-math.log(1000), math.log(1000), 601))
    limit = -math.log(1 - level)
    standing = np.flatnonzero(_log_evidence(table, grid, alternative) < limit)
    if len(standing) == 0:
        return None, None
    first, last = int(standing[0]), int(standing[-1])
    lower = None if first == 0 else _edge(table, alternative, limit, grid[first - 1], grid[first])
    upper = None if last == len(grid) - 1 else _edge(table, alternative, limit, grid[last + 1], grid[last])
    return lower, upper


def _edge(table: EventTable, alternative: float, limit: float, outside: float, inside: float) -> float:
    """Bisection, on the log scale, between a rejected and a standing hazard ratio."""
    for _ in range(40):
        middle = math.sqrt(outside * inside)
        rejected = _log_evidence(table, np.array([middle]), alternative)[0] >= limit
        outside, inside = (middle, inside) if rejected else (outside, middle)
    return inside
