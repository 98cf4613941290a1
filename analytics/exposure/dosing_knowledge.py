"""What is known of a subject when the next dose is given or not: baseline covariates, and scores up to that day.

Here: columns of numbers for the dosing model. Not here: the model (`dosing_model`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.exposure.dose_history import DoseHistory
from analytics.exposure.dosing_panel import Panel
from analytics.survival.design import design_matrix


@dataclass(frozen=True)
class Knowledge:
    """Columns without a gap.

    Attributes:
        baseline: (n, p) numbers, indicators of categories, and marks of missing values; p may be 0.
        visited: (rows, 0 or 1) whether a score was taken in the interval, up to the dose if there was one.
        scores: (rows, q) the last score up to then, its square, and both along time; q may be 0.
    """

    baseline: np.ndarray
    visited: np.ndarray
    scores: np.ndarray


def knowledge(history: DoseHistory, rows: Panel, alsfrs: pd.DataFrame | None) -> Knowledge:
    """Columns for the rows of a panel.

    Args:
        history: The subjects with their baseline covariates; text columns are categories.
        rows: Person-intervals.
        alsfrs: usubjid, day, value: ALSFRS-R along follow-up; None for none.
    """
    baseline = _complete(design_matrix(history.covariates).matrix)
    if alsfrs is None:
        nothing = np.zeros((len(rows.index), 0))
        return Knowledge(baseline, nothing, nothing)
    value, day = last_known(history, alsfrs, rows.subject, rows.decided)
    visited = np.nan_to_num(day, nan=-np.inf) >= rows.start
    score = _complete(value[:, None])
    centred = score[:, 0] - score[:, 0].mean()
    years = rows.start / 365.25
    scores = np.column_stack([score, centred**2, centred * years])
    return Knowledge(baseline, visited.astype(float)[:, None], scores)


def _complete(columns: np.ndarray) -> np.ndarray:
    """Missing values at the mean, and columns that mark them."""
    missing = np.isnan(columns)
    mean = np.nansum(columns, axis=0) / np.maximum((~missing).sum(axis=0), 1)
    marks = missing[:, missing.any(axis=0)].astype(float)
    return np.column_stack([np.where(missing, mean, columns), marks])


def last_known(
    history: DoseHistory, measurements: pd.DataFrame, subject: np.ndarray, days: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Last value measured on or before each day, carried forward, and its day; NaN before the first.

    Args:
        history: The subjects.
        measurements: usubjid, day, value; of several on one day the highest counts.
        subject: Row numbers of subjects.
        days: A day for each of them.
    """
    mine = measurements[measurements["usubjid"].isin(history.usubjid)].dropna(subset=["day", "value"])
    owner = np.searchsorted(history.usubjid, mine["usubjid"].to_numpy())
    day, value = mine["day"].to_numpy(float), mine["value"].to_numpy(float)
    order = np.lexsort((value, day, owner))
    owner, day, value = owner[order], np.append(day[order], np.nan), np.append(value[order], np.nan)
    low = min(np.nanmin(day, initial=0.0), days.min(initial=0.0))
    width = max(np.nanmax(day, initial=0.0), days.max(initial=0.0)) - low + 1
    keys = owner * width + day[:-1] - low
    found = np.searchsorted(keys, subject * width + days - low, side="right") - 1
    own = (found >= 0) & (np.append(owner, -1)[found] == subject)
    found = np.where(own, found, len(owner))
    return value[found], day[found]
