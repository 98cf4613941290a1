"""Bootstrap intervals that refit everything the estimate depends on: score, matching or weights, and Cox model.

Here: resampling, percentile and standard-error summaries, and ready-made array statistics of a matched and of a
weighted hazard ratio. Not here: the estimates themselves, which come from `propensity`, `matching` and `survival`.

Rows are to be in the order of the subject key, so that a seed gives the same replicates whatever the order of the
source. Sources: Efron B, Tibshirani RJ. An Introduction to the Bootstrap. 1993; Austin PC, Small DS. The use of
bootstrapping when using propensity-score matching without replacement. Stat Med 2014;33:4306-4319.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from analytics.matching.caliper import caliper_width
from analytics.matching.nearest import nearest_pairs
from analytics.propensity.logistic import fit_logistic
from analytics.propensity.logistic_kernel import linear_predictor
from analytics.survival.cox import fit_cox_arrays
from analytics.survival.records import CheckedRecords
from analytics.weighting.balancing import balancing_weights, truncate_weights
from analytics.weighting.scheme import Scheme

FEWEST_REPLICATES = 10
"""Of a data set; a variance is their average over data sets, each without bias however few its replicates."""
Statistic = Callable[[np.ndarray], float]
"""Takes the drawn row numbers, with repeats, and returns a figure; NaN when it cannot be made."""

Resample = Callable[[np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Bootstrap:
    """What the replicates say about an estimate; null with a note when fewer than nine in ten could be made."""

    replicates: np.ndarray
    standard_error: float | None
    ci_lower: float | None
    ci_upper: float | None
    n_failed: int
    note: str | None


def by_arm(treated: np.ndarray) -> Resample:
    """Draws subjects with replacement within each arm, whose sizes stay as they are."""
    arms = [np.flatnonzero(np.asarray(treated) == arm) for arm in (1, 0)]
    return lambda rng: np.concatenate([rows[rng.integers(0, len(rows), len(rows))] for rows in arms])


def bootstrap(
    statistic: Statistic, resample: Resample, seed: int, n_replicate: int = 1000, level: float = 0.95
) -> Bootstrap:
    """Percentile interval and standard error of a statistic.

    Args:
        statistic: Figure from drawn rows, such as `matched_log_hazard_ratio(...)`.
        resample: draws row numbers, such as `by_arm(treated)`.
        seed: Seed of the draws.
        n_replicate: Number of replicates.
        level: Coverage aimed at.
    """
    found = replicates(statistic, resample, seed, n_replicate)
    made = found[np.isfinite(found)]
    failed = n_replicate - len(made)
    if not enough(found):
        note = f"no bootstrap interval: {failed} of {n_replicate} replicates could not be estimated"
        return Bootstrap(found, None, None, None, failed, note)
    lower, upper = np.quantile(made, [(1 - level) / 2, (1 + level) / 2])
    note = f"bootstrap, {n_replicate} replicates, seed {seed}" + (f", {failed} failed" if failed else "")
    return Bootstrap(found, float(made.std(ddof=1)), float(lower), float(upper), failed, note)


def replicates(
    statistic: Callable[[np.ndarray], float | np.ndarray], resample: Resample, seed: int, n_replicate: int
) -> np.ndarray:
    """(n_replicate,) of a statistic, of k figures (k, n_replicate); NaN where it cannot be made. See `bootstrap`."""
    rng = np.random.default_rng(seed)
    found = np.array([statistic(resample(rng)) for _ in range(n_replicate)]).T
    return np.where(np.isfinite(found), found, np.nan)


def of_each_data_set(n_replicate: int, n_data_set: int) -> int:
    """How many replicates each of several data sets has, which share them out."""
    return max(FEWEST_REPLICATES, -(-n_replicate // n_data_set))


def enough(found: np.ndarray) -> bool:
    """Whether replicates (..., n) say something: nine in ten could be made, and two in every row."""
    made = np.isfinite(found)
    return bool(made.mean() >= 0.9 and (made.sum(axis=-1) >= 2).all())


@dataclass(frozen=True)
class StudyArrays:
    """What a replicate needs, in the order of the subject key.

    Attributes:
        covariates: (p, n) coded terms of the propensity model, complete.
        treated: (n,) 0/1.
        records: n records.
    """

    covariates: np.ndarray
    treated: np.ndarray
    records: CheckedRecords


def matched_log_hazard_ratio(
    data: StudyArrays,
    caliper: float | None = 0.2,
    caliper_scale: str = "pooled_logit",
    ratio: int = 1,
    order: str = "descending",
) -> Statistic:
    """Statistic: marginal log hazard ratio after refitting the score and matching again without replacement."""

    def statistic(rows: np.ndarray) -> float:
        treated = data.treated[rows]
        logit = _refitted_logit(data.covariates[:, rows], treated)
        if logit is None:
            return np.nan
        width = caliper_width(logit, treated, caliper, caliper_scale)
        chosen, controls = nearest_pairs(treated, logit, width, ratio=ratio, order=order)
        real = controls >= 0
        weight = np.repeat(1 / np.maximum(real.sum(axis=1), 1), controls.shape[1])[real.ravel()]
        members = rows[np.concatenate([chosen, controls[real]])]
        return _log_hazard_ratio(data, members, np.concatenate([np.ones(len(chosen)), weight]))

    return statistic


def weighted_log_hazard_ratio(data: StudyArrays, scheme: Scheme, truncate_quantile: float = 1.0) -> Statistic:
    """Statistic: marginal log hazard ratio after refitting the score, weighting by it and truncating as the estimate does.

    Raises:
        ValueError: The scheme's weights do not come from the score.
    """
    tilt = scheme.tilt
    if tilt is None:
        raise ValueError(f"bootstrap: the weights of scheme {scheme.name!r} do not come from the score")

    def statistic(rows: np.ndarray) -> float:
        treated = data.treated[rows]
        logit = _refitted_logit(data.covariates[:, rows], treated)
        if logit is None:
            return np.nan
        weight = balancing_weights(treated, expit(logit), tilt)
        if scheme.truncated and truncate_quantile < 1:
            weight = truncate_weights(weight, treated, truncate_quantile)
        return _log_hazard_ratio(data, rows, weight)

    return statistic


def _refitted_logit(covariates: np.ndarray, treated: np.ndarray) -> np.ndarray | None:
    """Logit of the propensity score in this replicate, or None when the model cannot be fitted."""
    fit = fit_logistic(covariates, treated)
    if not fit.converged:
        return None
    return linear_predictor(np.ascontiguousarray(covariates), fit.coefficient[0], fit.coefficient[1:])


def _log_hazard_ratio(data: StudyArrays, rows: np.ndarray, weight: np.ndarray) -> float:
    """Cox model with treatment alone; NaN without events or with an infinite estimate."""
    records, treated = data.records, data.treated[rows].astype(np.float64)
    event = records.event[rows]
    if not event.any() or treated.min() == treated.max():
        return np.nan
    entry = None if records.entry is None else records.entry[rows]
    fit = fit_cox_arrays(CheckedRecords(records.stop[rows], event, weight, entry), treated[:, None])
    usable = fit.converged and not fit.diverging.any() and not fit.aliased.any()
    return float(fit.coefficient[0]) if usable else np.nan
