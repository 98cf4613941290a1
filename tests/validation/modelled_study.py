"""Replicates of the estimators that rest on models, each held against the truth of its own population.

With all models right each estimator is right. With one wrong (of death, or of treatment; `noise` in the place of all that
matters) the doubly robust and the targeted must be right all the same, and the others stand there to show that they are not.
"""

from functools import cache

import numpy as np

from analytics.outcome_model.arm_survival import ArmSurvival
from analytics.outcome_model.cross_fitting import cross_fitted, fit_cross_fitted
from analytics.outcome_model.methods import METHODS
from analytics.outcome_model.nuisances import Nuisances, fit_nuisances
from analytics.outcome_model.target import TARGETS
from tests.validation.modelled_cohorts import DAY, Cohort, draw
from tests.validation.modelled_cohorts import truths as of_cohorts

Estimates = dict[str, tuple[float, float, float]]
"""Difference, standard error and its degrees of freedom, by estimator."""
Shown = tuple[tuple[str, str, str], ...]
"""Method, measure and population."""
RIGHT, NOISE = ["age", "bulbar", "function"], ["noise"]
WORDS = {"att": "treated", "ate": "everyone", "overlap": "overlap"}
SHOWN: Shown = (
    *(("doubly_robust", measure, population) for measure in ("survival", "days") for population in TARGETS),
    ("targeted", "survival", "att"),
    ("targeted", "survival", "overlap"),
    ("g_computation", "survival", "att"),
    ("weighted", "survival", "att"),
    ("cross_fitted", "survival", "att"),
)
OF_MANY = SHOWN[:4]
"""What is shown of four times as many subjects."""
DAYS = np.array([DAY])


def estimates(n: int, shown: Shown, seed: int, number: int) -> Estimates:
    """Differences with all models right; days as shares of the horizon."""
    cohort = draw(n, np.random.default_rng([seed, number]))
    models, folded = _fitted(cohort, RIGHT, RIGHT), None
    if any(method == "cross_fitted" for method, _, _ in shown):
        known = cohort.stop, cohort.event, cohort.treated, cohort.covariates[RIGHT]
        folded = fit_cross_fitted(*known, folds=5, seed=number)
    found = {}
    for method, measure, population in shown:
        of, estimator = (folded, cross_fitted) if method == "cross_fitted" else (models, METHODS[method])
        made = estimator(of, TARGETS[population], DAYS, restricted_mean=measure == "days")
        found[named(method, measure, population)] = _scaled(made, measure)
    return found


def misspecified(n: int, seed: int, number: int) -> Estimates:
    """The same with one model wrong: of death, or of treatment."""
    cohort = draw(n, np.random.default_rng([seed, number]))
    found = {}
    for wrong, models in (
        ("death", _fitted(cohort, NOISE, RIGHT)),
        ("treatment", _fitted(cohort, RIGHT, NOISE)),
    ):
        for method, measure, population in SHOWN:
            if method != "cross_fitted":
                made = METHODS[method](models, TARGETS[population], DAYS, restricted_mean=measure == "days")
                name = f"{wrong} wrong: {named(method, measure, population)}"
                found[name] = _scaled(made, measure)
    return found


def truths(seed: int) -> dict[str, float]:
    """Truth of each estimator of both studies."""
    known = _known()
    right = {
        named(method, measure, population): known[measure, population] / (DAY if measure == "days" else 1)
        for method, measure, population in SHOWN
    }
    return right | {
        f"{wrong} wrong: {name}": value for wrong in ("death", "treatment") for name, value in right.items()
    }


def named(method: str, measure: str, population: str) -> str:
    """As the table has it."""
    what = "survival" if measure == "survival" else "restricted mean / horizon"
    return f"{method.replace('_', ' ')}, {what}, {WORDS[population]}"


@cache
def _known() -> dict[tuple[str, str], float]:
    return of_cohorts()


def _fitted(cohort: Cohort, outcome: list[str], treatment: list[str]) -> Nuisances:
    x = cohort.covariates
    return fit_nuisances(cohort.stop, cohort.event, cohort.treated, x[outcome], x[RIGHT], x[treatment])


def _scaled(made: ArmSurvival, measure: str) -> tuple[float, float, float]:
    by = DAY if measure == "days" else 1.0
    (difference,), (error,) = made.difference()
    return float(difference) / by, float(error) / by, float(made.degrees_of_freedom()[0])
