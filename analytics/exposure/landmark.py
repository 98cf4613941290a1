"""Landmark comparison: doses by a fixed day, survival after it, among those still followed then.

Source: Anderson JR, Cain KC, Gelber RD. Analysis of survival by tumor response. J Clin Oncol 1983;1:710-719.
Free of immortal time. Not free of confounding: those who stop dosing because they decline are still worse
off, which `clone_censor_weight` addresses. Doses after the landmark are ignored, which dilutes an effect.
"""

from collections.abc import Sequence

import pandas as pd

from analytics.exposure.dose_history import DoseHistory, dose_history
from analytics.exposure.dose_response_row import DECLINE_DECIDES, DoseGroups, dose_response_row
from analytics.survival.cox import fit_cox
from analytics.survival.records import Records


def landmark_dose_response(
    follow_up: pd.DataFrame,
    injections: pd.DataFrame,
    k: int,
    landmarks_days: Sequence[float],
    covariates: pd.DataFrame | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Hazard ratio of ≥ k doses by each landmark against fewer, from the landmark on.

    Args:
        follow_up: usubjid, entry_days, stop_days, event; one row per subject.
        injections: usubjid, day, on the same clock.
        k: Number of doses that makes a subject exposed.
        landmarks_days: Days of the landmarks on that clock.
        covariates: usubjid and baseline covariates to adjust for.
        level: of the interval.

    Returns:
        One row per landmark in the shape of `results.dose_response`; counts are those at risk at the
        landmark.
    """
    history, left_out = dose_history(follow_up, injections, covariates).complete()
    return pd.concat(
        [_at(history, k, float(day), left_out, level) for day in landmarks_days], ignore_index=True
    )


def _at(history: DoseHistory, k: int, day: float, left_out: str | None, level: float) -> pd.DataFrame:
    """One landmark: who entered by it and is followed beyond it."""
    followed = (history.stop > day) & (history.entry <= day)
    exposed = (history.day_of_dose(k) <= day)[followed]
    event = history.event[followed]
    groups = DoseGroups(
        int(exposed.sum()), int((~exposed).sum()), int(event[exposed].sum()), int(event[~exposed].sum())
    )
    fit = None
    if groups.refusal() is None:
        covariates = history.covariates[followed].reset_index(drop=True)
        design = pd.concat([pd.DataFrame({"exposed": exposed.astype(float)}), covariates], axis=1)
        fit = fit_cox(Records(history.stop[followed] - day, event), design)
    return dose_response_row(
        contrast=f"{k} or more doses by the landmark versus fewer",
        method="landmark",
        label=f"{k} or more doses by day {day:g}",
        k=k,
        groups=groups,
        fit=fit,
        level=level,
        biased=True,
        landmark_days=day,
        notes=(
            DECLINE_DECIDES,
            f"{int((~followed).sum())} subjects not under follow-up at the landmark are left out",
            left_out,
        ),
    )
