"""Every p-value that a study publishes, where neither treatment nor dose does anything: how often does it reject?

Belongs here: one small study per replicate, by the study's own stages, and the names of its tests. Does not belong here:
what is counted over replicates. Covariates decide who is treated and who dies, so that the crude tests reject as they must,
and treatment follows the logarithm of one, so that they bend in the score; doses are given by chance. The counts of adverse
events have intervals, not tests.
"""

import numpy as np
import pandas as pd

from analytics import study
from analytics.protocol import Protocol, parse_protocol
from tests.validation.imputed_cohorts import Marts, sites_with_everything_recorded

TEXT = """
[population]
criteria = []
[[endpoint]]
name = "OS"
horizon_days = 540
milestones_days = [180, 365, 540]
[propensity]
covariates = ["AGE", "BULBAR", "SLOPE", "SITE"]
spline_knots = 4
[matching]
caliper = 0.1
[weighting]
schemes = ["att", "overlap", "entropy"]
bootstrap_replicates = 100
[exposure]
covariates = ["AGE", "BULBAR", "SLOPE"]
dose_threshold = 3
landmarks_days = [300]
grace_days = 365
[[outcome.cox]]
name = "within sets"
population = "matched"
strata = ["SET"]
covariates = ["TREATED"]
[[outcome.cox]]
name = "adjusted"
population = "matched"
cluster = "SET"
spline_knots = 4
covariates = ["TREATED", "AGE", "BULBAR", "SLOPE", "SITE"]
[[subgroup]]
name = "Onset"
column = "BULBAR"
"""
LEFT_OUT = (
    "specification_curve",
    "sensitivity",
    "safety",
    "monitoring",
    "second_opinion",
    "parametric_curve",
)


def p_values(seed: int, number: int) -> dict[str, tuple[float, float]]:
    """p-value of each test of one study, by its name; NaN stands for an error there is none of."""
    marts = _with_doses(sites_with_everything_recorded(np.random.default_rng([seed, number])), [seed, number])
    protocol = parse_protocol(TEXT)
    tables: dict[str, pd.DataFrame] = dict(marts)
    for stage in study.STAGES:
        if stage.name not in LEFT_OUT:
            tables |= study.run_stage(stage, protocol, tables)
    return {name: (p, np.nan) for name, p in _named(protocol, tables).items()}


def _named(protocol: Protocol, tables: dict[str, pd.DataFrame]) -> dict[str, float]:
    found = {}
    for row in tables["effect_estimate"].itertuples():
        if row.measure == "time_ratio" and "Weibull" in row.method:
            continue
        day = "" if pd.isna(row.horizon_days) else f", day {row.horizon_days:g}"
        found[f"{row.specification}: {row.measure}{day} ({row.method})"] = row.p_value
    of_treatment = tables["proportional_hazards"].query("term == 'TREATED'")
    for row in of_treatment.itertuples():
        found[f"proportional hazards: {row.model}"] = row.p_value
    for row in tables["subgroup_effect"].itertuples():
        found[f"interaction with {row.subgroup}, {row.specification}"] = row.interaction_p_value
    for row in tables["dose_response"].itertuples():
        biased = ", biased reference" if row.biased == "Y" else ""
        found[f"dose: {row.method}, {row.specification}{biased}"] = row.p_value
    return found


def _with_doses(marts: Marts, seed: list[int]) -> Marts:
    """Injections of the treated: two, and a third that chance gives to whoever is still followed then."""
    rng = np.random.default_rng([*seed, 1])
    treated = marts["adsl"].loc[marts["adsl"]["TRT01PN"] == 1, "USUBJID"]
    stop = marts["adtte"].set_index("USUBJID")["AVAL"].reindex(treated).to_numpy()
    third = rng.integers(200, 365, len(treated))
    days = [
        pd.DataFrame({"USUBJID": treated[stop > day], "INJDY": day[stop > day]})
        for day in (np.zeros(len(treated)), np.full(len(treated), 26.0), third * 1.0)
    ]
    days[2] = days[2][rng.random(len(days[2])) < 0.5]
    return {**marts, "adex": pd.concat(days, ignore_index=True)}
