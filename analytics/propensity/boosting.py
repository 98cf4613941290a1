"""The score by gradient boosting, with probabilities calibrated on subjects that the trees were not grown on.

Trees find bends and interactions that nobody wrote down, and fit whom they were grown on too well: a score that is used must
be learnt from other people (`score_from_others`, `analytics.outcome_model.cross_fitting`). They are scikit-learn's.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from analytics.propensity.folds import folds_within_arms
from analytics.propensity.score_terms import PropensityError

TREES, DEPTH, RATE = 100, 2, 0.1
CALIBRATION_FOLDS, FOLDS = 5, 5


def learn_score(values: np.ndarray, treated: np.ndarray, seed: int) -> Callable[[np.ndarray], np.ndarray]:
    """Learn the probability of treatment.

    Probabilities are Platt's, over folds within arms. Each tree sees all rows and one thread grows it: no other chance.

    Args:
        values: (n, p) terms.
        treated: (n,) 1 or 0.
        seed: of the folds.

    Returns:
        Probabilities (m,) of rows (m, p).

    Raises:
        PropensityError: an arm has fewer subjects than there are folds.
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.ensemble import GradientBoostingClassifier

    fewest = int(min(treated.sum(), treated.size - treated.sum()))
    if fewest < CALIBRATION_FOLDS:
        raise PropensityError(
            f"gradient boosting is calibrated on {CALIBRATION_FOLDS} folds, and an arm has {fewest}"
        )
    fold = folds_within_arms(treated, CALIBRATION_FOLDS, seed)
    trees = GradientBoostingClassifier(
        n_estimators=TREES, max_depth=DEPTH, learning_rate=RATE, random_state=seed
    )
    parts = [
        (np.flatnonzero(fold != part), np.flatnonzero(fold == part)) for part in range(CALIBRATION_FOLDS)
    ]
    model: Any = CalibratedClassifierCV(trees, method="sigmoid", cv=parts).fit(values, treated)
    return lambda rows: np.asarray(model.predict_proba(rows)[:, 1])


def score_from_others(values: np.ndarray, treated: np.ndarray, seed: int) -> np.ndarray:
    """The probability of treatment of each, learnt from the other folds: (n,); as `learn_score`."""
    fold, score = folds_within_arms(treated, FOLDS, seed), np.empty(treated.size)
    for part in range(FOLDS):
        others = fold != part
        score[~others] = learn_score(values[others], treated[others], seed)(values[~others])
    return score
