"""Draws of one incomplete covariate given the others.

Belongs here: proper draws (parameters first, then values) for numbers, two-valued covariates and categories. The
cycle over covariates is in `chained`.
"""

import numpy as np

# As mice: a whisper of a ridge keeps collinear predictors solvable.
RIDGE = 1e-5
ROWS_AT_ONCE = 256


def draw_normal(
    observed: np.ndarray, seen: np.ndarray, unseen: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Bayesian linear regression (Rubin 1987, p. 167): values for the rows of `unseen`.

    Args:
        observed: (n,) values. seen: (n, p) predictors beside them. unseen: (m, p) predictors of the missing.
    """
    seen, unseen = _standardised(seen, unseen)
    _, drawn, spread = _linear_draw(observed, seen, generator)
    return unseen @ drawn + spread * generator.standard_normal(len(unseen))


def draw_predictive_mean(
    observed: np.ndarray, seen: np.ndarray, unseen: np.ndarray, generator: np.random.Generator, donors: int
) -> np.ndarray:
    """Predictive mean matching, type 1 (Little 1988; van Buuren 2018, section 3.4): an observed value of a donor."""
    seen, unseen = _standardised(seen, unseen)
    estimate, drawn, _ = _linear_draw(observed, seen, generator)
    return observed[_donor(seen @ estimate, unseen @ drawn, generator, donors)]


def draw_binary(
    observed: np.ndarray, seen: np.ndarray, unseen: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Bayesian logistic regression (Rubin 1987, p. 169); 0 or 1 per missing row.

    A weak normal prior on the coefficients of the standardised predictors (SD 10) stands in for data augmentation:
    it keeps the draw finite where a predictor separates.
    """
    seen, unseen = _standardised(seen, unseen)
    beta, covariance = _logistic_posterior(observed, seen)
    drawn = beta + np.linalg.cholesky(covariance) @ generator.standard_normal(beta.size)
    return generator.random(len(unseen)) < 1.0 / (1.0 + np.exp(-np.clip(unseen @ drawn, -500, 500)))


def draw_category(
    observed: np.ndarray, seen: np.ndarray, unseen: np.ndarray, generator: np.random.Generator, donors: int
) -> np.ndarray:
    """Predictive mean matching on the vector of level probabilities; level codes of donors."""
    seen, unseen = _standardised(seen, unseen)
    levels = np.unique(observed)[1:]
    known, wanted = np.empty((len(seen), levels.size)), np.empty((len(unseen), levels.size))
    for column, level in enumerate(levels):
        estimate, drawn, _ = _linear_draw((observed == level).astype(float), seen, generator)
        known[:, column], wanted[:, column] = seen @ estimate, unseen @ drawn
    donors = min(donors, len(seen))
    pick = generator.integers(0, donors, len(unseen))
    choice = np.empty(len(unseen), dtype=np.int64)
    for start in range(0, len(unseen), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        # Without the wanted point's own square, which does not change who is near.
        distance = (known**2).sum(axis=1) - 2.0 * (wanted[rows] @ known.T)
        nearest = np.argpartition(distance, donors - 1, axis=1)[:, :donors]
        choice[rows] = nearest[np.arange(len(nearest)), pick[rows]]
    return observed[choice]


def _standardised(seen: np.ndarray, unseen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    centre, spread = seen.mean(axis=0), seen.std(axis=0)
    # A predictor constant among the observed says nothing, and would make the equations singular.
    varies = spread > 1e-12 * np.maximum(1.0, np.abs(centre))
    centre, spread = centre[varies], spread[varies]
    first = np.column_stack([np.ones(len(seen)), (seen[:, varies] - centre) / spread])
    return first, np.column_stack([np.ones(len(unseen)), (unseen[:, varies] - centre) / spread])


def _linear_draw(
    observed: np.ndarray, seen: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, float]:
    """Least-squares coefficients, a posterior draw of them, and of the residual standard deviation."""
    cross = seen.T @ seen
    inverse = np.linalg.inv(cross + RIDGE * np.diag(np.diag(cross)))
    estimate = inverse @ (seen.T @ observed)
    residual = observed - seen @ estimate
    freedom = max(len(observed) - seen.shape[1], 1)
    spread = float(np.sqrt(residual @ residual / generator.chisquare(freedom)))
    root = np.linalg.cholesky((inverse + inverse.T) / 2.0)
    return estimate, estimate + spread * (root @ generator.standard_normal(estimate.size)), spread


def _donor(known: np.ndarray, wanted: np.ndarray, generator: np.random.Generator, donors: int) -> np.ndarray:
    """Row of a donor drawn from the `donors` nearest of each wanted value."""
    order = np.argsort(known, kind="stable")
    donors = min(donors, known.size)
    at = np.searchsorted(known[order], wanted)
    window = at[:, None] + np.arange(-donors, donors)
    inside = (window >= 0) & (window < known.size)
    rows = order[np.clip(window, 0, known.size - 1)]
    distance = np.where(inside, np.abs(known[rows] - wanted[:, None]), np.inf)
    nearest = np.argsort(distance, axis=1, kind="stable")
    pick = generator.integers(0, donors, wanted.size)
    return rows[np.arange(wanted.size), nearest[np.arange(wanted.size), pick]]


def _logistic_posterior(outcome: np.ndarray, predictors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mode and covariance of the logistic posterior under the weak prior; the intercept is free."""
    prior = np.full(predictors.shape[1], 1.0 / 100.0)
    prior[0] = 1e-8
    beta = np.zeros(predictors.shape[1])
    for _ in range(50):
        fitted = 1.0 / (1.0 + np.exp(-(predictors @ beta)))
        information = (predictors * (fitted * (1.0 - fitted))[:, None]).T @ predictors + np.diag(prior)
        step = np.linalg.solve(information, predictors.T @ (outcome - fitted) - prior * beta)
        # A damped step cannot overshoot into saturation.
        beta += step / max(1.0, float(np.max(np.abs(step))) / 3.0)
        if np.max(np.abs(step)) < 1e-8:
            break
    covariance = np.linalg.inv(information)
    return beta, (covariance + covariance.T) / 2.0
