"""Treated and control subjects with a known conditional hazard ratio, for the validation study of the estimators.

Here: one generator with both potential outcomes. Treated are younger, slower and fitter, as in the surveillance
cohort. Not here: estimators, or whole synthetic extracts.
"""

from dataclasses import dataclass

import numpy as np

SHAPE, SCALE_DAYS = 2.0, 650.0
PROGNOSIS = np.array([0.5, 0.45, 0.35])
"""Log hazard per standard deviation of age, decline and disability."""
SELECTION = np.array([-0.5, -0.4, -0.3])
"""Log odds of treatment per standard deviation of the same."""


@dataclass(frozen=True)
class Cohort:
    """Arrays of n subjects: covariates (3, n), treated, observed stop and event, true propensity."""

    covariates: np.ndarray
    treated: np.ndarray
    stop: np.ndarray
    event: np.ndarray
    propensity: np.ndarray


def draw_cohort(n: int, hazard_ratio: float, rng: np.random.Generator) -> Cohort:
    """Draws one cohort with about one subject in six treated."""
    x = rng.normal(size=(3, n))
    propensity = 1 / (1 + np.exp(-(-1.85 + SELECTION @ x)))
    treated = (rng.random(n) < propensity).astype(int)
    stop, event = draw_outcome(x, treated, hazard_ratio, rng)
    return Cohort(x, treated, stop, event, propensity)


def draw_outcome(
    x: np.ndarray, treated: np.ndarray, hazard_ratio: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Days to death (Weibull, proportional hazards given covariates) under uniform censoring."""
    luck, limit = rng.exponential(size=len(treated)), np.ceil(rng.uniform(200, 1100, len(treated)))
    return _observed(x, treated, hazard_ratio, luck, limit)


def draw_both_outcomes(
    x: np.ndarray, hazard_ratio: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Arm, days and event of everyone treated, then of everyone untreated, with the same luck and censoring.

    The shared luck leaves the truth where it is and takes most of the chance out of it.
    """
    n = x.shape[1]
    arm = np.repeat([1, 0], n)
    luck, limit = rng.exponential(size=n), np.ceil(rng.uniform(200, 1100, n))
    stop, event = _observed(np.tile(x, 2), arm, hazard_ratio, luck=np.tile(luck, 2), limit=np.tile(limit, 2))
    return arm, stop, event


def _observed(
    x: np.ndarray, treated: np.ndarray, hazard_ratio: float, luck: np.ndarray, limit: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    risk = np.exp(PROGNOSIS @ x) * np.where(treated == 1, hazard_ratio, 1.0)
    death = np.ceil(SCALE_DAYS * (luck / risk) ** (1 / SHAPE))
    return np.minimum(death, limit), (death <= limit).astype(int)
