"""Pooling over imputations: estimates by Rubin's rules, of sets or subjects drawn anew by averaged influences;
survival as the mean.

With one data set everything is passed through.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.imputation.rematched import Contributions, pool_rematched, two_way_variances
from analytics.imputation.rubin import PooledEstimate, pool_estimates, pool_survival
from analytics.survival.competing_risks import CumulativeIncidence
from analytics.survival.curve import SurvivalCurve
from analytics.survival.followed import Followed

Curve = SurvivalCurve | CumulativeIncidence


@dataclass(frozen=True)
class Pooled:
    """An estimate over imputations, on its own scale; NaN with a note where none of them has one.

    `imputation_noise` is what another set of as many draws would move it by, as a share of its standard error.
    """

    estimate: float
    standard_error: float
    ci_lower: float
    ci_upper: float
    p_value: float
    note: str | None = None
    imputation_noise: float = 0.0


def nothing(note: str | None) -> Pooled:
    """No estimate, and why."""
    return Pooled(np.nan, np.nan, np.nan, np.nan, np.nan, note)


def pooled(
    parts: Sequence[Followed],
    estimates: np.ndarray,
    variances: np.ndarray,
    influences: Sequence[np.ndarray],
    level: float = 0.95,
    *,
    as_given: bool = False,
    adjusted: bool = False,
) -> Pooled:
    """Pool over data sets as their comparison asks for: where sets or subjects are drawn anew, by averaged influences.

    Where a control stands in several sets, rows depend on each other by set and by subject, and variances are made of the
    influences, two-way (Austin and Cafri 2020): by subject alone, what a pair has in common would count as noise.

    Args:
        parts: the comparison on each data set.
        estimates, variances: as `rubin`.
        influences: of each row of each part on its estimate; NaN for rows that it does not use. None are needed of a single
            part without repeated subjects.
        level: confidence level.
        as_given: whether variances stay what they are, as those of a bootstrap or within sets do.
        adjusted: whether the estimate itself takes covariates that may have been imputed.
    """
    anchors = [part.anchor for part in parts]
    repeated = any(part.repeated for part in parts)
    if (len(parts) < 2 and not repeated) or any(anchor is None for anchor in anchors):
        return rubin(estimates, variances, level)
    contributions = [
        Contributions(
            np.nan_to_num(value),
            part.frame["weight"].to_numpy(float),
            part.frame["usubjid"].to_numpy(),
            np.asarray(anchor),
        )
        for value, part, anchor in zip(influences, parts, anchors, strict=True)
    ]
    if repeated and not as_given:
        variances = two_way_variances(np.asarray(variances), contributions)
    if len(parts) < 2:
        return rubin(estimates, variances, level)
    return _of_several(pool_rematched(estimates, variances, contributions, level=level, adjusted=adjusted))


def _of_several(found: PooledEstimate) -> Pooled:
    noise = float(np.sqrt(found.between / max(found.n_imputation, 1)) / found.standard_error)
    numbers = (found.estimate, found.standard_error, found.ci_lower, found.ci_upper, found.p_value)
    return Pooled(*numbers, found.note, noise)


def rubin(
    estimates: np.ndarray, variances: np.ndarray, level: float = 0.95, *, complete_df: float = np.inf
) -> Pooled:
    """Rubin's rules over data sets; a single one keeps its own interval, which is normal but for `complete_df`.

    Args:
        estimates: (m,) on a scale where normality is reasonable (log hazard ratio, difference).
        variances: (m,) their squared standard errors.
        level: confidence level.
        complete_df: degrees of freedom of a variance had nothing been missing.
    """
    from scipy.special import stdtr, stdtrit

    if len(estimates) > 1:
        return _of_several(pool_estimates(estimates, variances, complete_df=complete_df, level=level))
    estimate, error = float(estimates[0]), float(np.sqrt(variances[0]))
    half = float(stdtrit(complete_df, 0.5 + level / 2)) * error
    p_value = float(2 * stdtr(complete_df, -abs(estimate) / error)) if error > 0 else np.nan
    return Pooled(estimate, error, estimate - half, estimate + half, p_value)


def pooled_mean(estimates: np.ndarray, variances: np.ndarray) -> tuple[float, float]:
    """Pooled estimate and standard error."""
    pooled = rubin(np.asarray(estimates, float), np.asarray(variances, float))
    return pooled.estimate, pooled.standard_error


def pooled_curve(curves: list[SurvivalCurve], level: float) -> pd.DataFrame:
    """One curve of several: time_days, n_risk, n_event, n_censor, survival, ci_lower, ci_upper, n_imputation.

    Survival and counts are averaged at every time of any curve; the interval is on the complementary log-log scale.
    """
    return _pooled_steps(
        curves, [curve.survival for curve in curves], ("n_event", "n_censor"), level, before=1.0
    )


def pooled_incidence(curves: Sequence[CumulativeIncidence], level: float) -> pd.DataFrame:
    """As `pooled_curve`, of cumulative incidences: survival is one minus them; with n_competing.

    It is pooled on its own scale, so that the interval of several data sets is of the kind that one has.
    """
    heights = [curve.incidence for curve in curves]
    made = _pooled_steps(curves, heights, ("n_event", "n_competing", "n_censor"), level, before=0.0)
    nobody = made["survival"] == 0
    lower, upper = (1 - made[name].mask(nobody, 0.0) for name in ("ci_upper", "ci_lower"))
    return made.assign(survival=1 - made["survival"], ci_lower=lower, ci_upper=upper)


def _pooled_steps(
    curves: Sequence[Curve],
    heights: Sequence[np.ndarray],
    counts: Sequence[str],
    level: float,
    *,
    before: float,
) -> pd.DataFrame:
    """Heights of curves averaged at every time of any, as `survival`, with their interval and the counts named.

    A curve stands at `before`, without error, until its own first time.
    """
    if len(curves) == 1:
        (curve,), (height,) = curves, heights
        named = {
            "time_days": curve.time,
            "n_risk": curve.n_risk,
            **{name: getattr(curve, name) for name in counts},
        }
        limits = {"survival": height, "ci_lower": curve.ci_lower, "ci_upper": curve.ci_upper}
        return pd.DataFrame({**named, **limits, "n_imputation": 1})
    grid = np.unique(np.concatenate([curve.time for curve in curves]))
    reached = [np.searchsorted(curve.time, grid, side="right") for curve in curves]
    height = np.array([np.r_[before, values][i] for values, i in zip(heights, reached, strict=True)])
    error = np.array([np.r_[0.0, curve.std_error][i] for curve, i in zip(curves, reached, strict=True)])
    made = pool_survival(height, error, level=level)
    found = {
        name: np.mean([_at_times(curve, getattr(curve, name), grid) for curve in curves], axis=0)
        for name in counts
    }
    n_risk = np.mean([curve.n_risk_at(grid) for curve in curves], axis=0)
    steps = pd.DataFrame({"time_days": grid, "n_risk": n_risk, **found})
    return pd.concat([steps, made], axis=1).assign(n_imputation=len(curves))


def _at_times(curve: Curve, values: np.ndarray, grid: np.ndarray) -> np.ndarray:
    result = np.zeros(len(grid))
    result[np.searchsorted(grid, curve.time)] = values
    return result
