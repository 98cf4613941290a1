"""Events due for expedited reporting, with their clock.

Here: serious, unexpected events that are related or whose causality is missing. Not here: sending anything.
The clock starts on the recorded day of awareness, else on the data cut that first showed the event; a start
stated in an earlier release is never moved.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.safety.causality import MISSING
from analytics.safety.columns import day_number, iso_dates, noted
from analytics.safety.events import Events
from analytics.safety.population import OTHER_SOURCE, SCREEN_FAILURE, Population
from analytics.safety.settings import SafetySettings
from analytics.safety.terms import term_key

NO_AWARENESS = "no day of awareness and no data cut: the clock cannot be started"
GONE = "no longer qualifies"
_KEY = ["usubjid", "sequence"]


def expedited_table(
    events: Events,
    population: Population,
    settings: SafetySettings,
    previous: pd.DataFrame | None = None,
    data_cut: str | None = None,
) -> pd.DataFrame:
    """The expedited list, new since the previous release first, then by due date.

    Args:
        events: classified events; those of harvested but never injected subjects are included.
        population: arms.
        settings: listed terms, clock, awareness column.
        previous: `ae_expedited` of the previous release.
        data_cut: ISO date of this release's cut.

    Returns:
        Rows (usubjid, sequence): status ('new', 'changed', 'known', 'no longer qualifies'), arm, soc, pt,
        start_date, start_day, causality (MISSING counts as related), criteria, awareness_date and its source,
        due_date, days_left (from the cut), note. Where seriousness cannot be told, a row says so.
    """
    table = _qualifying(events, population)
    earlier = _earlier(previous)
    known = earlier.set_index("_key")
    row_key = _row_key(table)
    seen = row_key.isin(known.index)
    before = known.reindex(row_key)
    changed = seen.to_numpy() & (
        (before["pt"].map(term_key, na_action="ignore").to_numpy() != table["pt"].map(term_key).to_numpy())
        | (before["start_date"].fillna("").to_numpy() != table["start_date"].fillna("").to_numpy())
        | (before["status"] == GONE).to_numpy()
    )
    table["status"] = np.select([changed, seen], ["changed", "known"], "new")
    _start_clock(table, before, data_cut)
    gone = earlier[~earlier["_key"].isin(set(row_key))]
    gone = gone.drop(columns="_key").assign(status=GONE)
    if len(gone):
        table = pd.concat([table, gone.reindex(columns=table.columns)], ignore_index=True)
    table["due_date"] = iso_dates(day_number(table, "awareness_date") + settings.expedited_days)
    cut = day_number(pd.DataFrame({"cut": [data_cut]}), "cut")[0] if data_cut else np.nan
    table["days_left"] = day_number(table, "due_date") - cut
    table["note"] = _notes(table, settings, events.unavailable)
    rank = table["status"].map({"new": 0, "changed": 1, "known": 2, GONE: 3})
    order = table.assign(rank=rank).sort_values(["rank", "due_date", *_KEY, "pt"], kind="stable").index
    table = table.loc[order].reset_index(drop=True)
    if "serious" not in events.unavailable:
        return table
    untold = TABLES["ae_expedited"].row(
        note=f"which events are serious cannot be told: {events.unavailable['serious']}"
    )
    return pd.concat([pd.DataFrame([untold]), table], ignore_index=True)


def _notes(table: pd.DataFrame, settings: SafetySettings, unavailable: Mapping[str, str]) -> list[str | None]:
    """Why a clock stands still, and which dates were not used."""
    column = unavailable.get("awareness")
    cut = table["days_left"].isna() & table["awareness_date"].notna()
    parts = (
        noted(table["awareness_date"].isna(), NO_AWARENESS),
        noted(cut, "no data cut: the days left are not known"),
        noted(table["start_date"].isna(), "no start date"),
        noted(table["start_date"].notna() & table["start_day"].isna(), "no day from the first injection"),
        noted(np.full(len(table), column is not None), column),
    )
    return ["; ".join(filter(None, row)) or None for row in zip(*parts, strict=True)]


def _qualifying(events: Events, population: Population) -> pd.DataFrame:
    frame = events.all
    in_scope = (frame["subject"] >= 0) & ~frame["excluded"].isin((SCREEN_FAILURE, OTHER_SOURCE))
    # Before a first injection the clock of treatment has not begun, that of the harvest may have.
    begun = frame["after_start"] | (frame["harvest_start_day"] >= 0)
    related = frame["related"] | (frame["causality"] == MISSING)
    chosen = frame[in_scope & begun & frame["serious"] & frame["unexpected"] & related]
    subjects = population.subjects.iloc[chosen["subject"]]
    arm = subjects["arm"].fillna(subjects["planned_arm"]).to_numpy(dtype=object)
    criteria = [c for c in chosen.columns if c.startswith("serious_")]
    named = chosen[criteria].to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "status": "new",
            "arm": arm,
            "usubjid": chosen["usubjid"].to_numpy(),
            "sequence": chosen["sequence"].to_numpy(),
            "soc": chosen["soc"].to_numpy(dtype=object),
            "pt": chosen["pt"].to_numpy(dtype=object),
            "start_date": iso_dates(chosen["start_date"].to_numpy()),
            "start_day": chosen["start_day"].to_numpy(),
            "causality": chosen["causality"].to_numpy(),
            "criteria": [
                "; ".join(c.removeprefix("serious_") for c, on in zip(criteria, row, strict=True) if on)
                for row in named
            ],
            "awareness_date": iso_dates(chosen["awareness_date"].to_numpy()),
        }
    )


def _row_key(table: pd.DataFrame) -> "pd.Series[str]":
    """Subject and sequence number, and a running number where a delivery repeats them (or has no
    sequence).
    """
    key = table["usubjid"].astype(str) + "|" + table["sequence"].astype(str)
    repeat = table.groupby(key).cumcount().astype(str)
    return key + "|" + repeat


def _earlier(previous: pd.DataFrame | None) -> pd.DataFrame:
    earlier = TABLES["ae_expedited"].frame() if previous is None else previous
    earlier = earlier[earlier["usubjid"].notna()].reset_index(drop=True)
    earlier = earlier.assign(sequence=earlier["sequence"].astype(float))
    return earlier.assign(_key=_row_key(earlier))


def _start_clock(table: pd.DataFrame, before: pd.DataFrame, data_cut: str | None) -> None:
    """Day of awareness: the earlier release's, else the recorded one, else this cut."""
    recorded = table["awareness_date"]
    kept = pd.Series(before["awareness_date"].to_numpy(dtype=object), index=table.index)
    date = kept.where(kept.notna(), recorded)
    table["awareness_date"] = noted(date.isna(), data_cut, date)
    source = pd.Series(before["awareness_source"].to_numpy(dtype=object), index=table.index)
    cut = "data cut that first showed the event" if data_cut else None
    fresh = noted(recorded.notna(), "recorded", cut)
    table["awareness_source"] = source.where(kept.notna(), pd.Series(fresh, index=table.index, dtype=object))
