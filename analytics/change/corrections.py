"""Facts that were recorded before and are now recorded otherwise, or not at all; both versions are listed.

Only what was collected is compared: what is derived from it, or counted from the day on which treatment began, would be
listed again and again. What grows with follow-up is no correction (a death that came since, an event that ended), nor is a
value filled in where there was none. A record that says the same under another number has not changed.
"""

from datetime import date

import numpy as np
import pandas as pd

from analytics.change import TABLES

GONE = "record"
"""`column_name` of a record that is no longer delivered though its subject is."""

RECORD_KEYS: dict[str, tuple[str, ...]] = {
    "adsl": (),
    "adae": ("AESEQ",),
    "adex": ("EXSEQ",),
    "adqs": ("PARAMCD", "ADT"),
}
COLLECTED: dict[str, tuple[str, ...]] = {
    "adsl": (
        "SITEID", "COUNTRY", "AGE", "SEX", "RACE", "ARM", "HARVDT", "ONSETDT", "ONSETDTF", "DIAGDT", "DIAGDTF", "ONSETSIT",
        "FAMHX", "ELESCOR", "RILUZOLE", "RILUZOLH", "EDARAVON", "VITSTAT", "DTHDT", "DTHDTF", "TRACHDT", "PAVDT",
    ),
    "adae": (
        "AEDECOD", "AEBODSYS", "ASTDT", "STARTDY", "AENDT", "AENDY", "AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB",
        "AESCONG", "AESMIE", "AESEV", "ATOXGR", "AEREL", "AEACN",
    ),
    "adex": ("EXTRT", "EXDOSE", "EXDOSU", "EXROUTE", "ASTDT"),
    "adqs": ("AVAL", "AVALU"),
}  # fmt: skip
NUMBERED = ("adae", "adex")
"""Marts whose record is known by its number alone, which a source without numbers (PRO-ACT) gets by order."""
DAY_OF_DATE = {"STARTDY": "ASTDT", "AENDY": "AENDT"}
"""Days are what was collected where there is no date; beside a date they are counted from it."""
# Anything else that vital status was before is growth: who was alive may have died since.
ONLY_FROM = {"VITSTAT": "DIED"}


def columns_read(table: str) -> tuple[str, ...]:
    """Columns of a mart that are compared, keys first."""
    return ("USUBJID", *RECORD_KEYS[table], *COLLECTED[table])


def corrected_records(
    before: pd.DataFrame,
    after: pd.DataFrame,
    subjects: pd.Series,
    table: str = "adsl",
    known_until: date | None = None,
) -> pd.DataFrame:
    """Values of one mart that were there before and are now others, and records that are gone, moved or back-dated.

    Args:
        before, after: the mart in the two releases, of each as many of `columns_read` as it has. Values of records whose
            key is missing or not unique are not compared.
        subjects: USUBJID of everyone in the later release; who has vanished is a tombstone, not a correction.
        table: which mart: adsl, adae, adex or adqs.
        known_until: data cut of the earlier release: a measurement of a later day is new, not moved.

    Returns:
        usubjid, table_name, record (its key within the subject; empty for the subject's own), column_name, before, after
        (as text), sorted.
    """
    before, after = _collected_days(before), _collected_days(after)
    old, new = _by_key(before, table), _by_key(after, table)
    if table in NUMBERED:
        same_before, same_after = _unchanged(before, after, table)
        old, after = old.loc[old.index.difference(_keys(before[same_before], table))], after[~same_after]
        new = new.loc[new.index.intersection(_keys(after, table))]
    shared = old.index.intersection(new.index)
    parts = [_back_dated(before, new, table), *_gone_or_moved(old, after, subjects, table, known_until)]
    for column in [name for name in COLLECTED[table] if name in old and name in new]:
        was, now = _text(old.loc[shared, column]), _text(new.loc[shared, column])
        differs = (was.notna() & (was != now.fillna(""))).to_numpy()
        if column in ONLY_FROM:
            differs &= (was == ONLY_FROM[column]).to_numpy()
        if differs.any():
            parts.append(
                _rows(shared[differs], table, column, was[differs].to_numpy(), now[differs].to_numpy())
            )
    rows = TABLES["corrected_record"].stacked(parts)
    return rows.sort_values(["usubjid", "table_name", "record", "column_name"], ignore_index=True)


def _collected_days(frame: pd.DataFrame) -> pd.DataFrame:
    there = {day: dated for day, dated in DAY_OF_DATE.items() if day in frame and dated in frame}
    return frame.assign(**{day: frame[day].where(frame[dated].isna()) for day, dated in there.items()})


def _unchanged(before: pd.DataFrame, after: pd.DataFrame, table: str) -> tuple[np.ndarray, np.ndarray]:
    """Of each frame the records that say word for word what one of the other says, each counted once."""
    columns = ["USUBJID", *(name for name in COLLECTED[table] if name in before and name in after)]
    old, new = _said(before, columns), _said(after, columns)
    return old.isin(new).to_numpy(), new.isin(old).to_numpy()


def _said(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """What each record says, as one text; the second that says the same is another."""
    texts = pd.DataFrame({name: _text(frame[name]).fillna("").astype(str) for name in columns})
    said = texts.iloc[:, 0].str.cat(texts.iloc[:, 1:], sep="\x1f")
    return said + "\x1f" + said.groupby(said).cumcount().astype(str)


def _key(table: str) -> list[str]:
    return ["USUBJID", *RECORD_KEYS[table]]


def _by_key(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    key = _key(table)
    usable = frame[key].notna().all(axis=1) & ~frame.duplicated(key, keep=False)
    return frame[usable].set_index(key)


def _keys(frame: pd.DataFrame, table: str) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[_key(table)])


def _gone_or_moved(
    old: pd.DataFrame, after: pd.DataFrame, subjects: pd.Series, table: str, known_until: date | None
) -> list[pd.DataFrame]:
    """Records that are no longer there, not even twice, of subjects that are; a measurement that is there on another day has
    moved, and both days are listed."""
    if not RECORD_KEYS[table]:
        return []
    gone = old.index.difference(_keys(after, table))
    gone = gone[gone.get_level_values(0).isin(subjects)]
    if table != "adqs" or known_until is None:
        return [_gone(gone, table)]
    moved = _moved(old, after, gone, known_until)
    if moved.empty:
        return [_gone(gone, table)]
    keys, then, now = _keys(moved, table), _text(moved["ADT"]).to_numpy(), _text(moved["NOW"]).to_numpy()
    return [_gone(gone.difference(keys), table), _rows(keys, table, "ADT", then, now)]


def _gone(keys: pd.Index, table: str) -> pd.DataFrame:
    return _rows(keys, table, GONE, np.full(len(keys), "delivered", dtype=object), np.full(len(keys), None))


def _moved(old: pd.DataFrame, after: pd.DataFrame, gone: pd.Index, known_until: date) -> pd.DataFrame:
    """Measurements that are gone on one day (ADT) and new on another (NOW) with the same value: the nearest are one."""
    new = after[~_keys(after, "adqs").isin(old.index) & (after["ADT"] <= pd.Timestamp(known_until))]
    pairs = (
        old.loc[gone]
        .reset_index()
        .merge(new.rename(columns={"ADT": "NOW"}), on=["USUBJID", "PARAMCD", "AVAL"], suffixes=("", "_now"))
    )
    if pairs.empty:
        return pairs
    pairs = pairs.assign(distance=(pairs["NOW"] - pairs["ADT"]).abs())
    pairs = pairs.sort_values(["distance", "USUBJID", "PARAMCD", "ADT", "NOW"])
    once = pairs.drop_duplicates(["USUBJID", "PARAMCD", "ADT"]).drop_duplicates(["USUBJID", "PARAMCD", "NOW"])
    return once[["USUBJID", "PARAMCD", "ADT", "NOW"]]


def _back_dated(before: pd.DataFrame, new: pd.DataFrame, table: str) -> pd.DataFrame:
    """Doses that are new and older than one known before: they change what was the first, the second, the last."""
    if table != "adex" or before.empty:
        return TABLES["corrected_record"].frame()
    added = new.loc[new.index.difference(_keys(before, table))]
    last = before.groupby("USUBJID")["ASTDT"].max().reindex(added.index.get_level_values(0))
    early = added[added["ASTDT"].to_numpy() < last.to_numpy()]
    days = _text(early["ASTDT"]).to_numpy()
    return _rows(early.index, table, "ASTDT", np.full(len(early), None), days)


def _rows(keys: pd.Index, table: str, column: str, was: np.ndarray, now: np.ndarray) -> pd.DataFrame:
    names = RECORD_KEYS[table]
    parts = [_text(pd.Series(keys.get_level_values(name))).map(f"{name} {{}}".format) for name in names]
    records = [", ".join(of_one) for of_one in zip(*parts, strict=True)] if parts else [""] * len(keys)
    return pd.DataFrame(
        {
            "usubjid": keys.get_level_values(0).astype(object),
            "table_name": table,
            "record": records,
            "column_name": column,
            "before": was,
            "after": now,
        }
    )


def _text(column: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(column):
        return column.map("{:.10g}".format).astype(object).mask(column.isna(), None)
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    return column.astype("string").astype(object).mask(column.isna(), None)
