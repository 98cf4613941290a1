"""Draws of one incomplete covariate given the others.

Belongs here: proper draws (parameters first, then values) for numbers, two-valued covariates and categories. The
cycle over covariates is in `chained`, what is computed between two random numbers in `draws_kernel`.
"""

import numpy as np
from scipy.spatial import cKDTree

from analytics.imputation.draws_kernel import (
    least_squares,
    logistic_posterior,
    nearest_rows,
    standardised_pair,
)

# As mice: a whisper of a ridge keeps collinear predictors solvable.
RIDGE = 1e-5


def draw_normal(
    observed: np.ndarray, seen: np.ndarray, unseen: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Bayesian linear regression (Rubin 1987, p. 167): values for the rows of `unseen`.

    Args:
        observed: (n,) values. seen: (n, p) predictors beside them. unseen: (m, p) predictors of the missing.
    """
    seen, unseen = standardised_pair(seen, unseen)
    _, drawn, spread = _linear_draw(observed, seen, generator)
    return unseen @ drawn + spread * generator.standard_normal(len(unseen))


def draw_predictive_mean(
    observed: np.ndarray, seen: np.ndarray, unseen: np.ndarray, generator: np.random.Generator, donors: int
) -> np.ndarray:
    """Predictive mean matching, type 1 (Little 1988; van Buuren 2018, section 3.4): an observed value of a donor."""
    seen, unseen = standardised_pair(seen, unseen)
    estimate, drawn, _ = _linear_draw(observed, seen, generator)
    return observed[_donor(seen @ estimate, unseen @ drawn, generator, donors)]


def draw_binary(
    observed: np.ndarray, seen: np.ndarray, unseen: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Bayesian logistic regression (Rubin 1987, p. 169); 0 or 1 per missing row.

    A weak normal prior on the coefficients of the standardised predictors (SD 10) stands in for data augmentation:
    it keeps the draw finite where a predictor separates.
    """
    seen, unseen = standardised_pair(seen, unseen)
    mode, root = logistic_posterior(observed, seen)
    drawn = mode + root @ generator.standard_normal(mode.size)
    return generator.random(len(unseen)) < 1.0 / (1.0 + np.exp(-np.clip(unseen @ drawn, -500, 500)))


def draw_category(
    observed: np.ndarray, seen: np.ndarray, unseen: np.ndarray, generator: np.random.Generator, donors: int
) -> np.ndarray:
    """Predictive mean matching on the vector of level probabilities; level codes of donors."""
    seen, unseen = standardised_pair(seen, unseen)
    levels = np.unique(observed)[1:]
    known, wanted = np.empty((len(seen), levels.size)), np.empty((len(unseen), levels.size))
    for column, level in enumerate(levels):
        estimate, drawn, _ = _linear_draw((observed == level).astype(float), seen, generator)
        known[:, column], wanted[:, column] = seen @ estimate, unseen @ drawn
    donors = min(donors, len(seen))
    pick = generator.integers(0, donors, len(unseen))
    _, nearest = cKDTree(known).query(wanted, np.arange(1, donors + 1))
    return observed[nearest[np.arange(len(nearest)), pick]]


def _linear_draw(
    observed: np.ndarray, seen: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, float]:
    """Least-squares coefficients, a posterior draw of them, and of the residual standard deviation."""
    estimate, root, squares = least_squares(observed, seen, RIDGE)
    freedom = max(len(observed) - seen.shape[1], 1)
    spread = float(np.sqrt(squares / generator.chisquare(freedom)))
    return estimate, estimate + spread * (root @ generator.standard_normal(estimate.size)), spread


def _donor(known: np.ndarray, wanted: np.ndarray, generator: np.random.Generator, donors: int) -> np.ndarray:
    """Row of a donor drawn from the `donors` nearest of each wanted value."""
    donors = min(donors, known.size)
    pick = generator.integers(0, donors, wanted.size)
    return nearest_rows(known, np.argsort(known, kind="stable"), wanted, pick, donors)
