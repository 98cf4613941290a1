"""The statistical engine: frames and arrays in, frames or frozen dataclasses out; no Dagster, no database, no clock.

Here: the names that a user of the engine from Python relies on, each brought in when it is first asked for, so that
`import analytics` costs nothing. `docs/engine.md` has an example and says what each equals. Not here: any computation.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "survival.records": ("Records",),
    "survival.kaplan_meier": ("kaplan_meier",),
    "survival.nelson_aalen": ("nelson_aalen",),
    "survival.observation": ("reverse_kaplan_meier",),
    "survival.rmst": ("restricted_mean",),
    "survival.rmst_contrast": ("rmst_contrasts",),
    "survival.milestone": ("survival_difference",),
    "survival.log_rank": ("log_rank",),
    "survival.cox": ("fit_cox",),
    "survival.cox_residuals": ("cox_residuals",),
    "survival.baseline": ("baseline_hazard",),
    "survival.proportional_hazards": ("proportional_hazards_test",),
    "survival.accelerated": ("fit_accelerated",),
    "survival.competing_risks": ("aalen_johansen", "cause_specific_cox"),
    "survival.risk_difference": ("risk_difference",),
    "survival.fine_gray": ("fine_gray",),
    "propensity.model": ("fit_propensity",),
    "propensity.diagnostics": ("overlap",),
    "matching.nearest": ("match_nearest",),
    "matching.optimal": ("match_optimal",),
    "matching.full": ("match_full",),
    "matching.coarsened": ("match_exact", "match_coarsened", "subclassify"),
    "weighting.balancing": ("balancing_weights", "effective_sample_size"),
    "weighting.entropy": ("entropy_balance",),
    "balance.table": ("covariate_balance",),
    "imputation.chained": ("impute_covariates",),
    "imputation.rubin": ("pool_estimates", "pool_wald", "pool_survival"),
    "outcome_model.nuisances": ("fit_nuisances",),
    "outcome_model.arm_survival": ("g_computation", "weighted", "doubly_robust"),
    "outcome_model.targeted": ("targeted",),
    "outcome_model.cross_fitting": ("fit_cross_fitted", "cross_fitted"),
    "outcome_model.target": ("target",),
    "function.scores": ("scores",),
    "function.subject_sums": ("SubjectSums",),
    "function.mixed_model": ("fit_slopes",),
    "function.joint_rank": ("joint_rank",),
    "exposure.dose_response": ("dose_response",),
    "subgroups.interaction": ("subgroup_effects",),
    "sensitivity.e_value": ("e_value",),
    "sensitivity.ipcw": ("censoring_weights",),
    "monitoring.alpha_spending": ("boundaries",),
    "monitoring.safe_log_rank": ("safe_log_rank",),
    "cohort.encals": ("encals_linear_predictor", "encals_survival", "encals_median_months"),
    "protocol": ("parse_protocol",),
    "study": ("run",),
}
"""Module → the public names it holds."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = list(_HOME_OF)


def __getattr__(name: str) -> Any:
    """A public name, brought in."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
