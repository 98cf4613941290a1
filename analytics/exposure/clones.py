"""Clones of the subjects under two dosing strategies: when each is censored, and the weights of the others.

Here: the strategies and the weighted intervals of the clones. Not here: the probability of being dosed
(`dosing_model`), and the outcome model (`clone_censor_weight`). Sources: Cain LE et al. When to start treatment?
Int J Biostat 2010;6(2):18; Robins JM, Hernán MA, Siebert U. Effects of multiple interventions. In: Comparative
Quantification of Health Risks. WHO 2004, chapter 28.

Strategy 1: k doses by the end of the grace period, each timed as is customary among all who begin alike (same baseline) and
have k in time, whatever their course. Strategy 0: earlier doses as they come, the k-th never.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.exposure.dose_history import DoseHistory
from analytics.exposure.dosing_model import DoseProbabilities
from analytics.exposure.dosing_panel import Panel
from analytics.exposure.reach_kernel import reach_after


@dataclass(frozen=True)
class Strategies:
    """What is compared and how finely time is cut.

    Attributes:
        k: The dose.
        grace_days: End of the grace period, days from time zero.
        interval_days: Length of an interval of the dosing model.
    """

    k: int
    grace_days: float
    interval_days: float = 7.0

    def breaks(self, last: float) -> np.ndarray:
        """Whole intervals back and forth from the end of the grace period, which is a break itself, to beyond `last`."""
        before = self.grace_days - self.interval_days * np.arange(
            int(np.ceil(self.grace_days / self.interval_days))
        )
        n_after = max(2, int(np.ceil((last - self.grace_days) / self.interval_days)) + 1)
        after = self.grace_days + self.interval_days * np.arange(1, n_after)
        return np.unique(np.concatenate([[0.0], before, after]))


def cloned_intervals(
    history: DoseHistory, rows: Panel, strategies: Strategies, chance: DoseProbabilities, share: np.ndarray
) -> pd.DataFrame:
    """The two clones of each subject, cut at their departure from the strategy, with weights.

    Departures within an interval are matched by weights from the next interval on. A weight is the probability of the dosing
    had so far under the strategy over that observed, and averages 1 within whatever preceded it.

    Args:
        history: The subjects.
        rows: Person-intervals, with a break at the end of the grace period.
        strategies: The strategies.
        chance: Probabilities of the next dose.
        share: (n,) how often each subject counts.

    Returns:
        One row per clone and interval: subject, strategy (1 = k doses in time), start, stop, event, weight.
    """
    never = np.full(len(history.stop), np.inf)
    clones = [
        _clone(history, rows, 1, never, _in_time(rows, strategies, chance)),
        _clone(
            history, rows, 0, history.day_of_dose(strategies.k), _withheld(rows, strategies.k, chance, share)
        ),
    ]
    return pd.concat(clones, ignore_index=True)


def _in_time(rows: Panel, strategies: Strategies, chance: DoseProbabilities) -> np.ndarray:
    """Factors of strategy 1: of who can no longer have the k-th dose in time, 0.

    Bayes' rule turns the customary probability of a dose now into that among
    those who reach k.
    """
    n_grace = int(np.searchsorted(rows.breaks, strategies.grace_days))
    at = np.argsort(rows.index, kind="stable")
    at = at[(rows.index[at] < n_grace) & (rows.had[at] < strategies.k)]
    cuts = np.searchsorted(rows.index[at], np.arange(n_grace + 1))
    after = reach_after(*_odds_against(chance, rows), cuts, rows.had[at], rows.subject[at], rows.gap[at])
    customary, given, dosed = chance.customary[at], chance.given_all[at], rows.dosed[at]
    dose, none = customary * after[0], (1 - customary) * after[1]
    either = np.where(dose + none > 0, dose + none, 1.0)
    observed = np.where(dosed, np.maximum(given, 1e-12), 1 - given)
    factor = np.ones(len(rows.index))
    factor[at] = np.where(dosed, dose, none) / either / observed
    return factor


def _odds_against(chance: DoseProbabilities, rows: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Of each step, by time and by subject; a dose that nobody had cannot come."""
    n_subject, n_interval = int(rows.subject.max(initial=-1)) + 1, len(rows.breaks) - 1
    time = np.full((len(chance.steps), n_interval, n_interval + 2), np.inf)
    person = np.ones((len(chance.steps), n_subject))
    for number, step in enumerate(chance.steps):
        if step is not None:
            time[number], person[number] = np.exp(-step.time), np.exp(-step.person)
    return time, person


def _withheld(rows: Panel, k: int, chance: DoseProbabilities, share: np.ndarray) -> np.ndarray:
    """Factors of strategy 0, steadied by the share of all its clones who leave it in the interval, whoever they are.

    A share that knew the number of doses had would keep those who decline earlier ones at a larger weight.
    """
    in_it, leaving = rows.had < k, (rows.had == k - 1) & rows.dosed
    n = len(rows.breaks)
    counted = [
        np.bincount(rows.index[m], weights=share[rows.subject[m]], minlength=n) for m in (in_it, leaving)
    ]
    staying = 1 - counted[1] / np.maximum(counted[0], 1e-12)
    return np.where(rows.had == k - 1, 1 / (1 - chance.given_all), 1.0) * staying[rows.index]


def _clone(
    history: DoseHistory, rows: Panel, strategy: int, until: np.ndarray, factors: np.ndarray
) -> pd.DataFrame:
    """One strategy's clones, censored at `until` (n,), weighted by the product of the factors of the intervals before."""
    lagged = np.append(1.0, factors[:-1])
    lagged[np.append(True, rows.subject[1:] != rows.subject[:-1])] = 1.0
    stop = np.minimum(rows.stop, until[rows.subject])
    ends = stop == history.stop[rows.subject]
    frame = pd.DataFrame(
        {
            "subject": rows.subject,
            "strategy": strategy,
            "start": rows.start,
            "stop": stop,
            "event": np.where(ends, history.event[rows.subject], 0),
            "weight": pd.Series(lagged).groupby(rows.subject).cumprod().to_numpy(),
        }
    )
    return frame[(frame["stop"] > frame["start"]) & (frame["weight"] > 1e-12)]
