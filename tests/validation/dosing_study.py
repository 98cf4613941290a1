"""Replicates of the dose-response estimators when the third dose does nothing: is anything found?"""

import numpy as np
import pandas as pd

from analytics.exposure.clone_censor_weight import clone_censor_weight
from analytics.exposure.clones import Strategies
from analytics.exposure.landmark import landmark_dose_response
from analytics.exposure.naive import naive_dose_response
from analytics.exposure.time_varying import time_varying_dose_response
from tests.validation.dosing_cohorts import DosingCohort, DosingTruth, draw_cohort

GRACE_DAYS = 365
_Z = 1.959963984540054


def replicate_estimates(decliners_stop: bool, n_replicate: int, seed: int) -> pd.DataFrame:
    """Log hazard ratio and standard error of each method in each replicate; the truth is 0."""
    truth = DosingTruth(decliners_stop=decliners_stop)
    parts = []
    for number in range(n_replicate):
        cohort = draw_cohort(truth, seed + number)
        found = _estimates(cohort)
        parts.append(found.assign(estimator=found["name"]))
    frame = pd.concat(parts, ignore_index=True)
    error = np.log(frame["ci_upper"] / frame["ci_lower"]) / 2 / _Z
    return pd.DataFrame(
        {
            "estimator": frame["estimator"],
            "estimate": np.log(frame["estimate"]),
            "standard_error": error,
            "truth": 0.0,
        }
    )


def _estimates(c: DosingCohort) -> pd.DataFrame:
    """Every method on one cohort."""
    rows = {
        "naive, ever 3 or more": naive_dose_response(c.follow_up, c.injections, 3),
        "landmark, day 300": landmark_dose_response(c.follow_up, c.injections, 3, [300]),
        "landmark, day 365": landmark_dose_response(c.follow_up, c.injections, 3, [365]),
        "time-varying": time_varying_dose_response(c.follow_up, c.injections, 3),
        "clone-censor-weight": clone_censor_weight(
            c.follow_up, c.injections, Strategies(3, GRACE_DAYS), c.covariates, c.alsfrs
        ),
        "clone-censor-weight, natural timing": clone_censor_weight(
            c.follow_up, c.injections, Strategies(3, GRACE_DAYS, timing="natural"), c.covariates, c.alsfrs
        ),
    }
    return pd.concat([row.assign(name=name) for name, row in rows.items()], ignore_index=True)
