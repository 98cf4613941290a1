"""Rubin's rules: one estimate, or one test, from several imputations.

Belongs here: pooling of estimates on a scale where they are nearly normal: log hazard ratios as they are, survival
as its complementary log-log; and of Wald statistics.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats


@dataclass(frozen=True)
class PooledEstimate:
    """A pooled estimate, on the scale of the estimates given.

    Attributes:
        estimate, standard_error: pooled; null when fewer than two imputations have an estimate.
        ci_lower, ci_upper, p_value: by the t distribution with `df` degrees of freedom.
        df: Barnard and Rubin's (1999); infinite when imputations agree.
        within, between: mean variance within imputations, and variance between them.
        relative_increase: of variance due to missing values.
        fraction_missing: fraction of information missing.
        n_imputation: imputations that gave an estimate.
        note: why null or pooled over fewer imputations, or None.
    """

    estimate: float
    standard_error: float
    ci_lower: float
    ci_upper: float
    p_value: float
    df: float
    within: float
    between: float
    relative_increase: float
    fraction_missing: float
    n_imputation: int
    note: str | None


def pool_estimates(
    estimates: np.ndarray, variances: np.ndarray, *, complete_df: float = np.inf, level: float = 0.95
) -> PooledEstimate:
    """Pool by Rubin's rules (Rubin 1987; degrees of freedom by Barnard and Rubin 1999), as mice's `pool.scalar`.

    Args:
        estimates: (m,) e.g. log hazard ratios; null where an imputation gave none.
        variances: (m,) their squared standard errors.
        complete_df: degrees of freedom had nothing been missing.
        level: of the interval.
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    given = np.isfinite(q) & np.isfinite(u)
    n, m = q.size, int(given.sum())
    if m < 2:
        return _nothing(m, f"{m} of {n} imputations gave an estimate; two are needed to pool")
    note = None if m == n else f"pooled over the {m} of {n} imputations that gave an estimate"
    q, u = q[given], u[given]
    mean, within, between = float(q.mean()), float(u.mean()), float(q.var(ddof=1))
    increase = (1.0 + 1.0 / m) * between / within if within > 0 else np.inf
    df = _degrees_of_freedom(m, increase, complete_df)
    total = within + (1.0 + 1.0 / m) * between
    error = float(np.sqrt(total))
    reach = float(stats.t.ppf(0.5 + level / 2.0, df)) * error
    p_value = float(2.0 * stats.t.sf(abs(mean) / error, df)) if error > 0 else float("nan")
    missing = (increase + 2.0 / (df + 3.0)) / (increase + 1.0) if np.isfinite(increase) else 1.0
    return PooledEstimate(
        mean, error, mean - reach, mean + reach, p_value, df, within, between, increase, missing, m, note
    )


def _degrees_of_freedom(m: int, increase: float, complete_df: float) -> float:
    share = increase / (1.0 + increase) if np.isfinite(increase) else 1.0
    old = np.inf if share < 1e-12 else (m - 1) / share**2
    if not np.isfinite(complete_df):
        return float(old)
    observed = (complete_df + 1.0) / (complete_df + 3.0) * complete_df * (1.0 - share)
    return float(observed) if not np.isfinite(old) else float(old * observed / (old + observed))


def _nothing(m: int, note: str) -> PooledEstimate:
    null = float("nan")
    return PooledEstimate(null, null, null, null, null, null, null, null, null, null, m, note)


@dataclass(frozen=True)
class PooledTest:
    """A Wald test pooled over imputations: `statistic` is F times its numerator's degrees of freedom, never below 0."""

    statistic: float
    df: int
    p_value: float
    denominator_df: float


def pool_wald(statistics: np.ndarray, df: int) -> PooledTest:
    """Pool Wald statistics when only they are at hand (Li, Meng, Raghunathan and Rubin 1991), as mitml's D2.

    Args:
        statistics: (m,) chi-squared statistics of the same hypothesis; null where an imputation gave none.
        df: degrees of freedom of each.
    """
    chi2 = np.asarray(statistics, dtype=float)
    chi2 = chi2[np.isfinite(chi2)]
    m = chi2.size
    if m == 0:
        return PooledTest(float("nan"), df, float("nan"), float("nan"))
    increase = (1.0 + 1.0 / m) * float(np.sqrt(chi2).var(ddof=1)) if m > 1 else 0.0
    if increase == 0.0:
        return PooledTest(float(chi2[0]), df, float(stats.chi2.sf(chi2[0], df)), float("inf"))
    f = max((float(chi2.mean()) / df - (m + 1) / (m - 1) * increase) / (1.0 + increase), 0.0)
    denominator = df ** (-3.0 / m) * (m - 1) * (1.0 + 1.0 / increase) ** 2
    return PooledTest(f * df, df, float(stats.f.sf(f, df, denominator)), denominator)


def pool_survival(survival: np.ndarray, standard_error: np.ndarray, *, level: float = 0.95) -> pd.DataFrame:
    """Pool survival curves: the mean over imputations, which never rises, its interval on the complementary log-log scale.

    One rule at every time, whether or not somebody has died in each imputation: Rubin's variance of the mean survival is
    brought to the complementary log-log scale by the delta method. (Averaging on that scale, Marshall et al. 2009, has no
    value where an imputation stands at 0 or 1, and makes a curve rise where it changes to another rule.)

    Args:
        survival: (m, k) survival at k times in each of m > 1 imputations.
        standard_error: (m, k) of survival; null where an imputation has none, as at survival 0.
        level: of the interval, which is by the t distribution as in `pool_estimates`.

    Returns:
        One row per time: survival, ci_lower, ci_upper. The interval is [1, 1] before the first death and null where
        survival is 0 in every imputation.
    """
    s, error = np.atleast_2d(survival).astype(float), np.atleast_2d(standard_error).astype(float)
    m = len(s)
    middle, between = s.mean(axis=0), s.var(axis=0, ddof=1)
    # An imputation without an error (everybody has died) adds none; where none has one, there is none.
    known = np.isfinite(error)
    within = (np.where(known, error, 0.0) ** 2).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    total = within + (1.0 + 1.0 / m) * between
    share = np.divide((1.0 + 1.0 / m) * between, total, out=np.zeros_like(total), where=total > 0)
    df = np.where(share < 1e-12, np.inf, (m - 1) / np.maximum(share, 1e-12) ** 2)
    reach = stats.t.ppf(0.5 + level / 2.0, df) * np.sqrt(total)
    ends = np.where(middle == 1.0, 1.0, np.full((2, len(middle)), np.nan))
    inner = (middle > 0.0) & (middle < 1.0)
    log = np.log(middle[inner])
    shift = reach[inner] / (middle[inner] * log)
    ends[:, inner] = np.exp(log * np.exp(np.array([-shift, shift])))
    return pd.DataFrame({"survival": middle, "ci_lower": ends[0], "ci_upper": ends[1]})
