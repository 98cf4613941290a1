"""What a propensity score says about the comparability of the arms.

Belongs here: discrimination, overlap, preference score and equipoise. Balance of covariates is in
`analytics.balance`.
"""

from dataclasses import dataclass

import numpy as np

EQUIPOISE_LIMITS = (0.3, 0.7)


def area_under_curve(treated: np.ndarray, score: np.ndarray) -> float:
    """Probability that a treated subject scores above a control, ties counting one half (Mann–Whitney).

    A large area means arms that are easy to tell apart, which is bad news for a comparison.
    """
    arm = np.asarray(treated) == 1
    n_treated, n_control = int(arm.sum()), int((~arm).sum())
    if not n_treated or not n_control:
        return float("nan")
    treated_scores, controls = np.sort(score[arm]), np.sort(score[~arm])
    below = np.searchsorted(controls, treated_scores, side="left")
    not_above = np.searchsorted(controls, treated_scores, side="right")
    return (float(below.sum()) + float(not_above.sum())) / 2 / (n_treated * n_control)


def preference_score(propensity: np.ndarray, treated_share: float) -> np.ndarray:
    """The score rid of the overall share of treatment: logit F = logit e − logit share (Walker et al. 2013).

    Args:
        propensity: (n,) probabilities.
        treated_share: share of treated among the subjects fitted.
    """
    odds = propensity / (1.0 - propensity) * (1.0 - treated_share) / treated_share
    return np.asarray(np.where(np.isinf(odds), 1.0, odds / (1.0 + odds)))


@dataclass(frozen=True)
class Overlap:
    """Overlap of the arms.

    Attributes:
        auc: see `area_under_curve`.
        support_low, support_high: common support, the range of propensity met in both arms (null if none).
        treated_in_support, control_in_support: shares of each arm inside it.
        overlap_coefficient: shared area of the arms' preference-score histograms (20 bins), 0 to 1.
        equipoise: share of all subjects with preference score in 0.3–0.7.
        treated_in_equipoise, control_in_equipoise: the same by arm.
    """

    auc: float
    support_low: float
    support_high: float
    treated_in_support: float
    control_in_support: float
    overlap_coefficient: float
    equipoise: float
    treated_in_equipoise: float
    control_in_equipoise: float


def overlap(treated: np.ndarray, propensity: np.ndarray) -> Overlap:
    """Summarise how far two arms share the range of the score.

    Args:
        treated: (n,) 1 treated, 0 control.
        propensity: (n,) probabilities, same order.
    """
    arm = np.asarray(treated) == 1
    e = np.asarray(propensity, dtype=np.float64)
    low, high = common_support(treated, e)
    inside = (e >= low) & (e <= high)
    preference = preference_score(e, float(arm.mean()))
    equipoise = (preference >= EQUIPOISE_LIMITS[0]) & (preference <= EQUIPOISE_LIMITS[1])
    shares = [
        np.histogram(preference[group], bins=20, range=(0, 1))[0] / group.sum() for group in (arm, ~arm)
    ]
    return Overlap(
        auc=area_under_curve(treated, e),
        support_low=low,
        support_high=high,
        treated_in_support=float(inside[arm].mean()),
        control_in_support=float(inside[~arm].mean()),
        overlap_coefficient=float(np.minimum(shares[0], shares[1]).sum()),
        equipoise=float(equipoise.mean()),
        treated_in_equipoise=float(equipoise[arm].mean()),
        control_in_equipoise=float(equipoise[~arm].mean()),
    )


def common_support(treated: np.ndarray, propensity: np.ndarray) -> tuple[float, float]:
    """Lowest and highest propensity that both arms reach; null limits where the arms do not meet."""
    arm = np.asarray(treated) == 1
    if arm.all() or not arm.any():
        return float("nan"), float("nan")
    low = max(propensity[arm].min(), propensity[~arm].min())
    high = min(propensity[arm].max(), propensity[~arm].max())
    return (float(low), float(high)) if low <= high else (float("nan"), float("nan"))
