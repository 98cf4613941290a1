"""Dosing cohorts with a known effect of the third dose, for the validation study of the dose-response estimators.

Here: one generator of treated subjects whose ALSFRS-R falls along their follow-up and whose hazard of death follows
it. Doses one and two come at days 0 and 26, the third within a window of the first year, either at random or
withheld from decliners. Not here: estimators, or whole synthetic extracts.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

WEEK = 7


@dataclass(frozen=True)
class DosingTruth:
    """What is planted.

    Attributes:
        n: Subjects.
        hazard_ratio: Of days after the third dose against the same days without it.
        decliners_stop: Whether the chance of a third dose falls with the last measured ALSFRS-R.
        window_days: First and last day on which the third dose may come.
        weekly_chance: Weekly chance of the third dose in the window, at an ALSFRS-R of 34 when decliners stop.
        decline_log_odds: Change of the log odds of a third dose per point of measured ALSFRS-R, if decliners stop.
        follow_up_days: Administrative end; a quarter are censored earlier, at random.
    """

    n: int = 400
    hazard_ratio: float = 1.0
    decliners_stop: bool = False
    window_days: tuple[int, int] = (238, 364)
    weekly_chance: float = 0.06
    decline_log_odds: float = 0.15
    follow_up_days: int = 1092


@dataclass(frozen=True)
class DosingCohort:
    """Frames as the estimators take them."""

    follow_up: pd.DataFrame
    injections: pd.DataFrame
    alsfrs: pd.DataFrame
    covariates: pd.DataFrame


def draw_cohort(truth: DosingTruth, seed: int) -> DosingCohort:
    """Draws one cohort, week by week."""
    rng = np.random.default_rng(seed)
    n, weeks = truth.n, truth.follow_up_days // WEEK
    baseline = np.clip(rng.normal(38, 4, n), 24, 47)
    slope = np.exp(rng.normal(np.log(0.7), 0.5, n)) / 30.4375
    measured = np.round(baseline)
    death, third = np.full(n, np.inf), np.full(n, np.inf)
    visits = [(np.arange(n), np.zeros(n), measured.copy())]
    for week in range(weeks):
        day = week * WEEK
        alive = np.isinf(death)
        if week % 8 == 0 and week > 0:
            measured = np.where(alive, _measure(rng, baseline - slope * day), measured)
            visits.append((np.flatnonzero(alive), np.full(alive.sum(), float(day)), measured[alive]))
        third = np.where(alive & np.isinf(third), _third_dose(rng, truth, measured, day), third)
        hazard = 0.0009 * np.exp(-0.11 * (np.maximum(baseline - slope * day, 0) - 32))
        hazard = hazard * np.where(third <= day, truth.hazard_ratio, 1.0)
        dies = alive & (rng.random(n) < 1 - np.exp(-hazard * WEEK))
        death = np.where(dies, day + 1 + rng.integers(0, WEEK, n), death)
    return _frames(rng, truth, baseline=baseline, death=death, third=third, visits=visits)


def _measure(rng: np.random.Generator, value: np.ndarray) -> np.ndarray:
    return np.clip(np.round(value + rng.normal(0, 1, len(value))), 0, 48)


def _third_dose(rng: np.random.Generator, truth: DosingTruth, measured: np.ndarray, day: int) -> np.ndarray:
    """Day of the third dose if it comes this week, else infinity."""
    first, last = truth.window_days
    if not first <= day <= last:
        return np.full(len(measured), np.inf)
    logit = np.log(truth.weekly_chance / (1 - truth.weekly_chance))
    if truth.decliners_stop:
        logit = logit + truth.decline_log_odds * (measured - 34)
    chance = 1 / (1 + np.exp(-logit)) * np.ones(len(measured))
    return np.where(rng.random(len(measured)) < chance, float(day), np.inf)


def _frames(
    rng: np.random.Generator,
    truth: DosingTruth,
    *,
    baseline: np.ndarray,
    death: np.ndarray,
    third: np.ndarray,
    visits: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
) -> DosingCohort:
    """Censors and writes the frames; ids carry no order."""
    n = truth.n
    ids = np.array([f"S{i:05d}" for i in rng.permutation(n)])
    early = rng.random(n) < 0.25
    limit = np.where(early, rng.uniform(1, truth.follow_up_days, n).round(), truth.follow_up_days).clip(1)
    stop = np.minimum(death, limit)
    follow_up = pd.DataFrame(
        {"usubjid": ids, "entry_days": 0.0, "stop_days": stop, "event": (death <= limit).astype(int)}
    )
    days = np.column_stack([np.zeros(n), np.full(n, 26.0), third])
    injections = pd.DataFrame(
        {"usubjid": np.repeat(ids, 3), "dose_number": np.tile([1, 2, 3], n), "day": days.ravel()}
    )
    injections = injections[injections["day"] < np.repeat(stop, 3)]
    who, day, value = (np.concatenate(part) for part in zip(*visits, strict=True))
    alsfrs = pd.DataFrame({"usubjid": ids[who], "day": day, "value": value})
    alsfrs = alsfrs[alsfrs["day"] < stop[who]]
    covariates = pd.DataFrame({"usubjid": ids, "ALSFRSR": np.round(baseline)})
    return DosingCohort(follow_up, injections, alsfrs, covariates)
