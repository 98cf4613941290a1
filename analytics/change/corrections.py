"""Facts that were recorded before and are now recorded otherwise, or not at all; both versions are listed.

Only what was collected is compared: what is derived from it, or counted from the day on which treatment began, would be
listed again and again. What grows with follow-up is no correction (a death that came since, an event that ended), nor is a
value filled in where there was none.
"""

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
        "FAMHX", "ELESCOR", "VITSTAT", "DTHDT", "DTHDTF", "TRACHDT", "PAVDT",
    ),
    "adae": (
        "AEDECOD", "AEBODSYS", "ASTDT", "AENDT", "AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE",
        "AESEV", "ATOXGR", "AEREL", "AEACN",
    ),
    "adex": ("EXTRT", "EXDOSE", "EXDOSU", "EXROUTE", "ASTDT"),
    "adqs": ("AVAL", "AVALU"),
}  # fmt: skip
# Anything else that vital status was before is growth: who was alive may have died since.
ONLY_FROM = {"VITSTAT": "DIED"}


def columns_read(table: str) -> tuple[str, ...]:
    """Columns of a mart that are compared, keys first."""
    return ("USUBJID", *RECORD_KEYS[table], *COLLECTED[table])


def corrected_records(
    before: pd.DataFrame, after: pd.DataFrame, subjects: pd.Series, table: str = "adsl"
) -> pd.DataFrame:
    """Values of one mart that were there before and are now others, and records that are gone.

    Args:
        before, after: the mart in the two releases, of each as many of `columns_read` as it has. Values of records whose
            key is missing or not unique are not compared.
        subjects: USUBJID of everyone in the later release; who has vanished is a tombstone, not a correction.
        table: which mart: adsl, adae, adex or adqs.

    Returns:
        usubjid, table_name, record (its key within the subject; empty for the subject's own), column_name, before, after
        (as text), sorted.
    """
    old, new = _by_key(before, table), _by_key(after, table)
    shared = old.index.intersection(new.index)
    parts = [_gone(old, after, subjects, table)]
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


def _key(table: str) -> list[str]:
    return ["USUBJID", *RECORD_KEYS[table]]


def _by_key(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    key = _key(table)
    usable = frame[key].notna().all(axis=1) & ~frame.duplicated(key, keep=False)
    return frame[usable].set_index(key)


def _gone(old: pd.DataFrame, after: pd.DataFrame, subjects: pd.Series, table: str) -> pd.DataFrame:
    """Records that are no longer there, not even twice, of subjects that are."""
    if not RECORD_KEYS[table]:
        return TABLES["corrected_record"].frame()
    gone = old.index.difference(pd.MultiIndex.from_frame(after[_key(table)]))
    gone = gone[gone.get_level_values(0).isin(subjects)]
    return _rows(gone, table, GONE, np.full(len(gone), "delivered", dtype=object), np.full(len(gone), None))


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
