"""Follow-up cut into short intervals: how many doses had been given, how long ago, and whether the next one was.

Here: the person-intervals of the dosing model. Not here: the probability of a dose (`dosing_model`).

Source: D'Agostino RB et al. Relation of pooled logistic regression to time dependent Cox regression analysis.
Stat Med 1990;9:1501-1515.
"""

from dataclasses import dataclass

import numpy as np

from analytics.exposure.dose_history import DoseHistory


@dataclass(frozen=True)
class Panel:
    """One entry per subject and interval of follow-up, until its end.

    Attributes:
        breaks: Begins of the intervals (days, rising, from 0) and the end of the last.
        subject: Row number of the subject in the dose history.
        index: Number of the interval.
        stop: End of the interval (days), `(start, stop]`; the last of a subject may be shorter.
        had: Doses had before it, k at most.
        gap: Intervals since the one of the last dose; doses up to day 0 count as of the interval before the first.
        dosed: Whether the next dose, up to the k-th, was given in it.
        decided: Day of that dose; the last day of the interval where there was none.
    """

    breaks: np.ndarray
    subject: np.ndarray
    index: np.ndarray
    stop: np.ndarray
    had: np.ndarray
    gap: np.ndarray
    dosed: np.ndarray
    decided: np.ndarray

    @property
    def start(self) -> np.ndarray:
        """Begin of each interval (days)."""
        return self.breaks[self.index]

    @property
    def length(self) -> np.ndarray:
        """Length of each interval, relative to the longest."""
        return (self.stop - self.start) / np.diff(self.breaks).max()


def panel(history: DoseHistory, k: int, breaks: np.ndarray) -> Panel:
    """Cuts each follow-up at the breaks and counts doses up to the k-th, one an interval at most.

    Doses up to day 0 have been had at the begin. Of two doses in one interval the later counts in the next.

    Args:
        history: The subjects.
        k: The dose.
        breaks: Days, rising, from 0 to the end of the longest follow-up or beyond.
    """
    count = np.maximum(np.searchsorted(breaks, history.stop, side="left"), 1)
    subject = np.repeat(np.arange(len(count)), count)
    index = np.arange(len(subject)) - np.repeat(np.cumsum(count) - count, count)
    stop = np.minimum(np.append(breaks[1:], np.inf)[index], history.stop[subject])
    owner, at, day = _later_doses(history, breaks)
    width = len(breaks) + len(at) + 2
    keys, here = owner * width + at, subject * width + index
    place = np.searchsorted(keys, here)
    before = place - np.searchsorted(owner, subject)
    last = np.where(before > 0, np.append(at, -1)[place - 1], -1)
    had = before + np.bincount(history.owner[history.day <= 0], minlength=len(count))[subject]
    dosed = (np.append(keys, -1)[place] == here) & (had < k)
    decided = np.where(dosed, np.append(day, 0.0)[place], stop - 1)
    return Panel(breaks, subject, index, stop, np.minimum(had, k), index - last, dosed, decided)


def _later_doses(history: DoseHistory, breaks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Subject, interval and day of the doses after day 0, each in a later interval than the one before."""
    later = history.day > 0
    owner, day = history.owner[later], history.day[later]
    number = np.arange(len(owner)) - np.searchsorted(owner, owner)
    at = np.searchsorted(breaks, day, side="right") - 1
    apart = owner * (len(breaks) + len(owner) + 1)
    return owner, np.maximum.accumulate(at - number + apart) - apart + number, day
