"""Exposure: treatment duration, time at risk, injections and cycles per arm.

Here: the summary. Not here: what an administration is (`administrations`), event rates.
"""

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.safety.columns import number
from analytics.safety.population import EMPTY_ARM, NOT_SAFETY, Population
from analytics.safety.settings import DAYS_PER_MONTH, DAYS_PER_YEAR

MONTHS = (1, 3, 6, 12)


def exposure_table(
    population: Population, administrations: pd.DataFrame | None, adsl: pd.DataFrame
) -> pd.DataFrame:
    """Exposure per arm.

    Returns:
        Rows (arm, statistic): value, unit, note, in the order of the guide. Durations count the first day;
        months are 30.4375 days, years 365.25.
    """
    members = population.members()
    injections, cycles, note = _injections(members, administrations, adsl)
    parts = []
    for code, arm in enumerate(population.arms):
        inside = (members["arm_code"] == code).to_numpy()
        rows = _population_rows(population, arm, int(inside.sum()))
        rows += _duration_rows("treatment_duration", members["treatment_days"].to_numpy()[inside], None)
        rows += _duration_rows(
            "time_at_risk", members["at_risk_days"].to_numpy()[inside], population.person_time_note
        )
        rows += _count_rows("injections", injections[inside], note)
        rows += _count_rows("cycles", cycles[inside], note)
        part = pd.DataFrame(rows, columns=["statistic", "value", "unit", "note"])
        part.insert(0, "arm", arm)
        parts.append(part.assign(arm_order=code, statistic_order=np.arange(len(part))))
    return TABLES["exposure_summary"].stacked(parts)


Row = tuple[str, float, str, str | None]


def _population_rows(population: Population, arm: str, n: int) -> list[Row]:
    subjects = population.subjects
    eligible = subjects["excluded"].isna() | (subjects["excluded"] == NOT_SAFETY)
    planned = int((eligible & (subjects["planned_arm"] == arm)).sum())
    counted = subjects["arm_code"] >= 0
    other = (
        counted
        & (subjects["arm"] == arm)
        & subjects["planned_arm"].notna()
        & (subjects["planned_arm"] != arm)
    )
    has_plan = bool(subjects["planned_arm"].notna().any())
    note = None if has_plan else "adsl names no planned arm"
    return [
        ("n", float(n), "subjects", None if n else EMPTY_ARM),
        ("n_planned", float(planned) if has_plan else np.nan, "subjects", note),
        ("n_planned_otherwise", float(other.sum()) if has_plan else np.nan, "subjects", note),
    ]


def _summary(name: str, values: np.ndarray, unit: str, note: str | None) -> list[Row]:
    known = values[~np.isnan(values)]
    n_unknown, n = len(values) - len(known), len(known)
    unknown = f"unknown for {n_unknown} subjects" if n_unknown else None if len(values) else EMPTY_ARM
    note = _joined(note, unknown)
    values = known if n else np.array([np.nan])
    alone = "one value has no standard deviation" if n == 1 else None
    sd = float(np.std(values, ddof=1)) if n > 1 else np.nan
    statistics = {
        "mean": values.mean(), "sd": sd, "median": np.median(values), "min": values.min(), "max": values.max(),
    }  # fmt: skip
    return [
        (f"{name}_{key}", float(value), unit, _joined(note, alone if key == "sd" else None))
        for key, value in statistics.items()
    ]


def _joined(*notes: str | None) -> str | None:
    return "; ".join(filter(None, notes)) or None


def _duration_rows(name: str, days: np.ndarray, note: str | None) -> list[Row]:
    rows = _summary(name, days, "days", note)
    unknown = int(np.isnan(days).sum())
    nobody = unknown == len(days) > 0
    years = np.nan if nobody else float(np.nansum(days)) / DAYS_PER_YEAR
    nothing = f"{unknown} subjects without an end contribute nothing" if unknown else None
    rows.append((f"{name}_person_years", years, "person-years of 365.25 days", _joined(note, nothing)))
    for months in MONTHS:
        reached = np.nan if nobody else float((days >= months * DAYS_PER_MONTH).sum())
        rows.append((f"{name}_n_ge_{months}_months", reached, "subjects", _joined(note, nothing)))
        pct = 100 * reached / len(days) if len(days) else np.nan
        empty = None if len(days) else EMPTY_ARM
        rows.append((f"{name}_pct_ge_{months}_months", pct, "%", _joined(note, nothing, empty)))
    return rows


def _injections(
    members: pd.DataFrame, administrations: pd.DataFrame | None, adsl: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, str | None]:
    """Injections and cycles of each member: from ADEX, else from ADSL, else unknown."""
    if administrations is not None:
        grouped = administrations.groupby("subject")
        injections = grouped.size().reindex(members.index, fill_value=0).to_numpy(dtype=np.float64)
        cycles = grouped["cycle"].nunique().reindex(members.index, fill_value=0).to_numpy(dtype=np.float64)
        return injections, cycles if administrations["cycle"].notna().any() else cycles * np.nan, None
    keyed = adsl.assign(USUBJID=adsl["USUBJID"].astype(str)).set_index("USUBJID").reindex(members["usubjid"])
    note = None if "NINJ" in adsl.columns else "no adex, and adsl has no NINJ"
    return number(keyed, "NINJ"), number(keyed, "NCYCLE"), note


def _count_rows(name: str, counts: np.ndarray, note: str | None) -> list[Row]:
    if np.isnan(counts).all() and note is None and len(counts):
        note = f"{name} are not recorded"
    known = counts[~np.isnan(counts)]
    total = float(known.sum()) if len(known) or not len(counts) else np.nan
    rows: list[Row] = [(f"{name}_total", total, name, note)]
    rows += _summary(name, counts, f"{name} per subject", note)
    # Beyond six the tail is one row.
    for k in range(1, int(min(known.max(), 6)) + 1 if len(known) else 1):
        rows.append((f"{name}_n_ge_{k}", float((known >= k).sum()), "subjects", note))
    return rows
