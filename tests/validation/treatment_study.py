"""Replicates of the treatment-effect estimators, each held against the truth of its own estimand.

The matched and weighted estimators are marginal: their truth is the marginal hazard ratio in the subjects they speak
of, from both potential outcomes under the same censoring. The correctly specified model is conditional: its truth is
the hazard ratio planted. A time ratio is the same in all of them, and for the marginal as for the conditional model: to
multiply everybody's time is to multiply the times of any group.
"""

import numpy as np
from scipy.special import expit

from analytics.comparison.bootstrap import StudyArrays, bootstrap, by_arm, weighted_log_hazard_ratio
from analytics.matching.caliper import caliper_width
from analytics.matching.nearest import nearest_pairs
from analytics.propensity.logistic import fit_logistic
from analytics.survival.accelerated import fit_accelerated
from analytics.survival.cox import CoxArrays, fit_cox_arrays
from analytics.survival.log_time import DISTRIBUTIONS
from analytics.survival.records import Records
from analytics.weighting.balancing import balancing_weights
from analytics.weighting.scheme import SCHEMES
from tests.validation.treatment_cohorts import SHAPE, Cohort, draw_both_outcomes, draw_cohort

N_SUBJECT = 1200
N_MATCHED_AGAIN = 200
Estimates = dict[str, tuple[float, float]]
"""Estimator → log ratio and standard error."""

ESTIMANDS = {
    "crude": "matched treated",
    "matched 1:1, pair-robust": "matched treated",
    "ATT weights, bootstrap": "treated",
    "overlap weights, bootstrap": "overlap",
    "adjusted Cox, correctly specified": "conditional",
    **{f"matched 1:1, {each.words} time ratio": "time ratio" for each in DISTRIBUTIONS.values()},
    **{f"ATT weights, {each.words} time ratio": "time ratio" for each in DISTRIBUTIONS.values()},
}
"""Estimator → population of its truth; the crude one is held against that of the matched, to show the confounding."""


def estimates(hazard_ratio: float, seed: int, number: int, n_bootstrap: int = 100) -> Estimates:
    """Log ratio and standard error of each estimator in one replicate."""
    cohort = draw_cohort(N_SUBJECT, hazard_ratio, np.random.default_rng([seed, number]))
    return _estimates(cohort, seed=number, n_bootstrap=n_bootstrap)[0]


def truths(hazard_ratio: float, seed: int) -> dict[str, float]:
    """Truth of each estimator; the matched treated are those of many replicates."""
    matched = []
    for number in range(N_MATCHED_AGAIN):
        cohort = draw_cohort(N_SUBJECT, hazard_ratio, np.random.default_rng([seed, number]))
        matched.append(cohort.covariates[:, _matched(cohort)[1]])
    rng = np.random.default_rng([seed, N_MATCHED_AGAIN])
    found = _truths(hazard_ratio, np.concatenate(matched, axis=1), rng)
    return {name: found[estimand] for name, estimand in ESTIMANDS.items()}


def _estimates(cohort: Cohort, seed: int, n_bootstrap: int) -> tuple[Estimates, np.ndarray]:
    """Every estimator on one cohort, and the rows of the matched treated."""
    records, treated = Records(cohort.stop, cohort.event), cohort.treated.astype(float)[:, None]
    logit, chosen, controls = _matched(cohort)
    rows = np.concatenate([chosen, controls[:, 0]])
    pairs = Records(cohort.stop[rows], cohort.event[rows], cluster=np.tile(np.arange(len(chosen)), 2))
    found = {
        "crude": _pair(fit_cox_arrays(records.checked(), treated)),
        "matched 1:1, pair-robust": _pair(fit_cox_arrays(pairs.checked(), treated[rows])),
        "adjusted Cox, correctly specified": _pair(
            fit_cox_arrays(records.checked(), np.column_stack([treated, cohort.covariates.T]))
        ),
    }
    data = StudyArrays(cohort.covariates, cohort.treated, records.checked())
    for scheme in ("att", "overlap"):
        statistic = weighted_log_hazard_ratio(data, SCHEMES[scheme])
        spread = bootstrap(statistic, by_arm(cohort.treated), seed, n_bootstrap).standard_error
        name = f"{'ATT' if scheme == 'att' else scheme} weights, bootstrap"
        found[name] = (statistic(np.arange(N_SUBJECT)), np.nan if spread is None else spread)
    weight = balancing_weights(cohort.treated, expit(logit), SCHEMES["att"].tilt)
    weighted = Records(cohort.stop, cohort.event, weight=weight)
    for name, each in DISTRIBUTIONS.items():
        found[f"matched 1:1, {each.words} time ratio"] = _time_ratio(pairs, cohort.treated[rows], name)
        found[f"ATT weights, {each.words} time ratio"] = _time_ratio(weighted, cohort.treated, name)
    return found, chosen


def _matched(cohort: Cohort) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logit of the score, and rows of the matched treated and of their controls."""
    fit = fit_logistic(cohort.covariates, cohort.treated)
    logit = fit.coefficient[0] + fit.coefficient[1:] @ cohort.covariates
    width = caliper_width(logit, cohort.treated, 0.2, "pooled_logit")
    return logit, *nearest_pairs(cohort.treated, logit, width)


def _time_ratio(records: Records, treated: np.ndarray, distribution: str) -> tuple[float, float]:
    fit = fit_accelerated(records, treated, distribution)
    return float(fit.coefficient[0]), float(np.sqrt(fit.robust_covariance[0, 0]))


def _pair(fit: CoxArrays) -> tuple[float, float]:
    variance = fit.covariance if fit.robust_covariance is None else fit.robust_covariance
    return float(fit.coefficient[0]), float(np.sqrt(variance[0, 0]))


def _truths(hazard_ratio: float, matched: np.ndarray, rng: np.random.Generator) -> dict[str, float]:
    """Log hazard ratio of each estimand, from both potential outcomes of a large population."""
    large = draw_cohort(400_000, hazard_ratio, rng)
    overlap = large.propensity * (1 - large.propensity)
    treated = large.covariates[:, large.treated == 1]
    again = np.tile(matched, (1, max(1, 200_000 // matched.shape[1])))
    return {
        "matched treated": _marginal(again, np.ones(again.shape[1]), hazard_ratio, rng),
        "treated": _marginal(treated, np.ones(treated.shape[1]), hazard_ratio, rng),
        "overlap": _marginal(large.covariates, overlap / overlap.mean(), hazard_ratio, rng),
        "conditional": float(np.log(hazard_ratio)),
        "time ratio": -float(np.log(hazard_ratio)) / SHAPE,
    }


def _marginal(x: np.ndarray, weight: np.ndarray, hazard_ratio: float, rng: np.random.Generator) -> float:
    """Cox on both potential outcomes of everyone; exactly null when nothing is planted."""
    if hazard_ratio == 1:
        return 0.0
    arm, stop, event = draw_both_outcomes(x, hazard_ratio, rng)
    fit = fit_cox_arrays(
        Records(stop, event, weight=np.tile(weight, 2)).checked(), arm.astype(float)[:, None]
    )
    return float(fit.coefficient[0])
