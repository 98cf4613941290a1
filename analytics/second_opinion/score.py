"""The propensity score by scikit-learn, its discrimination, and the conditions at the optimum of a penalised one.

Belongs here: the library's fit on terms coded anew, and what is checked where the score is a fit of the library's own. Does
not belong here: the subjects and their terms (`members`).
"""

from functools import partial

import numpy as np
import pandas as pd

from analytics.second_opinion.asking import NoOpinionError, ask, attempted
from analytics.second_opinion.judgement import Answer, NoAnswer, Sought, farthest
from analytics.second_opinion.quantities import OPTIMUM, SCORE, SKLEARN

TOLERANCE, MAX_ITERATIONS = 1e-12, 200
LEARNT = "the score is learnt by scikit-learn, and no other library grows the same trees"


def again(
    terms: pd.DataFrame, model: pd.DataFrame, published: "pd.Series[float]"
) -> tuple[Sought, float, Answer | NoAnswer]:
    """The score of the subject on which both sides differ most; of a penalised one, a fit of the library's own, how far it
    is from the conditions of its optimum.

    Args:
        terms: as `members.completed` returns them.
        model: rows of `propensity_model` of the data set.
        published: probability of treatment, by usubjid.

    Returns:
        What was sought, our side and the other.
    """
    if model["model"].iloc[0] == "gradient_boosting":
        return Sought(SCORE), float(published.iloc[-1]), NoAnswer(LEARNT)
    if model["model"].iloc[0] != "logistic":
        broken = attempted(partial(violation, terms, model))
        return Sought(OPTIMUM), *((np.nan, broken) if isinstance(broken, NoAnswer) else (broken, Answer(0.0)))
    probability = attempted(partial(refitted, terms))
    if isinstance(probability, NoAnswer):
        return Sought(SCORE), float(published.iloc[-1]), probability
    both = published.to_frame("ours").join(probability.rename("theirs"), how="outer")
    place = farthest(both["ours"].to_numpy(float), both["theirs"].to_numpy(float), SCORE.tolerance)
    ours, theirs = both.iloc[place]
    return Sought(SCORE), float(ours), Answer(float(theirs))


def refitted(terms: pd.DataFrame) -> "pd.Series[float]":
    """Probability of treatment by usubjid, by logistic regression without a penalty.

    Raises:
        NoOpinionError: the library has no answer.
    """
    values = terms.drop(columns=["usubjid", "treated"])
    scaled = ((values - values.mean()) / values.std()).to_numpy()

    def fit() -> np.ndarray:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=TOLERANCE, max_iter=MAX_ITERATIONS)
        return np.asarray(model.fit(scaled, terms["treated"]).predict_proba(scaled)[:, 1])

    return pd.Series(ask(SKLEARN, fit), terms["usubjid"])


def violation(terms: pd.DataFrame, model: pd.DataFrame) -> float:
    """The largest violation of the conditions at the optimum of a penalised score, for terms of standard deviation 1
    (Friedman, Hastie and Tibshirani 2010); see `again` for the arguments.

    Raises:
        NoOpinionError: the coefficients are of other terms.
    """
    values = terms.drop(columns=["usubjid", "treated"])
    coefficient = model.set_index("term")["coefficient"]
    if set(coefficient.index) != {"(Intercept)", *values.columns}:
        raise NoOpinionError("the score's terms are not those of the covariates")
    x, slope = values.to_numpy(float), coefficient[list(values.columns)].to_numpy(float)
    error = 1 / (1 + np.exp(-(coefficient["(Intercept)"] + x @ slope))) - terms["treated"].to_numpy()
    spread, penalty = x.std(axis=0), float(model["penalty"].iloc[0])
    gradient = ((x - x.mean(axis=0)) * error[:, None]).mean(axis=0) / spread
    lasso = penalty * float(model["mixing"].iloc[0])
    gradient = gradient + (penalty - lasso) * slope * spread
    empty = np.maximum(np.abs(gradient) - lasso, 0)
    broken = np.where(slope == 0, empty, np.abs(gradient + lasso * np.sign(slope)))
    return float(max(broken.max(), abs(error.mean())))


def area_under_curve(treated: np.ndarray, published: np.ndarray) -> Answer | NoAnswer:
    """How well a score tells the arms apart: (n,) 1 treated, 0 control, and (n,) probabilities."""

    def area() -> float:
        from sklearn.metrics import roc_auc_score

        return float(roc_auc_score(treated, published))

    return attempted(lambda: Answer(ask(SKLEARN, area)))
