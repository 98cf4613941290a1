"""Inverse-probability-of-censoring weights for loss to follow-up that depends on recorded covariates.

Here: a Cox model of the time to censoring within each arm, and stabilised weights on intervals of follow-up.
Not here: the outcome model, which takes the intervals and weights (`analytics.survival.cox.fit_cox`), and
censoring at the data cut or horizon, which says nothing about a subject and is not modelled.

Source: Robins JM, Finkelstein DM. Correcting for noncompliance and dependent censoring in an AIDS clinical
trial with inverse probability of censoring weighted (IPCW) log-rank tests. Biometrics 2000;56:779-788.
"""

import numpy as np
import pandas as pd

from analytics.survival.cox import fit_cox
from analytics.survival.records import Records


def censoring_weights(
    intervals: pd.DataFrame, terms: list[str], by: str | None = "treated", truncate: float = 1.0
) -> pd.Series:
    """Stabilised weight of every interval: probability of being followed to its start, without over with
    covariates.

    Args:
        intervals: One row per subject and interval of the `(start, stop]` clock: usubjid, start, stop,
            lost (1 when the interval ends with loss to follow-up, else 0), the covariates (constant or
            changing from interval to interval, complete) and, if given, the column `by`.
        terms: Covariate columns that loss may depend on.
        by: Column whose levels get a censoring model of their own (the arm), or None.
        truncate: Quantile at which weights are cut; 1 leaves them as they are.

    Returns:
        Weights with the index of `intervals`. Levels without loss, or whose model cannot be fitted, weigh 1.
    """
    weight = pd.Series(1.0, index=intervals.index)
    groups = [intervals] if by is None else [part for _, part in intervals.groupby(by, sort=True)]
    for part in groups:
        weight.loc[part.index] = _weights(part, terms)
    return weight.clip(upper=weight.quantile(truncate)) if truncate < 1 else weight


def _weights(part: pd.DataFrame, terms: list[str]) -> pd.Series:
    """Weights of one arm.

    Exp of the difference of cumulative hazards of loss up to the start of each interval.
    """
    ordered = part.sort_values(["usubjid", "start"])
    records = Records(ordered["stop"], ordered["lost"], entry=ordered["start"])
    fit = fit_cox(records, ordered[terms].astype(float), ties="breslow")
    if not np.isfinite(fit.coefficient).all():
        return pd.Series(1.0, index=part.index)
    linear = ordered[terms].to_numpy(float) @ fit.coefficient
    centred = linear - linear.mean()
    gap = _hazard(ordered, np.exp(centred)) * np.exp(centred) - _hazard(ordered, np.ones(len(ordered)))
    before = pd.Series(gap, index=ordered.index).groupby(ordered["usubjid"]).cumsum() - gap
    return np.exp(before).reindex(part.index)


def _hazard(ordered: pd.DataFrame, risk: np.ndarray) -> np.ndarray:
    """Breslow increment of the cumulative hazard of loss over each row's interval."""
    start, stop = ordered["start"].to_numpy(float), ordered["stop"].to_numpy(float)
    lost = ordered["lost"].to_numpy() == 1
    times, count = np.unique(stop[lost], return_counts=True)
    at_risk = _sum_from(stop, risk, times) - _sum_from(start, risk, times)
    cumulative = np.concatenate([[0.0], np.cumsum(count / at_risk)])
    upto = np.searchsorted(times, stop, side="right")
    return cumulative[upto] - cumulative[np.searchsorted(times, start, side="right")]


def _sum_from(clock: np.ndarray, risk: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Sum of risk over rows whose clock is at or after each time."""
    order = np.argsort(clock, kind="stable")
    total = np.concatenate([np.cumsum(risk[order][::-1])[::-1], [0.0]])
    return total[np.searchsorted(clock[order], times, side="left")]
