"""Clones of the subjects under two dosing strategies: when each is censored, and the weights of the others.

Here: the strategies and the weighted intervals of the clones. Not here: the probability of being dosed
(`dosing_model`), and the outcome model (`clone_censor_weight`). Source: Cain LE et al. When to start treatment?
Int J Biostat 2010;6(2):18.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.exposure.dose_history import DoseHistory
from analytics.exposure.dosing_model import Panel

Timing = Literal["natural", "marginal"]


@dataclass(frozen=True)
class Strategies:
    """What is compared and how finely time is cut.

    Attributes:
        k: The dose.
        grace_days: End of the grace period, days from time zero.
        interval_days: Length of an interval of the dosing model.
        timing: When the dose comes within the grace period. `natural`: as observed, those still without it
            in the last interval have it then; `marginal`: as among all who have it in time, whatever their
            course. The second spreads the weights over all who are dosed and is steadier.
        truncate: Quantile at which weights are cut within each strategy; 1 leaves them as they are.
    """

    k: int
    grace_days: float
    interval_days: float = 14.0
    timing: Timing = "marginal"
    truncate: float = 1.0


def cloned_intervals(
    history: DoseHistory, rows: Panel, strategies: Strategies, probability: np.ndarray, marginal: np.ndarray
) -> pd.DataFrame:
    """The two clones of each subject, cut at their departure from the strategy, with weights.

    Departures within an interval are matched by weights from the next interval on.

    Args:
        history: The subjects.
        rows: Person-intervals, with a break at the end of the grace period.
        strategies: The strategies.
        probability: Of the dose in each interval, given time and covariates; 0 where it could not be given.
        marginal: The same given time alone, which stabilises the weights.

    Returns:
        One row per clone and interval: subject, strategy (1 = dose in time), start, stop, event, weight.
    """
    dose = history.day_of_dose(strategies.k)
    in_time = np.where(dose <= strategies.grace_days, np.inf, strategies.grace_days)
    clones = [
        _clone(
            history,
            rows,
            1,
            in_time,
            _weights(rows, _dosing_factors(rows, strategies, probability, marginal)),
        ),
        _clone(history, rows, 0, dose, _weights(rows, (1 - marginal) / (1 - probability))),
    ]
    return pd.concat([_truncated(clone, strategies.truncate) for clone in clones], ignore_index=True)


def _dosing_factors(
    rows: Panel, strategies: Strategies, probability: np.ndarray, marginal: np.ndarray
) -> np.ndarray:
    """Probability of what happened in an interval under the first strategy over that observed; 1 after grace."""
    intended = _intended(rows, strategies, probability, marginal)
    had = intended / np.maximum(probability, 1e-12)
    not_had = (1 - intended) / (1 - probability)
    in_grace = (rows.start < strategies.grace_days) & rows.eligible
    return np.where(in_grace, np.where(rows.dosed, had, not_had), 1.0)


def _intended(
    rows: Panel, strategies: Strategies, probability: np.ndarray, marginal: np.ndarray
) -> np.ndarray:
    """Probability of the dose in each interval under the first strategy; 1 in the last of grace."""
    last = rows.start >= strategies.grace_days - strategies.interval_days - 1e-9
    if strategies.timing == "natural":
        return np.where(last, 1.0, probability)
    starts, position = np.unique(rows.start, return_inverse=True)
    hazard = np.zeros(len(starts))
    np.maximum.at(hazard, position[rows.eligible], marginal[rows.eligible])
    hazard = np.where(starts < strategies.grace_days, hazard, 0.0)
    waiting = np.concatenate([[1.0], np.cumprod(1 - hazard)])
    due = waiting[:-1] - waiting[-1]
    conditional = np.where(due > 0, hazard * waiting[:-1] / np.where(due > 0, due, 1.0), 0.0)
    return np.where(last, 1.0, np.minimum(conditional, 1.0)[position])


def _weights(rows: Panel, factors: np.ndarray) -> np.ndarray:
    """Running product, within subject, of the factors of the intervals before."""
    lagged = np.append(1.0, factors[:-1])
    lagged[np.append(True, rows.subject[1:] != rows.subject[:-1])] = 1.0
    return pd.Series(lagged).groupby(rows.subject).cumprod().to_numpy()


def _clone(
    history: DoseHistory, rows: Panel, strategy: int, until: np.ndarray, weight: np.ndarray
) -> pd.DataFrame:
    """One strategy's clones, censored at `until`."""
    limit = until[rows.subject]
    stop = np.minimum(rows.stop, limit)
    ends = stop == history.stop[rows.subject]
    frame = pd.DataFrame(
        {
            "subject": rows.subject,
            "strategy": strategy,
            "start": rows.start,
            "stop": stop,
            "event": np.where(ends, history.event[rows.subject], 0),
            "weight": weight,
        }
    )
    return frame[(frame["stop"] > frame["start"]) & (frame["weight"] > 1e-12)]


def _truncated(clones: pd.DataFrame, quantile: float) -> pd.DataFrame:
    """Weights cut at their quantile."""
    if quantile >= 1:
        return clones
    return clones.assign(weight=clones["weight"].clip(upper=clones["weight"].quantile(quantile)))
