"""Balancing weights from the propensity score, and what they cost.

Belongs here: weights by tilting, truncation, effective sample size. Which tilts there are is in `scheme`; weights that do
not come from the score are in `entropy`.
"""

import numpy as np

from analytics.weighting.scheme import Tilt


def balancing_weights(treated: np.ndarray, propensity: np.ndarray, tilt: Tilt) -> np.ndarray:
    """Weights h(e)/e for treated and h(e)/(1 − e) for controls (Li, Morgan and Zaslavsky 2018).

    Args:
        treated: (n,) 1 treated, 0 control.
        propensity: (n,) probabilities.
        tilt: h, as a scheme has it.

    Returns:
        (n,) weights; null where h divides by zero.
    """
    e = np.asarray(propensity, dtype=np.float64)
    own = np.where(np.asarray(treated) == 1, e, 1.0 - e)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = tilt(e) / own
    weight[~np.isfinite(weight)] = np.nan
    return weight


def truncate_weights(
    weights: np.ndarray, treated: np.ndarray, upper: float = 0.99, lower: float = 0.0
) -> np.ndarray:
    """Weights beyond quantiles of their arm set to them (Cole and Hernán 2008).

    Args:
        weights: (n,) weights.
        treated: (n,) 1 treated, 0 control.
        upper, lower: quantiles within each arm, over positive weights; 1 and 0 leave the weights as they are.
    """
    arm = np.asarray(treated) == 1
    result = np.array(weights, dtype=np.float64)
    for group in (arm, ~arm):
        positive = group & (result > 0)
        if positive.any():
            low, high = np.quantile(result[positive], [lower, upper])
            result[positive] = np.clip(result[positive], low, high)
    return result


def effective_sample_size(weights: np.ndarray) -> float:
    """(Σw)²/Σw² (Kish 1965); 0 for no weight at all."""
    squares = float(np.sum(np.square(weights)))
    return float(np.sum(weights)) ** 2 / squares if squares > 0 else 0.0
