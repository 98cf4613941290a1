"""Pooling of an estimate from matched sets that are made anew in every imputation.

Belongs here: the variance of the mean of such estimates. Rubin's rules, for estimates from the same subjects in every
imputation, are in `rubin`.

A control that is in the sets of one imputation and not of the next makes estimates differ for no missing information, and
the mean over imputations rests on more controls than any one set. Rubin's rules count that twice (in each variance within
and in the variance between) and give intervals a third too wide. Here the mean has one influence per subject, its
influences averaged over imputations (Robins and Wang 2000 without their term for the parameters of the imputation model),
with the noise of finitely many imputations beside it. `docs/validation.md` holds it against simulated truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from analytics.imputation.rubin import PooledEstimate, pool_estimates


@dataclass(frozen=True)
class Contributions:
    """What each row of one imputation adds to an estimate.

    Attributes:
        value: (n,) influence, weights included; the squares of its sums by cluster add up to the variance.
        subject: (n,) keys.
        anchor: (n,) key of the set that is the same in every imputation, its treated subject; the subject's own outside
            sets.
    """

    value: np.ndarray
    subject: np.ndarray
    anchor: np.ndarray


def pool_rematched(
    estimates: np.ndarray,
    variances: np.ndarray,
    contributions: Sequence[Contributions],
    *,
    level: float = 0.95,
) -> PooledEstimate:
    """Mean over imputations, with the variance of averaged influences and the noise of few imputations.

    Args:
        estimates: (m,) e.g. log hazard ratios; null where an imputation gave none.
        variances: (m,) their squared standard errors.
        contributions: m of them.
        level: of the interval, which is normal.

    Returns:
        As `pool_estimates`; by Rubin's rules where some imputation has no estimate.
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    plain = pool_estimates(q, u, level=level)
    m = len(q)
    if m < 2 or plain.n_imputation < m:
        return plain
    frames = [_scaled(each, variance) for each, variance in zip(contributions, u, strict=True)]
    within = two_way_variance(pd.concat(frames, ignore_index=True).assign(value=lambda f: f["value"] / m))
    total = within + plain.between / m
    error = float(np.sqrt(total))
    reach = float(ndtri(0.5 + level / 2.0)) * error
    return PooledEstimate(
        plain.estimate,
        error,
        plain.estimate - reach,
        plain.estimate + reach,
        float(2.0 * ndtr(-abs(plain.estimate) / error)) if error > 0 else float("nan"),
        np.inf,
        within,
        plain.between,
        plain.between / m / within if within > 0 else np.inf,
        plain.fraction_missing,
        m,
        plain.note,
    )


def two_way_variance(rows: pd.DataFrame) -> float:
    """Variance of a sum of values that share a subject or a set (Cameron, Gelbach and Miller 2011).

    Args:
        rows: value, subject, anchor.
    """
    both = rows.groupby(["anchor", "subject"], sort=True)["value"].sum()
    squares = [float((both.groupby(level=name).sum() ** 2).sum()) for name in ("anchor", "subject")]
    return sum(squares) - float((both**2).sum())


def _scaled(given: Contributions, variance: float) -> pd.DataFrame:
    """Contributions whose own variance is the one that the estimate was given."""
    frame = pd.DataFrame({"value": given.value, "subject": given.subject, "anchor": given.anchor})
    own = two_way_variance(frame)
    return frame.assign(value=frame["value"] * np.sqrt(variance / own)) if own > 0 else frame
