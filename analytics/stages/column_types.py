"""Types of result columns that hold nothing: an empty or all-null column is typed as it would be with values.

Belongs here: the kind of each column by its name. Does not belong here: columns that hold values; the stages type those.
"""

import pandas as pd

WHOLE = frozenset(
    (
        "imputation", "treated", "set_id", "n", "n_truncated", "n_missing", "n_imputation", "n_treated", "n_control",
        "n_event", "n_event_treated", "n_event_control", "n_exposed", "n_unexposed", "n_event_exposed", "n_event_unexposed",
        "event", "k", "df", "number", "interaction_df", "step", "n_remaining", "n_excluded", "arm_order", "statistic_order",
        "category_order", "soc_order", "pt_order", "n_subject", "n_total", "n_completed_window", "look", "min_events",
        "n_subject_reference", "n_total_reference",
    )
)  # fmt: skip
NUMBERS = frozenset(
    (
        "propensity", "logit_propensity", "preference_score", "coefficient", "standard_error", "robust_standard_error",
        "value", "weight", "distance", "caliper_width", "effective_n", "largest_weight", "treated_mean", "control_mean",
        "smd", "variance_ratio", "ks", "smd_worst", "largest_smd", "effective_treated", "effective_control", "time_days",
        "n_risk", "n_censor", "survival", "ci_lower", "ci_upper", "median_days", "median_ci_lower", "median_ci_upper",
        "rmst_days", "rmst_standard_error", "rmst_tau_days", "follow_up_median_days", "last_follow_up_days",
        "n_risk_at_horizon", "estimate", "p_value", "horizon_days", "hazard_ratio", "log_likelihood", "chi2",
        "landmark_days", "interaction_chi2", "interaction_p_value", "parameter_value", "caliper", "entry_days", "stop_days",
        "person_years", "expected", "log_likelihood_ratio", "critical_value", "expected_per_100py", "alpha", "expected_max",
        "pct", "pct_ci_lower", "pct_ci_upper", "rate_per_100py", "year_days", "information", "statistic", "boundary",
        "alpha_spent",
    )
)  # fmt: skip
# Where a name means another kind than elsewhere.
EXCEPTIONS = {
    ("survival_curve", "n_event"): "float64",
    ("imputed_covariate", "value"): "object",
    ("subgroup_effect", "interaction_df"): "Int64",
    ("exposure_summary", "statistic"): "object",
    ("propensity_diagnostic", "statistic"): "object",
}
TEXT = ("note", "supported", "reason", "emergence_rule", "failing", "criteria", "fatal_terms")


def typed(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its columns without any value in the type of their name; others are left as they are."""
    kinds = {
        column: _kind(table, column, frame[column]) for column in frame.columns if frame[column].isna().all()
    }
    return frame.astype({column: kind for column, kind in kinds.items() if kind != str(frame[column].dtype)})


def _kind(table: str, column: str, values: pd.Series) -> str:
    if (table, column) in EXCEPTIONS:
        return EXCEPTIONS[table, column]
    if column in WHOLE:
        return "Int64" if len(values) or str(values.dtype) == "Int64" else "int64"
    if column in NUMBERS:
        return "float64"
    return "object" if column in TEXT else str(values.dtype)
