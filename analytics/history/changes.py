"""What changed: subjects in, out and corrected, follow-up and events added, pairs formed and dissolved."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

Tables = Mapping[str, pd.DataFrame]
CHANGE = ["kind", "arm", "n", "note"]
CORRECTED = ["usubjid", "table_name", "column_name", "before", "after"]
# A correction is a fact that was recorded and is now recorded otherwise; what grows with follow-up is not one.
GROWING = {
    "LSTALVDT",
    "LSTALVDY",
    "LSTVISDY",
    "TRTEDT",
    "TRTEDY",
    "CUTDY",
    "NINJ",
    "NCYCLE",
    "EOSSTT",
    "EOSDT",
    "EOSDY",
}
ADDRESSES = {"SRCFILE", "SRCLINE"}


def corrected_records(before: pd.DataFrame, after: pd.DataFrame, table: str = "adsl") -> pd.DataFrame:
    """Values of `adsl` that were there before and are now others; both versions are listed.

    Args:
        before, after: `adsl` of the two releases.
        table: its name in the list.

    Returns:
        usubjid, table_name, column_name, before, after (as text), sorted.
    """
    old, new = before.set_index("USUBJID"), after.set_index("USUBJID")
    subjects = old.index.intersection(new.index)
    columns = [c for c in old.columns.intersection(new.columns) if c not in GROWING | ADDRESSES]
    parts = []
    for column in columns:
        was, now = _text(old.loc[subjects, column]), _text(new.loc[subjects, column])
        differs = was.notna() & (was != now.fillna(""))
        if differs.any():
            parts.append(
                pd.DataFrame(
                    {
                        "usubjid": subjects[differs],
                        "table_name": table,
                        "column_name": column,
                        "before": was[differs].to_numpy(),
                        "after": now[differs].to_numpy(),
                    }
                )
            )
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=CORRECTED)
    return frame.sort_values(CORRECTED[:3], ignore_index=True)


def _text(column: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(column):
        return column.map("{:.10g}".format).astype(object).mask(column.isna(), None)
    return column.astype("string").astype(object).mask(column.isna(), None)


def change_table(
    before: Tables, after: Tables, corrected: pd.DataFrame, labels: Mapping[int, str]
) -> pd.DataFrame:
    """Counts of what changed, by arm; a kind that did not occur is a row with 0.

    Args:
        before, after: adsl, adae, analysis_set, follow_up, matched_set of the two releases.
        corrected: as `corrected_records`.
        labels: arm names by 1 and 0.
    """
    rows = [
        *_membership("in the sources", _arm_of(before["adsl"]), _arm_of(after["adsl"]), labels),
        *_membership("eligible", _treated(before["analysis_set"]), _treated(after["analysis_set"]), labels),
        *_corrections(corrected, _arm_of(after["adsl"]), labels),
        *_follow_up(before["follow_up"], after["follow_up"], _treated(after["analysis_set"]), labels),
        *_pairs(before["matched_set"], after["matched_set"]),
        *_adverse_events(before["adae"], after["adae"], _arm_of(after["adsl"]), labels),
    ]
    return pd.DataFrame(rows, columns=CHANGE).astype({"n": "int64"})


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
        counts = [int((frame["USUBJID"].astype(str).map(arm) == value).sum()) for frame in (before, after)]
        rows.append(("adverse events added", label, int(np.diff(counts)[0]), None))
    return rows
