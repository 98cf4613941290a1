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

    Backwards over the intervals: `reach` is the customary probability of k doses by the end of grace, by number of doses
    had, subject and intervals since the last. Bayes' rule turns the customary probability of a dose now into that among
    those who reach k.
    """
    k, n_grace = strategies.k, int(np.searchsorted(rows.breaks, strategies.grace_days))
    n_subject = int(rows.subject.max(initial=-1)) + 1
    reach = np.zeros((k + 1, n_subject, n_grace + 3))
    reach[k] = 1.0
    factor = np.ones(len(rows.index))
    order = np.argsort(rows.index, kind="stable")
    cuts = np.searchsorted(rows.index[order], np.arange(n_grace + 1))
    for interval in range(n_grace - 1, -1, -1):
        at = order[cuts[interval] : cuts[interval + 1]]
        at = at[rows.had[at] < k]
        had, who, gap = rows.had[at], rows.subject[at], rows.gap[at]
        dose = chance.customary[at] * reach[had + 1, who, 1]
        none = (1 - chance.customary[at]) * reach[had, who, gap + 1]
        either = np.where(dose + none > 0, dose + none, 1.0)
        given = chance.given_all[at]
        observed = np.where(rows.dosed[at], np.maximum(given, 1e-12), 1 - given)
        factor[at] = np.where(rows.dosed[at], dose, none) / either / observed
        reach = _one_interval_earlier(reach, chance, interval)
    return factor


def _one_interval_earlier(reach: np.ndarray, chance: DoseProbabilities, interval: int) -> np.ndarray:
    """Customary probability of k doses in time at the begin of an interval, from that at its end."""
    earlier = np.zeros_like(reach)
    earlier[-1] = 1.0
    n_gap = reach.shape[2] - 1
    for had, step in enumerate(chance.steps):
        m = step.chance(interval)[:, :n_gap] if step is not None else 0.0
        earlier[had, :, :n_gap] = m * reach[had + 1, :, 1:2] + (1 - m) * reach[had, :, 1:]
    return earlier


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
