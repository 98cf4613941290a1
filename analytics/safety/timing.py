"""When events happen: by cycle, by time since the last injection, from harvest and from first injection.

Here: counts and person-time per period. Not here: the events of the whole follow-up.
"""

import numpy as np
import pandas as pd

from analytics.safety.events import Events
from analytics.safety.periods import OUTSIDE, Periods, period_table, split_at, sum_by_arm
from analytics.safety.population import OTHER_SOURCE, SCREEN_FAILURE, Population, followed_through
from analytics.safety.settings import SafetySettings
from analytics.safety.since_doses import tables_since_doses

NO_ADEX = "no adex: administrations are unknown"


def timing_table(
    events: Events, population: Population, administrations: pd.DataFrame | None, settings: SafetySettings
) -> pd.DataFrame:
    """Counts by period, each for all, serious, related and serious related events.

    Returns:
        Rows (origin, period, arm, subset): n_subject, n_total (subjects who entered the period), pct,
        n_event, person_years, rate_per_100py with its exact interval, note. Origins: CYCLE and LAST_INJECTION
        count emergent events of the safety population by actual arm; FIRST_INJECTION counts its events after
        first administration; HARVEST counts every harvested subject, injected or not, by planned arm. The last
        period of each holds the events after the end of time at risk, or of subjects for whom it is not known.
    """
    parts = []
    harvested = _planned_arm_of_harvested(population)
    if (harvested >= 0).any():
        # Subject -1, who is not in ADSL, takes the last element.
        frame = events.all.assign(arm_code=np.append(harvested, -1)[events.all["subject"]])
        frame = frame[frame["arm_code"] >= 0]
        periods = _since_harvest(frame, population, harvested, settings.window_days)
        parts.append(period_table(frame, periods, population.arms, events.unavailable, settings))
    else:
        parts.append(_refused("HARVEST", "adsl records no harvest"))
    frame = events.counted[events.counted["after_start"]]
    periods = _since_first_injection(frame, population, settings.window_days)
    parts.append(period_table(frame, periods, population.arms, events.unavailable, settings))
    if administrations is None:
        parts += [_refused("CYCLE", NO_ADEX), _refused("LAST_INJECTION", NO_ADEX)]
    else:
        parts += tables_since_doses(events, population, administrations, settings)
    return pd.concat([part.astype({"period": object, "note": object}) for part in parts], ignore_index=True)


def _refused(origin: str, note: str) -> pd.DataFrame:
    return pd.DataFrame({"origin": [origin], "period": None, "note": note})


def _since_first_injection(frame: pd.DataFrame, population: Population, window: int) -> Periods:
    members = population.members()
    start, end = frame["start_day"].to_numpy(), members["end_day"].to_numpy()
    cell = np.select([~frame["at_risk"].to_numpy(dtype=bool), np.isnan(start), start <= window], [3, 2, 0], 1)
    days = np.hstack([split_at(np.maximum(end, 0), [0, window + 1]), np.zeros((len(members), 2))])
    entered = np.ones_like(days)
    entered[:, 1] = followed_through(end, window)
    arm, n_arm = members["arm_code"].to_numpy(), population.n_arm
    n_total = sum_by_arm(arm, entered, n_arm).astype(np.int64)
    labels = [f"day 0 to {window}", f"after day {window}", "no start date", OUTSIDE]
    return Periods("FIRST_INJECTION", labels, cell, n_total, sum_by_arm(arm, days, n_arm))


def _since_harvest(frame: pd.DataFrame, population: Population, code: np.ndarray, window: int) -> Periods:
    """Days from harvest; a subject never injected is followed without a day of first injection, by dates of
    events.

    Args:
        frame: events of the harvested.
        population: everyone.
        code: planned arm of everyone, -1 for who was not harvested.
        window: last day of the safety window.
    """
    subjects, rows = population.subjects, frame["subject"].to_numpy()
    # Days from harvest to first injection, null when never.
    injected_after = -subjects["harvest_day"].to_numpy()
    day, end = frame["harvest_start_day"].to_numpy(), subjects["harvest_end_day"].to_numpy()[rows]
    outside = np.isnan(end) | (day > np.maximum(end, 0))
    waiting = np.isnan(injected_after[rows]) | (day < injected_after[rows])
    cell = np.select([day < 0, outside, np.isnan(day), waiting, day <= window], [-1, 4, 3, 0, 1], 2)
    days, entered = _harvest_days(subjects, injected_after, window)
    inside, n_arm = code >= 0, population.n_arm
    n_total = sum_by_arm(code[inside], entered[inside].astype(float), n_arm).astype(np.int64)
    labels = [
        "harvest to first injection", f"first injection to day {window} of harvest", f"after day {window} of harvest",
        "no start date", OUTSIDE,
    ]  # fmt: skip
    return Periods("HARVEST", labels, cell, n_total, sum_by_arm(code[inside], days[inside], n_arm))


def _planned_arm_of_harvested(population: Population) -> np.ndarray:
    """Code of the planned arm of every harvested subject, injected or not; -1 for the others."""
    subjects = population.subjects
    eligible = ~subjects["excluded"].isin((SCREEN_FAILURE, OTHER_SOURCE))
    place = {arm: i for i, arm in enumerate(population.arms)}
    planned = subjects["planned_arm"].fillna(subjects["arm"]).map(place)
    return planned.where(eligible & subjects["harvested"]).fillna(-1).to_numpy(dtype=np.int64)


def _harvest_days(
    subjects: pd.DataFrame, injected_after: np.ndarray, window: int
) -> tuple[np.ndarray, np.ndarray]:
    """Days at risk and whether entered, per subject and period of the harvest table."""
    end = subjects["harvest_end_day"].to_numpy()
    length = np.nan_to_num(np.maximum(end, 0) + 1, nan=0.0)
    wait = np.where(np.isnan(injected_after), length, np.minimum(np.maximum(injected_after, 0), length))
    in_window = np.maximum(np.minimum(length, window + 1) - wait, 0)
    after = np.maximum(length - np.maximum(wait, window + 1), 0)
    nothing = np.zeros(len(wait))
    days = np.stack([wait, in_window, after, nothing, nothing], axis=1)
    entered = np.ones_like(days, dtype=bool)
    entered[:, 1] = in_window > 0
    entered[:, 2] = followed_through(end, np.maximum(window, injected_after))
    return days, entered
