"""Words for codes: covariates, specifications, methods, measures."""

from collections.abc import Sequence

from analytics.comparison.specification import ESTIMANDS, MODELLED, SPECIFICATIONS
from analytics.protocol.population import Endpoint
from analytics.report.numbers import missing

COVARIATES = {
    "AGE": "Age, years",
    "SEX": "Sex",
    "RACE": "Race",
    "BULBAR": "Bulbar onset",
    "ONSETSIT": "Site of onset",
    "ELESCOR": "El Escorial category",
    "SYMPDURM": "Symptom duration, months",
    "SYMPDURD": "Symptom duration, days",
    "DIAGDELM": "Diagnostic delay, months",
    "DIAGDURM": "Time since diagnosis, months",
    "ALSFRSR": "ALSFRS-R total (0–48)",
    "DFRS": "ALSFRS-R loss since onset, points/month",
    "SLOPE": "ALSFRS-R slope before baseline, points/month",
    "FVCPP": "Forced vital capacity, % predicted",
    "SVCPP": "Slow vital capacity, % predicted",
    "VCPP": "Vital capacity, % predicted",
    "RILUZOLE": "Riluzole",
    "EDARAVON": "Edaravone",
    "BMI": "Body mass index, kg/m²",
    "WEIGHT": "Weight, kg",
    "HEIGHT": "Height, cm",
    "FAMHX": "Family history of ALS",
    "COUNTRY": "Country",
    "TREATED": "Treatment",
    "ENCALS": "ENCALS risk score (no unit; higher: shorter survival expected)",
}
MEASURES = {
    "hazard_ratio": "Hazard ratio",
    "hazard_ratio_to_horizon": "Hazard ratio up to the horizon",
    "rmst_difference": "Difference in restricted mean survival, days",
    "rmst_ratio": "Ratio of restricted mean survival",
    "survival_difference": "Difference in survival, percentage points",
    "risk_difference": "Difference in cumulative incidence, percentage points",
    "subdistribution_hazard_ratio": "Subdistribution hazard ratio",
    "log_rank_chi2": "Log-rank χ²",
    "time_ratio": "Time ratio",
    "slope_difference": "Difference of ALSFRS-R slopes, points a month",
    "win_probability": "Win probability",
    "win_odds": "Win odds",
    "joint_rank_difference": "Difference of mean joint ranks",
    "e_value": "E-value",
    "gamma": "Γ at which the finding is lost",
    "p_value_bound": "Upper bound of p",
    "log_hazard_ratio_range": "Log hazard ratio, highest less lowest",
    "share_null_or_worse": "Share of draws with no benefit",
    "share_at_tipping_point": "Share dying at the tipping point",
}
WORDS_OF = {name: each.words for name, each in SPECIFICATIONS.items()} | {
    MODELLED: "By models of death and treatment"
}
ANALYSES = {
    "e_value": "E-value: unmeasured confounding needed to explain the estimate away",
    "rosenbaum": "Rosenbaum bounds: hidden bias Γ in who was treated",
    "bias_analysis": "Probabilistic bias analysis: an unmeasured protective confounder",
    "vital_status_window": "Vital status: until when a death counts",
    "death_dates": "Deaths that may have come on several days",
    "partial_index": "Time zero known to an interval only",
    "time_zero": "Time zero: the treated outlived the wait from harvest to first injection",
    "vital_status_bounds": "Vital status: worst and best case for those lost",
    "tipping_point": "Tipping point: lost controls die at their last visit",
    "caliper": "Caliper of the match",
    "tie_order": "Ties: who of subjects with equal scores is matched",
    "delta_riluzole": "Riluzole not recorded: assumed use",
    "falsification": "Falsification: an active arm of the control source against its placebo",
    "endpoint": "Endpoint definition",
}


def covariate(code: str, level: object = None) -> str:
    """A covariate in words, with its level."""
    name = COVARIATES.get(code, code)
    return name if missing(level) or level == "" else f"{name}: {level}"


def specification(code: str) -> str:
    """A specification in words."""
    return WORDS_OF.get(code, code)


def estimand(label: str, treated: str) -> str:
    """An estimand in plain words, with the label of the treated arm."""
    return ESTIMANDS[label].whom.format(treated=treated) if label in ESTIMANDS else label


def measure(code: str) -> str:
    """A measure in words."""
    return MEASURES.get(code, code.replace("_", " "))


def analysis(code: str) -> str:
    """A sensitivity analysis in words."""
    return ANALYSES.get(code, code.replace("_", " ").capitalize())


def vital_status(rule: str) -> str:
    """A vital-status rule in words."""
    undated, _, window = rule.partition("_")
    died = "undated deaths left out" if undated == "EXCL" else "undated deaths at the last visit"
    return f"{'no limit' if window == 'INF' else window + ' days'}, {died}"


def of_cause(endpoint: Endpoint) -> str:
    """A remark on hazards of an endpoint that others compete with; nothing where none does."""
    if not endpoint.competing:
        return ""
    return f" Hazards are cause-specific: {listed(endpoint.competing)} ends follow-up."


def listed(codes: Sequence[str]) -> str:
    """PARAMCDs, any of which may come."""
    return " or ".join(codes)


def in_sentence(words: str) -> str:
    """Words that began with a capital, inside a sentence; abbreviations stay."""
    return words[:1].lower() + words[1:]
