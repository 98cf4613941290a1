"""Entropy balancing: the controls' weights closest to even whose covariate means equal the treated's.

Belongs here: that optimisation. Nothing about the propensity score is used.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.propensity.score_terms import score_terms

MAX_ITERATIONS = 200
TOLERANCE = 1e-12
# Beyond this the dual runs away: no weighting of the controls has the treated's means.
RUNAWAY = 1e4


@dataclass(frozen=True)
class EntropyWeights:
    """Result of entropy balancing.

    Attributes:
        weights: (n,) 1 for treated; controls' add up to the number of treated; null if none exist.
        converged: whether every mean is hit.
        note: why not, or None.
    """

    weights: np.ndarray
    converged: bool
    note: str | None = None


def entropy_balance(
    covariates: pd.DataFrame, treated: np.ndarray, *, base_weights: np.ndarray | None = None, moments: int = 1
) -> EntropyWeights:
    """Balance means exactly for the ATT (Hainmueller 2012), by Newton's method on the dual.

    Args:
        covariates: (n, p) complete columns, numbers or categories.
        treated: (n,) 1 treated, 0 control.
        base_weights: (n,) positive weights to stay close to; None for even ones.
        moments: 1 balances means, 2 also squares (hence variances) of numeric covariates.

    Returns:
        Weights; where the treated's means lie outside what controls can be weighted to, nulls and a note.
    """
    arm = np.asarray(treated) == 1
    terms = _moments(covariates, moments)
    centre, spread = terms[:, ~arm].mean(axis=1), terms[:, ~arm].std(axis=1)
    varies = spread > 1e-12 * np.maximum(1.0, np.abs(centre))
    target = (terms[:, arm].mean(axis=1) - centre) / np.where(varies, spread, 1.0)
    if np.any(np.abs(target[~varies]) > 1e-8):
        return _impossible(arm.size)
    z = (terms[varies][:, ~arm] - centre[varies, None]) / spread[varies, None] - target[varies, None]
    base = np.ones(z.shape[1]) if base_weights is None else np.asarray(base_weights, dtype=float)[~arm]
    share = _solve_dual(_independent(z), base / base.sum())
    if share is None:
        return _impossible(arm.size)
    weights = np.ones(arm.size)
    weights[~arm] = share * arm.sum()
    return EntropyWeights(weights, True)


def _moments(covariates: pd.DataFrame, moments: int) -> np.ndarray:
    terms = score_terms(covariates).matrix
    if moments == 1:
        return terms
    several = [row for row in terms if np.unique(row).size > 2]
    return np.vstack([terms, *[((row - row.mean()) ** 2)[None] for row in several]])


def _independent(z: np.ndarray) -> np.ndarray:
    """Constraints rotated to independence; what the others imply is dropped."""
    left, singular, _ = np.linalg.svd(z @ z.T)
    kept = singular > 1e-13 * singular[0] if singular.size else singular > 0
    return np.ascontiguousarray((left[:, kept] / np.sqrt(singular[kept])).T @ z * np.sqrt(z.shape[1]))


def _solve_dual(z: np.ndarray, base: np.ndarray) -> np.ndarray | None:
    """Shares w ∝ base·exp(λ'z) with Σ w z = 0, or None."""
    multiplier = np.zeros(z.shape[0])
    value, share = _dual(z, base, multiplier)
    for _ in range(MAX_ITERATIONS):
        gradient = z @ share
        if np.max(np.abs(gradient), initial=0.0) < TOLERANCE:
            return share
        curvature = (z * share) @ z.T - np.outer(gradient, gradient)
        try:
            step = np.linalg.solve(curvature, -gradient)
        except np.linalg.LinAlgError:
            return None
        size = 1.0
        while True:
            trial_value, trial_share = _dual(z, base, multiplier + size * step)
            if trial_value <= value + 1e-14 * abs(value) + 1e-16 or size < 1e-8:
                break
            size /= 2.0
        multiplier, value, share = multiplier + size * step, trial_value, trial_share
        if np.max(np.abs(multiplier)) > RUNAWAY:
            return None
    return share if np.max(np.abs(z @ share)) < 1e-9 else None


def _dual(z: np.ndarray, base: np.ndarray, multiplier: np.ndarray) -> tuple[float, np.ndarray]:
    exponent = multiplier @ z
    top = exponent.max()
    weight = base * np.exp(exponent - top)
    total = weight.sum()
    return float(np.log(total) + top), weight / total


def _impossible(n: int) -> EntropyWeights:
    note = "entropy balancing: no weights of the controls have the covariate means of the treated"
    return EntropyWeights(np.full(n, np.nan), False, note)
