"""All dose-response analyses side by side: the rows of `results.dose_response` for one endpoint.

Here: which analyses stand together. Not here: the analyses, each in its own module.
"""

from collections.abc import Sequence

import pandas as pd

from analytics.exposure.clone_censor_weight import clone_censor_weight
from analytics.exposure.clones import Strategies
from analytics.exposure.landmark import landmark_dose_response
from analytics.exposure.naive import naive_dose_response
from analytics.exposure.time_varying import dose_count_response, time_varying_dose_response


def dose_response(
    follow_up: pd.DataFrame,
    injections: pd.DataFrame,
    k: int,
    *,
    landmarks_days: Sequence[float] = (),
    strategies: Strategies | None = None,
    covariates: pd.DataFrame | None = None,
    alsfrs: pd.DataFrame | None = None,
    level: float = 0.95,
    seed: int = 0,
    specification: str = "",
    endpoint: str = "",
) -> pd.DataFrame:
    """The naive reference, landmarks, time-varying exposure and clone-censor-weight, one row per contrast.

    Args:
        follow_up: Treated subjects: usubjid, entry_days, stop_days, event; one row per subject.
        injections: usubjid, day, on the same clock.
        k: Number of doses that makes a subject exposed.
        landmarks_days: Days of the landmarks.
        strategies: Strategies of the cloned comparison; None leaves it out.
        covariates: usubjid and baseline covariates that every Cox model, and the dosing model, adjusts for.
        alsfrs: usubjid, day, value: ALSFRS-R along follow-up, for the dosing model.
        level: of every interval.
        seed: Of the groups behind the interval of the cloned comparison.
        specification: Name of the specification.
        endpoint: Name of the endpoint.

    Returns:
        Rows in the shape of `results.dose_response`, the biased reference first.
    """
    parts = [naive_dose_response(follow_up, injections, k, covariates, level)]
    if landmarks_days:
        parts.append(landmark_dose_response(follow_up, injections, k, landmarks_days, covariates, level))
    parts.append(time_varying_dose_response(follow_up, injections, k, covariates, level))
    parts.append(dose_count_response(follow_up, injections, covariates, level))
    if strategies is not None:
        parts.append(clone_censor_weight(follow_up, injections, strategies, covariates, alsfrs, level, seed))
    return pd.concat(parts, ignore_index=True).assign(specification=specification, endpoint=endpoint)
