"""Replicates of the dose-response estimators when the third dose does nothing: is anything found?"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analytics.exposure.clone_censor_weight import clone_censor_weight
from analytics.exposure.clones import Strategies
from analytics.exposure.landmark import landmark_dose_response
from analytics.exposure.naive import naive_dose_response
from analytics.exposure.time_varying import time_varying_dose_response
from tests.validation.dosing_cohorts import DosingCohort, DosingTruth, draw_cohort
from tests.validation.dosing_due_dates import DueDates, draw_due_dates
from tests.validation.dosing_sites import Sites, draw_sites

GRACE_DAYS = 365
_Z = 1.959963984540054
Draw = Callable[[int], DosingCohort]
COHORTS: dict[str, Draw] = {
    "Dose without effect, given at random": lambda seed: draw_cohort(DosingTruth(), seed),
    "Dose without effect, decliners stop": lambda seed: draw_cohort(DosingTruth(decliners_stop=True), seed),
    "Doses without effect, given at random on due dates": lambda seed: draw_due_dates(
        DueDates(decided=()), seed
    ),
    "Doses without effect, decline decides the second": lambda seed: draw_due_dates(
        DueDates(decided=(2,)), seed
    ),
    "Doses without effect, decline decides the third": lambda seed: draw_due_dates(
        DueDates(decided=(3,)), seed
    ),
    "Doses without effect, decline decides both": lambda seed: draw_due_dates(DueDates(), seed),
    "Doses without effect, decline all but decides both alone": lambda seed: draw_due_dates(
        DueDates(leniency=4.0), seed
    ),
    "Doses without effect, sites at their own pace": lambda seed: draw_sites(Sites(), seed),
}
"""Title of a table → its cohorts."""


def estimates(draw: Draw, seed: int, number: int) -> dict[str, tuple[float, float]]:
    """Log hazard ratio and standard error of each method in one replicate; the truth is 0."""
    frame = _estimates(draw(seed + number))
    logs = {limit: np.log(frame[limit].to_numpy(float)) for limit in ("estimate", "ci_lower", "ci_upper")}
    errors = (logs["ci_upper"] - logs["ci_lower"]) / 2 / _Z
    return dict(zip(frame["name"], zip(logs["estimate"], errors, strict=True), strict=True))


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
    }
    return pd.concat([row.assign(name=name) for name, row in rows.items()], ignore_index=True)
