"""Facts that were recorded before and are now recorded otherwise, or not at all; both versions are listed.

What grows with follow-up is no correction, nor is a value filled in where there was none. Of records other than a
subject's own, only what was collected is compared: what is derived from it would be listed again and again.
"""

import numpy as np
import pandas as pd

CORRECTED = ["usubjid", "table_name", "record", "column_name", "before", "after"]
GONE = "record"
"""`column_name` of a record that is no longer delivered though its subject is."""

RECORD_KEYS: dict[str, tuple[str, ...]] = {
    "adsl": (),
    "adae": ("AESEQ",),
    "adex": ("EXSEQ",),
    "adqs": ("PARAMCD", "ADT"),
}
COLLECTED: dict[str, tuple[str, ...]] = {
    "adae": (
        "AEDECOD", "AEBODSYS", "ASTDT", "AENDT", "AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE",
        "AESEV", "ATOXGR", "AEREL", "AEACN", "AEOUT",
    ),
    "adex": ("EXTRT", "EXDOSE", "EXDOSU", "EXROUTE", "ASTDT"),
    "adqs": ("AVAL", "AVALU"),
}  # fmt: skip
NOT_FACTS = frozenset(
    (
        "LSTALVDT", "LSTALVDY", "LSTVISDY", "TRTEDT", "TRTEDY", "CUTDY", "NINJ", "NCYCLE", "EOSSTT", "EOSDT", "EOSDY",
        "SRCFILE", "SRCLINE",
    )
)  # fmt: skip
"""Columns of `adsl` that grow with follow-up, and addresses in files."""


def columns_read(table: str) -> tuple[str, ...]:
    """Columns of a mart that are compared, keys first; empty for all of them."""
    return ("USUBJID", *RECORD_KEYS[table], *COLLECTED[table]) if table in COLLECTED else ()


def corrected_records(before: pd.DataFrame, after: pd.DataFrame, table: str = "adsl") -> pd.DataFrame:
    """Values of one mart that were there before and are now others, and records that are gone.

    Args:
        before, after: the mart in the two releases. Records whose key is missing or not unique are not compared.
        table: which mart: adsl, adae, adex or adqs.

    Returns:
        usubjid, table_name, record (its key within the subject; empty for the subject's own), column_name, before, after
        (as text), sorted.
    """
    old, new = _by_key(before, table), _by_key(after, table)
    shared = old.index.intersection(new.index)
    columns = COLLECTED.get(table) or [c for c in old.columns if c not in NOT_FACTS]
    parts = [_gone(old, new, table)]
    for column in old.columns.intersection(new.columns).intersection(list(columns)):
        was, now = _text(old.loc[shared, column]), _text(new.loc[shared, column])
        differs = (was.notna() & (was != now.fillna(""))).to_numpy()
        if differs.any():
            parts.append(
                _rows(shared[differs], table, column, was[differs].to_numpy(), now[differs].to_numpy())
            )
    rows = pd.concat(parts, ignore_index=True)
    return rows.sort_values(CORRECTED[:4], ignore_index=True)


def _by_key(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    key = ["USUBJID", *RECORD_KEYS[table]]
    usable = frame[key].notna().all(axis=1) & ~frame.duplicated(key, keep=False)
    return frame[usable].set_index(key)


def _gone(old: pd.DataFrame, new: pd.DataFrame, table: str) -> pd.DataFrame:
    """Records no longer there, of subjects still there; vanished subjects are tombstones, not corrections."""
    if not RECORD_KEYS[table]:
        return pd.DataFrame(columns=CORRECTED)
    gone = old.index.difference(new.index)
    gone = gone[gone.get_level_values(0).isin(new.index.get_level_values(0))]
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
