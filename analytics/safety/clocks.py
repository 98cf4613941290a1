"""Days of each subject, from ADSL only: first administration, harvest, end of observation, death and time at risk.

Here: the clocks, whose day 0 is the first administration or the harvest. Not here: who is counted (`population`).
"""

import numpy as np
import pandas as pd

from analytics.safety.columns import day_number, first_present, flag, has_date, number, text
from analytics.safety.settings import SafetySettings

# Where the end of observation stands, the best first: end of study, last day alive, reference end (SDTM), last visit.
ENDS = (
    ("EOSDT", "EOSDY"), ("LSTALVDT", "LSTALVDY"), ("RFENDT", "RFENDY"), ("RFENDTC", "RFENDY"), ("LSTVISDT", "LSTVISDY"),
)  # fmt: skip
DEATHS = frozenset({"DTHFL", "DTHDY", "VITSTAT"})


def subject_days(adsl: pd.DataFrame, *, counted: np.ndarray, settings: SafetySettings) -> pd.DataFrame:
    """The days of `Population.subjects`, from dates where both ends have one, else from ADSL's 0-based day columns.

    Args:
        adsl: one row per subject, n rows.
        counted: boolean of length n: who is in the safety population.
        settings: where time at risk ends, and the sources of external controls.
    """
    start = _first_administration(adsl, counted, settings)
    harvest = _Clock(adsl, day_number(adsl, "HARVDT"), number(adsl, "HARVDY"))
    last_dose, death, observed = (
        start.days("TRTEDT", "TRTEDY"), start.days("DTHDT", "DTHDY"), start.end_of_observation(),
    )  # fmt: skip
    end = _end_of_time_at_risk(observed, last_dose, death, settings)
    dated = ~(np.isnan(day_number(adsl, "DTHDT")) & np.isnan(number(adsl, "DTHDY")))
    days = {
        "end_day": end,
        "observed_end_day": observed,
        "treatment_end_day": last_dose,
        "death_day": death,
        # A first administration is one day at risk even where the end is recorded before it.
        "at_risk_days": np.where(np.isnan(end), np.nan, np.maximum(end, 0) + 1),
        "treatment_days": np.where(np.isnan(last_dose), np.nan, np.maximum(last_dose, 0) + 1),
        "start_date": start.origin,
        "harvest_date": harvest.origin,
        "harvest_day": start.days("HARVDT", "HARVDY"),
        "harvest_end_day": harvest.end_of_observation(),
        "death_day_of_harvest": harvest.days("DTHDT", "DTHDY"),
        "death_dated": dated,
        "started": start.is_known,
        "harvested": harvest.is_known,
        "died": flag(adsl, "DTHFL") | dated | text(adsl, "VITSTAT").eq("DIED").to_numpy(dtype=bool),
    }
    return pd.DataFrame(days)


def _end_of_time_at_risk(
    observed: np.ndarray, last_dose: np.ndarray, death: np.ndarray, settings: SafetySettings
) -> np.ndarray:
    end = last_dose if settings.at_risk_until == "treatment" else observed
    # Not fmin, by which of those without a last administration only the dead would have been at risk.
    end = np.where(np.isnan(death), end, np.minimum(end, death))
    if settings.emergence == "phuse" and settings.emergence_window_days is not None:
        end = np.fmin(end, last_dose + settings.emergence_window_days)
    return end


def _first_administration(adsl: pd.DataFrame, counted: np.ndarray, settings: SafetySettings) -> "_Clock":
    """The first administration; who is counted without one, a control, is counted from the index, which is day 0."""
    date, day = day_number(adsl, "TRTSDT"), number(adsl, "TRTSDY")
    external = text(adsl, "SOURCE").isin(settings.control_sources).to_numpy(dtype=bool)
    untreated = np.isnan(date) & np.isnan(day)
    own = untreated & counted & ~external
    date = np.where(own, day_number(adsl, "INDEXDT"), date)
    return _Clock(adsl, date, np.where(untreated & (external | ~np.isnan(date)), 0.0, day))


def person_time_note(adsl: pd.DataFrame, settings: SafetySettings) -> str:
    """How the end of time at risk was found, or why there is none."""
    if not (has_date(adsl, "TRTSDT") or {"TRTSDY", "INDEXDT"} & set(adsl.columns)):
        return "adsl has no first administration (TRTSDT): time at risk is not known"
    if settings.at_risk_until == "treatment":
        return "time at risk ends with the last administration"
    if any(has_date(adsl, date) or day in adsl.columns for date, day in ENDS):
        return "time at risk ends with the end of study, else the last date known alive, or death"
    return "adsl has no end of follow-up: time at risk ends with the last administration"


class _Clock:
    """Days since a date of each subject, or since a day of the subject's own where there are no dates."""

    def __init__(self, adsl: pd.DataFrame, origin: np.ndarray, origin_day: np.ndarray) -> None:
        self.adsl, self.origin, self.origin_day = adsl, origin, origin_day
        self.is_known = ~(np.isnan(origin) & np.isnan(origin_day))

    def days(self, date_column: str, day_column: str) -> np.ndarray:
        """From dates where both are known, else from day columns."""
        from_dates = day_number(self.adsl, date_column) - self.origin
        return first_present(from_dates, number(self.adsl, day_column) - self.origin_day)

    def end_of_observation(self) -> np.ndarray:
        """The first of `ENDS` that is known, else the last administration; never before that, never after death."""
        last_dose, death = self.days("TRTEDT", "TRTEDY"), self.days("DTHDT", "DTHDY")
        follow_up = first_present(*(self.days(date, day) for date, day in ENDS), last_dose, death)
        end = np.fmax(follow_up, last_dose)
        return np.where(np.isnan(death), end, np.fmin(end, death))
