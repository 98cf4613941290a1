"""Pooling of an estimate from matched sets that are made anew in every imputation.

Belongs here: the variance of the mean of such estimates. Rubin's rules, for estimates from the same subjects in every
imputation, are in `rubin`.

A control that is in the sets of one imputation and not of the next makes estimates differ for no missing information, and
the mean over imputations rests on more controls than any one set. Rubin's rules count that twice (in each variance within
and in the variance between) and give intervals a third too wide. Here the mean has one influence per subject, its
influences averaged over imputations (Robins and Wang 2000 without their term for the parameters of the imputation model):
products of those of different imputations, with the noise of finitely many imputations beside it. Of an estimate that
takes covariates itself, what was drawn for a subject moves the subject's own influence; that is missing information, and
counts once within and once between, as in Rubin's rules. `docs/validation.md` holds it against simulated truth.
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
        weight: (n,) of the row, more than 0.
        subject: (n,) keys.
        anchor: (n,) key of the set that is the same in every imputation, its treated subject; the subject's own outside
            sets.
    """

    value: np.ndarray
    weight: np.ndarray
    subject: np.ndarray
    anchor: np.ndarray


def pool_rematched(
    estimates: np.ndarray,
    variances: np.ndarray,
    contributions: Sequence[Contributions],
    *,
    level: float = 0.95,
    adjusted: bool = False,
) -> PooledEstimate:
    """Mean over imputations, with the variance of averaged influences and the noise of few imputations.

    Args:
        estimates: (m,) e.g. log hazard ratios; null where an imputation gave none.
        variances: (m,) their squared standard errors.
        contributions: m of them.
        level: of the interval, which is normal.
        adjusted: whether the estimate itself takes covariates, and not its sets alone.

    Returns:
        As `pool_estimates`; by Rubin's rules where some imputation has no estimate.
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    plain = pool_estimates(q, u, level=level)
    m = len(q)
    if m < 2 or plain.n_imputation < m:
        return plain
    rows = _Rows.of(contributions)
    own = rows.two_way_variance(rows.value, rows.draw, m)
    scale = np.sqrt(np.divide(u, own, out=np.ones(m), where=own > 0))
    value = rows.value * scale[rows.draw]
    averaged = float(rows.two_way_variance(value / m, np.zeros_like(rows.draw), 1)[0])
    # An average of m influences keeps the m-th part of what differs between draws, which `between` has already: products of
    # different draws alone have none of it.
    between_draws = (m * averaged - float(u.mean())) / (m - 1)
    within = between_draws if between_draws > 0 else averaged
    if adjusted:
        within += 2.0 * rows.variance_of_draws(value, m)
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


def two_way_variances(variances: np.ndarray, contributions: Sequence[Contributions]) -> np.ndarray:
    """Variance of each imputation's estimate, robust to sets and to subjects at once (Cameron, Gelbach and Miller 2011).

    Args:
        variances: (m,) other ones, kept where they are null or where the two-way one is not positive, as it can be in a few
            sets.
        contributions: m of them.
    """
    rows = _Rows.of(contributions)
    found = rows.two_way_variance(rows.value, rows.draw, len(variances))
    return np.where(np.isfinite(variances) & (found > 0), found, variances)


@dataclass(frozen=True)
class _Rows:
    """Contributions of all imputations one after the other, in an order that does not depend on that of their rows.

    Attributes:
        value, weight: (n,).
        draw, anchor, subject: (n,) codes.
    """

    value: np.ndarray
    weight: np.ndarray
    draw: np.ndarray
    anchor: np.ndarray
    subject: np.ndarray

    @classmethod
    def of(cls, contributions: Sequence[Contributions]) -> "_Rows":
        value, weight = (
            np.concatenate([getattr(each, name) for each in contributions]).astype(float)
            for name in ("value", "weight")
        )
        draw = np.repeat(np.arange(len(contributions)), [len(each.value) for each in contributions])
        keys = [
            np.concatenate([getattr(each, name) for each in contributions]) for name in ("anchor", "subject")
        ]
        anchor, subject = (pd.factorize(key, sort=True)[0] for key in keys)
        order = np.lexsort((weight, value, subject, anchor, draw))
        return cls(value[order], weight[order], draw[order], anchor[order], subject[order])

    def two_way_variance(self, value: np.ndarray, part: np.ndarray, n_part: int) -> np.ndarray:
        """Variance of the sum of values that share a subject or a set (Cameron, Gelbach and Miller 2011).

        Args:
            value: (n,) in the order of the rows.
            part: (n,) codes of sums that are judged each by itself.
            n_part: how many.

        Returns:
            (n_part,).
        """
        both = self.anchor * (self.subject.max() + 1) + self.subject
        by_anchor, by_subject, by_both = (
            _summed_squares(value, codes, part, n_part) for codes in (self.anchor, self.subject, both)
        )
        return by_anchor + by_subject - by_both

    def variance_of_draws(self, value: np.ndarray, n_draw: int) -> float:
        """Variance that differs between draws for the same subjects, summed over the rows of one draw.

        At equal weight, as weights change with the sets; a subject of a single row is taken for one like the others.

        Args:
            value: (n,) in the order of the rows.
            n_draw: number of draws.
        """
        of_one = value / self.weight
        number, squares = np.bincount(self.subject), np.bincount(self.subject, self.weight**2)
        off = of_one - (np.bincount(self.subject, of_one) / number)[self.subject]
        several = number > 1
        spread = np.bincount(self.subject, off**2)[several] / (number[several] - 1)
        known = squares[several].sum()
        if known == 0:
            return 0.0
        return float((spread * squares[several]).sum() / known * squares.sum() / n_draw)


def _summed_squares(value: np.ndarray, codes: np.ndarray, part: np.ndarray, n_part: int) -> np.ndarray:
    """Squares of the sums by code, added up within each part."""
    cell, place = np.unique(part * (codes.max() + 1) + codes, return_inverse=True)
    squares = np.bincount(place, value) ** 2
    return np.bincount(cell // (codes.max() + 1), squares, minlength=n_part)
