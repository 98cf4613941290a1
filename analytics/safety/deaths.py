"""Deaths, whatever their cause, with their days and the fatal events.

Here: one row per death in ADSL. Not here: survival analysis.
"""

import numpy as np
import pandas as pd

from analytics.safety.columns import noted
from analytics.safety.events import Events
from analytics.safety.population import OTHER_SOURCE, SCREEN_FAILURE, Population
from analytics.safety.settings import SafetySettings

NO_FATAL_EVENT = "no fatal adverse event recorded"


def death_table(
    events: Events, population: Population, administrations: pd.DataFrame | None, settings: SafetySettings
) -> pd.DataFrame:
    """Every death of ADSL, those before a first administration included.

    Returns:
        Rows (arm, usubjid): in_safety_population, death_day (0-based from first administration),
        days_since_last_administration, days_since_harvest, in_window, fatal_terms, causality of the fatal
        events, note: why a day is not there, and that no event is recorded as fatal. Arm is the actual one, else
        the planned one.
    """
    subjects = population.subjects
    died = subjects[subjects["died"] & ~subjects["excluded"].isin((SCREEN_FAILURE, OTHER_SOURCE))]
    fatal = events.all[events.all["fatal"] & (events.all["subject"] >= 0)]
    described = fatal.groupby("subject").agg(
        fatal_terms=("pt", _joined), causality=("causality", _joined), n_fatal_event=("pt", "size")
    )
    table = pd.DataFrame(
        {
            "arm": died["arm"].fillna(died["planned_arm"]),
            "usubjid": died["usubjid"],
            "in_safety_population": np.where(died["arm_code"] >= 0, "Y", "N"),
            "death_day": died["death_day"],
            "days_since_last_administration": died["death_day"] - _last_dose(died, administrations),
            "days_since_harvest": died["death_day_of_harvest"],
        }
    ).join(described)
    in_window = table["death_day"].between(0, settings.window_days)
    table["in_window"] = noted(table["death_day"].isna(), None, np.where(in_window, "Y", "N"))
    table["n_fatal_event"] = table["n_fatal_event"].fillna(0).astype(np.int64)
    table["note"] = _notes(died, table)
    keys = ["arm", "death_day", "days_since_harvest", "usubjid"]
    return table.sort_values(keys, kind="stable", ignore_index=True)


def _notes(died: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    """Why each null is null, and whether the events tell of the death."""
    dated, started = died["death_dated"], died["started"]
    counted = dated & started
    reasons = {
        "no day of death": ~dated,
        "never injected: no day from first injection, and no window": dated & ~started & died["arm"].isna(),
        "no day from the first administration": dated & table["death_day"].isna() & died["arm"].notna(),
        "the day of the last administration is not known": counted
        & table["days_since_last_administration"].isna(),
        "no day of harvest is recorded": dated & table["days_since_harvest"].isna(),
        NO_FATAL_EVENT: table["n_fatal_event"] == 0,
    }
    holds = pd.DataFrame(reasons).to_numpy(dtype=bool)
    notes = ["; ".join(reason for reason, on in zip(reasons, row, strict=True) if on) for row in holds]
    return noted(np.array(notes, dtype=object) == "", None, np.array(notes, dtype=object))


def _joined(values: "pd.Series[str]") -> str:
    return "; ".join(sorted(set(values)))


def _last_dose(died: pd.DataFrame, administrations: pd.DataFrame | None) -> "pd.Series[float]":
    if administrations is None or administrations.empty:
        return died["treatment_end_day"]
    last = administrations.groupby("subject")["day"].max().reindex(died.index)
    return last.fillna(died["treatment_end_day"])
