"""What changed, counted: subjects in, out and corrected, follow-up and events added, pairs formed and dissolved."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.change import TABLES
from analytics.safety.terms import term_key

SERIOUS = "serious adverse events added"
Tables = Mapping[str, pd.DataFrame]


def change_table(
    before: Tables, after: Tables, corrected: pd.DataFrame, labels: Mapping[int, str]
) -> pd.DataFrame:
    """Counts of what changed, by arm; a kind that did not occur is a row with 0.

    Args:
        before, after: adsl, adae_per_subject, analysis_set, follow_up, matched_set, ae_listing of the two releases.
        corrected: as `corrected_records`.
        labels: arm names by 1 and 0.
    """
    rows = [
        *_membership("in the sources", _arm_of(before["adsl"]), _arm_of(after["adsl"]), labels),
        *_membership("eligible", _treated(before["analysis_set"]), _treated(after["analysis_set"]), labels),
        *_corrections(corrected, _arm_of(after["adsl"]), labels),
        *_follow_up(before["follow_up"], after["follow_up"], _treated(after["analysis_set"]), labels),
        *_pairs(before["matched_set"], after["matched_set"]),
        *_adverse_events(
            before["adae_per_subject"], after["adae_per_subject"], _arm_of(after["adsl"]), labels
        ),
        *_serious_events(before["ae_listing"], after["ae_listing"], labels[1]),
    ]
    return TABLES["change"].frame(rows)


def _arm_of(adsl: pd.DataFrame) -> pd.Series:
    arm = pd.to_numeric(adsl["TRT01PN"], errors="coerce")
    return pd.Series(arm.to_numpy(), index=adsl["USUBJID"].astype(str))


def _treated(analysis_set: pd.DataFrame) -> pd.Series:
    return pd.Series(analysis_set["treated"].to_numpy(float), index=analysis_set["usubjid"].astype(str))


def _membership(where: str, before: pd.Series, after: pd.Series, labels: Mapping[int, str]) -> list[tuple]:
    rows = []
    for value, label in labels.items():
        old, new = set(before.index[before == value]), set(after.index[after == value])
        rows.append((f"subjects in: {where}", label, len(new - old), None))
        rows.append((f"subjects out: {where}", label, len(old - new), None))
    return rows


def _corrections(corrected: pd.DataFrame, arm: pd.Series, labels: Mapping[int, str]) -> list[tuple]:
    whose = corrected["usubjid"].astype(str).map(arm)
    rows = []
    for value, label in labels.items():
        mine = corrected[(whose == value).to_numpy()]
        columns = ", ".join(sorted(mine["column_name"].unique())[:12]) or None
        rows.append(("subjects corrected", label, mine["usubjid"].nunique(), columns))
    return rows


def _follow_up(
    before: pd.DataFrame, after: pd.DataFrame, treated: pd.Series, labels: Mapping[int, str]
) -> list[tuple]:
    endpoint = after["endpoint"].iloc[0] if len(after) else None
    old = before[before["endpoint"] == endpoint].set_index("usubjid")
    new = after[after["endpoint"] == endpoint].set_index("usubjid")
    shared = old.index.intersection(new.index)
    grown = (new.loc[shared, "stop_days"] - old.loc[shared, "stop_days"]).clip(lower=0)
    shortened = new.loc[shared, "stop_days"] < old.loc[shared, "stop_days"]
    died = (new.loc[shared, "event"] == 1) & (old.loc[shared, "event"] == 0)
    rows = []
    for value, label in labels.items():
        mine = treated.reindex(shared).to_numpy() == value
        rows.append(
            (
                f"follow-up days added: {endpoint}",
                label,
                round(grown[mine].sum()),
                "of subjects eligible before",
            )
        )
        rows.append(
            (f"follow-up shortened: {endpoint}", label, int(shortened[mine].sum()), "subjects; a correction")
        )
        rows.append(
            (f"events added: {endpoint}", label, int(died[mine].sum()), "among subjects eligible before")
        )
    return rows


def _pairs(before: pd.DataFrame, after: pd.DataFrame) -> list[tuple]:
    old, new = _sets(before), _sets(after)
    note = "of the first data set"
    return [
        ("matched sets kept", None, len(old & new), note),
        ("matched sets formed", None, len(new - old), note),
        ("matched sets dissolved", None, len(old - new), note),
    ]


def _sets(matched: pd.DataFrame) -> set[tuple[str, ...]]:
    if matched.empty:
        return set()
    first = matched[matched["imputation"] == matched["imputation"].min()]
    members = first.sort_values(["set_id", "usubjid"]).groupby("set_id")["usubjid"].agg(tuple)
    return set(members)


def _adverse_events(
    before: pd.DataFrame, after: pd.DataFrame, arm: pd.Series, labels: Mapping[int, str]
) -> list[tuple]:
    rows = []
    for value, label in labels.items():
        counts = [
            int(frame.loc[frame["USUBJID"].astype(str).map(arm) == value, "n_row"].sum())
            for frame in (before, after)
        ]
        rows.append(("adverse events added", label, int(np.diff(counts)[0]), None))
    return rows


def _serious_events(before: pd.DataFrame, after: pd.DataFrame, label: str) -> list[tuple]:
    """Serious events that are counted now and were not told before, by term."""
    keys = ["usubjid", "pt", "start_date"]
    if not {*keys, "serious", "excluded"} <= set(before) & set(after):
        return []
    old, new = (
        frame[(frame["serious"] == "Y") & frame["excluded"].isna()].assign(
            pt=lambda rows: rows["pt"].map(term_key)
        )
        for frame in (before, after)
    )
    # Of several alike on a day, as many as are more.
    more = new.groupby(keys, dropna=False).size().sub(old.groupby(keys, dropna=False).size(), fill_value=0)
    added = more[more > 0].groupby("pt").sum()
    rows = [(SERIOUS, label, int(added.sum()), None)]
    return rows + [(f"{SERIOUS}: {term}", label, int(n), None) for term, n in added.sort_index().items()]
