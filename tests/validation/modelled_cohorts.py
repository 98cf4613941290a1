"""Subjects of whom survival by models is known, for the validation study of `analytics.outcome_model`.

Here: one generator and its truths. The arms have hazards of other shapes, so that no ratio is constant; treatment, death and
leaving hang on covariates, leaving otherwise in each arm. Not here: estimators.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

DAY = 540.0
PROGNOSIS = np.array([0.5, 0.6, -0.4])
"""Log hazard per unit of age, bulbar onset and function."""
SELECTION = np.array([-0.5, -0.4, 0.4])
"""Log odds of treatment per unit of the same."""
LEAVING = np.array([0.2, 0.3, 0.0])
SHAPES, SCALES = (1.6, 2.2), (700.0, 640.0)
"""Of the Weibull times of controls and treated."""


@dataclass(frozen=True)
class Cohort:
    """Covariates (n, 3) with a column of noise, treated, days and event (n,), and the true score (n,)."""

    covariates: pd.DataFrame
    treated: np.ndarray
    stop: np.ndarray
    event: np.ndarray
    score: np.ndarray


def draw(n: int, rng: np.random.Generator) -> Cohort:
    """Draws one cohort, about one subject in eleven treated."""
    x = np.column_stack([rng.normal(size=n), rng.integers(0, 2, n), rng.normal(size=n)])
    score = 1 / (1 + np.exp(2.3 - x @ SELECTION))
    treated = (rng.random(n) < score) * 1.0
    death = np.ceil(_times(x, treated, rng.exponential(size=n)))
    leaves = np.ceil(rng.exponential(1 / (0.0006 * np.exp(x @ LEAVING + 0.5 * treated))))
    leaves = np.minimum(leaves, np.ceil(rng.uniform(400, 1200, n)))
    covariates = pd.DataFrame(x, columns=["age", "bulbar", "function"]).assign(noise=rng.normal(size=n))
    return Cohort(covariates, treated, np.minimum(death, leaves), death <= leaves, score)


def _times(x: np.ndarray, treated: np.ndarray | float, luck: np.ndarray) -> np.ndarray:
    shape, scale = (np.where(treated == 1, two, one) for one, two in (SHAPES, SCALES))
    return scale * (luck * np.exp(-x @ PROGNOSIS)) ** (1 / shape)


def truths(n: int = 2_000_000) -> dict[tuple[str, str], float]:
    """Differences among the treated, everyone and the overlap: of survival on the day, and of the days lived until it."""
    cohort, days = draw(n, np.random.default_rng(20250101)), np.arange(DAY)
    x, e = cohort.covariates[["age", "bulbar", "function"]].to_numpy(), cohort.score
    weights = {"att": e, "ate": np.ones(n), "overlap": e * (1 - e)}
    found = {name: [] for name in weights}
    lived = {name: [] for name in weights}
    for arm in (0, 1):
        rate = np.exp(x @ PROGNOSIS)
        alive = np.exp(-rate * (DAY / SCALES[arm]) ** SHAPES[arm])
        some = slice(0, 20_000)
        area = np.exp(-np.outer(rate[some], (days / SCALES[arm]) ** SHAPES[arm])).sum(axis=1)
        for name, weight in weights.items():
            found[name].append(np.average(alive, weights=weight))
            lived[name].append(np.average(area, weights=weight[some]))
    return {
        (measure, name): float(values[1] - values[0])
        for measure, by_name in (("survival", found), ("days", lived))
        for name, values in by_name.items()
    }
