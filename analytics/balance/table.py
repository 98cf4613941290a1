"""The balance table: one row per stage, covariate and level.

Belongs here: means, standardised mean differences (SMD), variance ratios and Kolmogorov–Smirnov distances, raw
and weighted. The verdict on them is in `gate`.
"""

import numpy as np
import pandas as pd

from analytics.balance.balance_kernel import arm_moments, largest_gap
from analytics.propensity.score_terms import is_categorical

DENOMINATORS = ("treated", "pooled")
COLUMNS = [
    "stage",
    "covariate",
    "level",
    "treated_mean",
    "control_mean",
    "treated_sd",
    "control_sd",
    "smd",
    "variance_ratio",
    "ks",
    "denominator",
    "n_missing",
]


def covariate_balance(
    covariates: pd.DataFrame,
    treated: np.ndarray,
    weights: np.ndarray | None = None,
    *,
    denominator: str = "treated",
) -> pd.DataFrame:
    """Balance before and, with weights, after adjustment (definitions of MatchIt and cobalt; Austin 2009).

    The SMD divides the difference of (weighted) means by the standard deviation *before* adjustment, of the treated
    or pooled as √((s₁² + s₀²)/2), so that adjustment cannot improve it by inflating spread. Two-valued covariates
    (0/1) and levels of categories are standardised too, by √(p(1−p)); their variance ratio is null and their KS
    distance is the difference of proportions.

    Args:
        covariates: (n, p); numbers, or categories of which every level gets a row.
        treated: (n,) 1 treated, 0 control.
        weights: (n,) non-negative, or None for the unadjusted stage only.
        denominator: "treated" for ATT and matched sets, "pooled" for ATE and overlap.

    Returns:
        stage (unadjusted, adjusted), covariate, level (null for numbers), treated_mean, control_mean, treated_sd,
        control_sd (weighted, null for two-valued covariates and levels), smd, variance_ratio, ks, denominator, n_missing.
        Missing values are left out of a covariate's figures and counted in n_missing; what cannot be computed is null.

    Raises:
        ValueError: unknown denominator.
    """
    if denominator not in DENOMINATORS:
        raise ValueError(f"balance: denominator {denominator!r} is not one of treated, pooled")
    arm = np.asarray(treated) == 1
    stages: list[tuple[str, np.ndarray]] = [("unadjusted", np.ones(arm.size))]
    if weights is not None:
        stages.append(("adjusted", np.ascontiguousarray(weights, dtype=np.float64)))
    rows = []
    for name in covariates.columns:
        for level, values, n_missing in _variables(covariates[name]):
            for stage, figures in zip(
                stages, _figures(values, arm, [w for _, w in stages], denominator), strict=True
            ):
                rows.append((stage[0], str(name), level, *figures, denominator, n_missing))
    table = pd.DataFrame(rows, columns=COLUMNS)
    rank = {"unadjusted": 0, "adjusted": 1}
    return table.sort_values("stage", key=lambda s: s.map(rank), kind="stable", ignore_index=True)


def _variables(column: pd.Series) -> list[tuple[str | None, np.ndarray, int]]:
    missing = column.isna().to_numpy()
    n_missing = int(missing.sum())
    if not is_categorical(column):
        return [(None, column.to_numpy(dtype=np.float64), n_missing)]
    text = column.astype(object).to_numpy()
    codes, levels = pd.factorize(text, sort=False)
    found: list[tuple[str | None, np.ndarray, int]] = []
    for code in np.argsort([str(level) for level in levels], kind="stable"):
        values = np.where(missing, np.nan, (codes == code).astype(np.float64))
        found.append((str(levels[code]), values, n_missing))
    return found


Figures = tuple[float, ...]
"""From treated_mean to ks."""
NOTHING: Figures = (float("nan"),) * 7


def _figures(
    values: np.ndarray, arm: np.ndarray, weights: list[np.ndarray], denominator: str
) -> list[Figures]:
    known = ~np.isnan(values)
    if not known.all():
        values, arm, weights = values[known], arm[known], [w[known] for w in weights]
    if arm.all() or not arm.any():
        return [NOTHING for _ in weights]
    values = np.ascontiguousarray(values)
    binary = bool(((values == 0) | (values == 1)).all())
    moments = [arm_moments(values, arm, np.ascontiguousarray(w)) for w in weights]
    raw = arm_moments(values, arm, np.ones(values.size))
    spread = _denominator(raw, binary, denominator)
    order = None if binary else np.argsort(values)
    figures = []
    for weight, moment in zip(weights, moments, strict=True):
        if not (moment[:, 0] > 0).all():
            figures.append(NOTHING)
            continue
        ks = None if order is None else float(largest_gap(values, order, arm, weight, moment[:, 0]))
        figures.append(_stage(moment, spread, ks))
    return figures


def _stage(moments: np.ndarray, spread: float, ks: float | None) -> Figures:
    """Figures of one stage; `ks` is None for a two-valued covariate, whose distance is that of the proportions."""
    mean_1, mean_0 = float(moments[0, 1]), float(moments[1, 1])
    difference = mean_1 - mean_0
    smd = difference / spread if spread > 0 else (0.0 if abs(difference) < 1e-8 else np.nan)
    if ks is None:
        return mean_1, mean_0, np.nan, np.nan, smd, np.nan, abs(difference)
    ratio = float(moments[0, 2] / moments[1, 2]) if moments[1, 2] > 0 else np.nan
    sd_1, sd_0 = np.sqrt(moments[:, 2])
    return mean_1, mean_0, float(sd_1), float(sd_0), smd, ratio, ks


def _denominator(moments: np.ndarray, binary: bool, denominator: str) -> float:
    """Standard deviation before adjustment that SMDs are divided by."""
    variance = moments[:, 1] * (1.0 - moments[:, 1]) if binary else moments[:, 2]
    pooled = float(np.sqrt(variance.mean()))
    if denominator == "pooled":
        return pooled
    own_spread = float(np.sqrt(variance[0]))
    # A covariate constant among the treated would divide by nothing; MatchIt falls back on the pooled one too.
    return own_spread if own_spread > np.sqrt(np.finfo(float).eps) else pooled
