"""Log-rank tests: the weighted family, stratified (also by matched pair), with delayed entry, case weights and clusters.

Belongs here: tests of equal hazards between groups. Does not belong here: effect sizes.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from analytics.survival.arrays import Array, Floats
from analytics.survival.cox_data import risk_set_rows
from analytics.survival.cox_residual_kernel import residual_pass
from analytics.survival.log_rank_kernel import forward_product, group_table
from analytics.survival.records import CheckedRecords, Records
from analytics.survival.sorting_kernel import sum_by_group

FAMILIES = ("log_rank", "wilcoxon", "tarone_ware", "peto", "fleming_harrington")


@dataclass(frozen=True)
class TestResult:
    """A chi-square test; NaN with a note where it cannot be made. By group: weighted events seen and expected."""

    __test__ = False  # not a test case, whatever pytest thinks of the name

    statistic: float
    df: int
    p_value: float
    groups: tuple[str, ...] = ()
    observed: tuple[float, ...] = ()
    expected: tuple[float, ...] = ()
    note: str | None = None


def log_rank(
    records: Records,
    group: ArrayLike,
    *,
    family: str = "log_rank",
    rho: float = 0.0,
    gamma: float = 0.0,
) -> TestResult:
    """Compare the hazards of k groups.

    Event times are weighted by 1 (``log_rank``), the number at risk (``wilcoxon``: Gehan–Breslow), its square root
    (``tarone_ware``), Peto & Peto's survival ∏(1 − d/(n + 1)) (``peto``), or S(t−)^rho·(1 − S(t−))^gamma with the
    pooled Kaplan–Meier of the stratum (``fleming_harrington``; gamma = 0 is R's ``survdiff(rho)``). Case weights
    (inverse probability of treatment) enter the variance as in Xie & Liu 2005. For matched pairs give the pair as
    stratum. With clusters (a subject in several rows) the variance of the log-rank score is robust to them, as the
    robust score test of a Cox model with Breslow ties (Lin & Wei 1989).

    Args:
        records: n records; clusters for the log-rank test alone.
        group: (n,) labels.
        family: one of the five above.
        rho: exponent of Fleming–Harrington.
        gamma: exponent of Fleming–Harrington.

    Raises:
        ValueError: unknown family, or clusters with another than the log-rank test; see also ``Records.checked``.
    """
    if family not in FAMILIES:
        raise ValueError(f"family must be one of {', '.join(FAMILIES)}, not {family}")
    if records.cluster is not None and family != "log_rank":
        raise ValueError(f"{family}: only the log_rank test has a variance robust to clusters")
    labels = np.asarray(group)
    kept = records.usable & ~np.asarray(pd.isna(labels))
    used = records.checked(kept)
    names, codes = np.unique(labels[kept], return_inverse=True)
    data = risk_set_rows(used, np.empty((used.n, 0)))
    stratum, at_risk, events, squares, n, d = group_table(codes[data.order], len(names), data.rows)
    time_weight = _time_weights(
        family, rho, gamma, stratum=stratum, n=at_risk.sum(axis=1), d=events.sum(axis=1)
    )
    expected = at_risk * (events.sum(axis=1) / at_risk.sum(axis=1))[:, None]
    score = (time_weight[:, None] * (events - expected)).sum(axis=0)
    variance = _variance(time_weight, at_risk, squares, n, d)
    if used.cluster is not None:
        variance = _robust_variance(used, codes, len(names))
    weighted = time_weight[:, None]
    return _test(names, score, variance, (weighted * events).sum(axis=0), (weighted * expected).sum(axis=0))


def _time_weights(family: str, rho: float, gamma: float, *, stratum: Array, n: Floats, d: Floats) -> Floats:
    """Weight of each event time; the table's times run backwards within a stratum."""
    if family == "wilcoxon":
        return n
    if family == "tarone_ware":
        return np.sqrt(n)
    if family == "log_rank" or (family == "fleming_harrington" and rho == 0 and gamma == 0):
        return np.ones(len(n))
    at = 1.0 if family == "peto" else 0.0
    survival = forward_product(1.0 - d / (n + at), stratum)
    if family == "peto":
        return survival
    before = np.ones(len(n))
    same = stratum[1:] == stratum[:-1]
    before[:-1][same] = survival[1:][same]
    return before**rho * (1.0 - before) ** gamma


def _variance(time_weight: Floats, at_risk: Floats, squares: Floats, n: Floats, d: Floats) -> Floats:
    """Covariance (k, k) of the scores; with unit weights the hypergeometric one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(n > 1, d * (n - d) / (n * (n - 1)), 0.0) * time_weight**2
    share = at_risk / at_risk.sum(axis=1, keepdims=True)
    scaled = factor[:, None] * squares
    cross = scaled.T @ share
    total = (factor * squares.sum(axis=1))[:, None] * share
    return np.diag(scaled.sum(axis=0)) - cross - cross.T + share.T @ total


def _robust_variance(used: CheckedRecords, codes: Array, n_group: int) -> Floats:
    """Covariance (k, k) of the scores from their sums by cluster."""
    indicator = np.ascontiguousarray((codes[:, None] == np.arange(n_group)).astype(np.float64))
    data = risk_set_rows(used, indicator)
    _, residual, _, _ = residual_pass(data.rows, np.zeros(n_group), False)
    # Rows are standardised for fitting; a score residual scales as its column does.
    assert used.cluster is not None
    weighted = residual * data.scale * data.rows.weight[:, None]
    by_cluster = sum_by_group(weighted, used.cluster[data.order], int(used.cluster.max()) + 1)
    return np.asarray(by_cluster.T @ by_cluster)


def _test(names: Array, score: Floats, variance: Floats, observed: Floats, expected: Floats) -> TestResult:
    detail = (tuple(str(name) for name in names), tuple(observed.tolist()), tuple(expected.tolist()))
    used = expected > 0
    df = max(int(used.sum()) - 1, 0)
    if df == 0:
        reason = "no events" if observed.sum() == 0 else "fewer than two groups at risk at event times"
        return TestResult(np.nan, df, np.nan, *detail, note=reason)
    block = variance[np.ix_(used, used)][1:, 1:]
    if np.linalg.matrix_rank(block, hermitian=True) < df:
        return TestResult(np.nan, df, np.nan, *detail, note="the groups are never at risk together")
    difference = score[used][1:]
    statistic = float(difference @ np.linalg.solve(block, difference))
    return TestResult(statistic, df, float(chdtrc(df, statistic)), *detail)
