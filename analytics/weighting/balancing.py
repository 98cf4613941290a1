"""Balancing weights from the propensity score, and what they cost.

Belongs here: schemes, truncation, effective sample size. Weights that do not come from the score are in `entropy`.
"""

import numpy as np

SCHEMES = ("ate", "att", "atc", "overlap", "matching")


def balancing_weights(
    treated: np.ndarray, propensity: np.ndarray, scheme: str, *, stabilised: bool = False
) -> np.ndarray:
    """Weights h(e)/e for treated and h(e)/(1 − e) for controls (Li, Morgan and Zaslavsky 2018).

    h(e) is 1 for "ate", e for "att", 1 − e for "atc", e(1 − e) for "overlap" and min(e, 1 − e) for "matching"
    (Li and Greene 2013).

    Args:
        treated: (n,) 1 treated, 0 control.
        propensity: (n,) probabilities.
        scheme: one of the above.
        stabilised: for "ate", multiply each arm by its share.

    Returns:
        (n,) weights; null where the scheme divides by zero.

    Raises:
        ValueError: unknown scheme.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"weighting: scheme {scheme!r} is not one of {', '.join(SCHEMES)}")
    arm = np.asarray(treated) == 1
    e = np.asarray(propensity, dtype=np.float64)
    own = np.where(arm, e, 1.0 - e)
    tilt = {
        "ate": np.ones_like(e),
        "att": e,
        "atc": 1.0 - e,
        "overlap": e * (1.0 - e),
        "matching": np.minimum(e, 1.0 - e),
    }[scheme]
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = tilt / own
    weight[~np.isfinite(weight)] = np.nan
    # e/e is 1 but rounds; the treated of an ATT weigh exactly 1.
    if scheme in ("att", "atc"):
        weight[arm if scheme == "att" else ~arm] = 1.0
    if stabilised and scheme == "ate":
        weight *= np.where(arm, arm.mean(), 1.0 - arm.mean())
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
