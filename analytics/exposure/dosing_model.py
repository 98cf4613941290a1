"""When was the k-th dose given, as a pooled logistic model over short intervals of follow-up.

Here: the person-interval panel with the last known ALSFRS-R, the natural spline of time, and the fitted
probability of the dose in each interval. Not here: cloning, censoring and weighting (`clone_censor_weight`).

Source: D'Agostino RB et al. Relation of pooled logistic regression to time dependent Cox regression analysis.
Stat Med 1990;9:1501-1515; Hernán MA, Robins JM. Causal Inference: What If. 2020, chapters 17 and 21.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.exposure.dose_history import DoseHistory

_RIDGE = 1e-3
"""Penalty on standardised columns.

So that intervals in which nobody is dosed do not drive a slope to infinity.
"""


@dataclass(frozen=True)
class Panel:
    """One entry per subject and interval of follow-up, until its end.

    Attributes:
        subject: Row number of the subject in the dose history.
        start, stop: The interval `(start, stop]`; the last of a subject may be shorter.
        eligible: Whether the k-th dose could be given: the one before it was had, the k-th was not, and the
            interval lies within the span in which anybody had it.
        dosed: Whether the k-th dose was given in it.
        given: Whether the k-th dose had been given before it.
    """

    subject: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    eligible: np.ndarray
    dosed: np.ndarray
    given: np.ndarray


def panel(history: DoseHistory, k: int, breaks: np.ndarray) -> Panel:
    """Cuts each follow-up at the breaks (days, rising, from 0)."""
    count = np.maximum(np.searchsorted(breaks, history.stop, side="left"), 1)
    subject = np.repeat(np.arange(len(count)), count)
    position = np.arange(len(subject)) - np.repeat(np.cumsum(count) - count, count)
    start = breaks[position]
    ends = np.append(breaks[1:], np.inf)
    stop = np.minimum(ends[position], history.stop[subject])
    dose = history.day_of_dose(k)[subject]
    dosed = (dose >= start) & (dose < stop)
    given = dose < start
    ready = (history.doses_before(subject, start) >= k - 1) | dosed
    return Panel(subject, start, stop, ready & ~given & _within_window(start, dosed), dosed, given)


def _within_window(start: np.ndarray, dosed: np.ndarray) -> np.ndarray:
    """Intervals from the first to the last in which anybody had the dose: outside, its probability is 0."""
    if not dosed.any():
        return np.zeros(len(start), dtype=bool)
    return (start >= start[dosed].min()) & (start <= start[dosed].max())


def last_known(
    history: DoseHistory, measurements: pd.DataFrame, subject: np.ndarray, days: np.ndarray
) -> np.ndarray:
    """Last value measured on or before each day, carried forward; NaN before the first.

    Args:
        history: The subjects.
        measurements: usubjid, day, value; one row per subject and day.
        subject: Row numbers of subjects.
        days: Days, of the same length.
    """
    keys = history.usubjid
    known = measurements.loc[measurements["usubjid"].isin(keys), ["usubjid", "day", "value"]].dropna()
    owner = np.searchsorted(keys, known["usubjid"].to_numpy())
    day, value = known["day"].to_numpy(float), known["value"].to_numpy(float)
    order = np.lexsort((value, day, owner))
    owner, day, value = owner[order], day[order], value[order]
    low = min(day.min(initial=0.0), days.min(initial=0.0))
    width = max(day.max(initial=0.0), days.max(initial=0.0)) - low + 1
    found = np.searchsorted(owner * width + day - low, subject * width + days - low, side="right") - 1
    own = (found >= 0) & (owner[np.maximum(found, 0)] == subject) if len(owner) else np.zeros(len(days), bool)
    return np.where(own, value[np.maximum(found, 0)] if len(owner) else np.nan, np.nan)


def time_spline(start: np.ndarray, dosed: np.ndarray, n_knot: int = 5) -> np.ndarray:
    """Natural cubic spline of time (n_knot - 1 columns), knots at quantiles of the times of the dose.

    Source: Harrell FE. Regression Modeling Strategies, 2nd ed. 2015, section 2.4.5.
    """
    shares = np.linspace(0.02, 0.98, n_knot)
    knots = np.unique(np.quantile(start[dosed], shares)) if dosed.any() else np.array([])
    if len(knots) < 3:
        return start[:, None]
    last, before = knots[-1], knots[-2]
    scale = (last - knots[0]) ** 2
    columns = [start]
    for knot in knots[:-2]:
        tail = _cubed(start - before) * (last - knot) - _cubed(start - last) * (before - knot)
        columns.append((_cubed(start - knot) - tail / (last - before)) / scale)
    return np.column_stack(columns)


def _cubed(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0.0) ** 3


def pooled_logistic(columns: np.ndarray, happened: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Fitted probability per row of a logistic model with the log interval length as offset.

    Columns are standardised, constant ones dropped, slopes held by a slight ridge. Newton's method.

    Args:
        columns: (n, p) predictors without intercept, complete.
        happened: (n,) 0/1.
        length: (n,) length of the interval relative to a whole one, in (0, 1].
    """
    spread = columns.std(axis=0)
    kept = spread > 1e-12
    standard = (columns[:, kept] - columns[:, kept].mean(axis=0)) / spread[kept]
    x = np.column_stack([np.ones(len(columns)), standard])
    penalty = np.full(x.shape[1], _RIDGE)
    penalty[0] = 0.0
    offset = np.log(length)
    beta = np.zeros(x.shape[1])
    beta[0] = np.log((happened.sum() + 0.5) / (len(happened) - happened.sum() + 0.5))
    for _ in range(50):
        p = _expit(x @ beta + offset)
        gradient = x.T @ (happened - p) - penalty * beta
        step = np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + np.diag(penalty + 1e-10), gradient)
        height = _penalised_likelihood(x @ beta + offset, happened, penalty, beta)
        while (
            _penalised_likelihood(x @ (beta + step) + offset, happened, penalty, beta + step) < height - 1e-9
        ):
            step = step / 2
        beta = beta + step
        if np.max(np.abs(step)) < 1e-8:
            break
    return _expit(x @ beta + offset)


def _penalised_likelihood(
    linear: np.ndarray, happened: np.ndarray, penalty: np.ndarray, beta: np.ndarray
) -> float:
    return float(happened @ linear - np.logaddexp(0, linear).sum() - penalty @ beta**2 / 2)


def _expit(linear: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(linear, -35, 35)))
