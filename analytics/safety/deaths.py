"""Deaths, whatever their cause, with the day and the fatal events.

Here: one row per death in ADSL. Not here: survival analysis.
"""

import numpy as np
import pandas as pd

from analytics.safety.columns import noted
from analytics.safety.events import Events
from analytics.safety.population import OTHER_SOURCE, SCREEN_FAILURE, Population
from analytics.safety.settings import SafetySettings


def death_table(
    events: Events, population: Population, administrations: pd.DataFrame | None, settings: SafetySettings
) -> pd.DataFrame:
    """Every death of ADSL, those before a first administration included.

    Returns:
        Rows (arm, usubjid): in_safety_population, death_day (0-based from first administration),
        days_since_last_administration, days_since_harvest, in_window, fatal_terms, causality of the fatal
        events, note. Arm is the actual one, else the planned one.
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
            "days_since_harvest": died["death_day"] - died["harvest_day"],
        }
    ).join(described)
    in_window = table["death_day"].between(0, settings.window_days)
    table["in_window"] = noted(table["death_day"].isna(), None, np.where(in_window, "Y", "N"))
    table["n_fatal_event"] = table["n_fatal_event"].fillna(0).astype(np.int64)
    undated, unexplained = table["death_day"].isna(), table["n_fatal_event"] == 0
    table["note"] = noted(undated, "no day of death", noted(unexplained, "no fatal adverse event recorded"))
    return table.sort_values(["arm", "death_day", "usubjid"], kind="stable", ignore_index=True)


def _joined(values: "pd.Series[str]") -> str:
    return "; ".join(sorted(set(values)))


def _last_dose(died: pd.DataFrame, administrations: pd.DataFrame | None) -> "pd.Series[float]":
    if administrations is None or administrations.empty:
        return died["treatment_end_day"]
    last = administrations.groupby("subject")["day"].max().reindex(died.index)
    return last.fillna(died["treatment_end_day"])
