"""Columns of frames that may lack them: dates, day counts, flags and text in one form.

Here: reading a column whatever its type and presence. Not here: what a column means.
"""

import numpy as np
import pandas as pd

# Numeric dates in SAS transport files count days from here, numeric datetimes seconds.
SAS_EPOCH = pd.Timestamp("1960-01-01")
SECONDS_PER_DAY = 86_400
# How much of an ISO date of this length is missing, as ADaM's imputation flags say it.
_PARTIAL = {4: "M", 7: "D"}


def text(frame: pd.DataFrame, column: str) -> "pd.Series[str]":
    """The column stripped, blanks and an absent column as null; length and index of `frame`."""
    if column not in frame.columns:
        return pd.Series(None, index=frame.index, dtype=object)
    codes, values = pd.factorize(frame[column])  # distinct values are few: clean those only
    cleaned = np.array([str(value).strip() or None for value in values] + [None], dtype=object)
    return pd.Series(cleaned[codes], index=frame.index, dtype=object)


def upper_text(frame: pd.DataFrame, column: str) -> "pd.Series[str]":
    """As `text`, in upper case."""
    codes, values = pd.factorize(text(frame, column))
    return pd.Series(np.array([*(str(v).upper() for v in values), None], dtype=object)[codes], frame.index)


def flag(frame: pd.DataFrame, column: str) -> np.ndarray:
    """True where the column is 'Y' (or yes, 1, true); False where absent or null."""
    if column not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    values = upper_text(frame, column)
    return values.isin(("Y", "YES", "1", "1.0", "TRUE")).to_numpy(dtype=bool)


def number(frame: pd.DataFrame, column: str) -> np.ndarray:
    """The column as float64, null where absent or not a number."""
    if column not in frame.columns:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def day_number(frame: pd.DataFrame, column: str) -> np.ndarray:
    """A date column as float days since 1960-01-01 (time of day dropped), null where absent or unreadable.

    Takes datetimes, dates, ISO text and SAS numbers. Where a date is not there, the datetime that ADaM names alike is taken:
    TRTSDTM for TRTSDT.
    """
    days = _days(frame, column)
    return first_present(days, _days(frame, f"{column}M")) if column.endswith("DT") else days


def has_date(frame: pd.DataFrame, column: str) -> bool:
    """Whether `day_number` finds the column, or the datetime named alike."""
    return not {column, f"{column}M"}.isdisjoint(frame.columns)


def _days(frame: pd.DataFrame, column: str) -> np.ndarray:
    if column not in frame.columns:
        return np.full(len(frame), np.nan)
    series = frame[column]
    if pd.api.types.is_numeric_dtype(series):
        days = series.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.floor(days / SECONDS_PER_DAY) if column.endswith("DTM") else days
    codes, values = pd.factorize(series)
    distinct = pd.Series(values)
    given = pd.api.types.is_datetime64_any_dtype(distinct)
    dates = pd.to_datetime(distinct, errors="coerce", format=None if given else "ISO8601")
    if dates.dt.tz is not None:
        dates = dates.dt.tz_localize(None)
    days = ((dates.dt.normalize() - SAS_EPOCH) / pd.Timedelta(days=1)).to_numpy(dtype=np.float64)
    return np.append(days, np.nan)[codes]


def imputed_part(frame: pd.DataFrame, column: str) -> "pd.Series[str]":
    """What of a date is not known: the flag beside it (ASTDTF of ASTDT), else D or M of text that stops at month or year."""
    flagged = text(frame, f"{column}F")
    if column not in frame.columns or not pd.api.types.is_object_dtype(frame[column]):
        return flagged
    cut_short = text(frame, column).map(lambda date: date and _PARTIAL.get(len(date)))
    return flagged.where(flagged.notna(), cut_short)


def iso_dates(days: np.ndarray) -> np.ndarray:
    """Days since 1960-01-01 as ISO text, null where null; the reverse of `day_number`."""
    dates = SAS_EPOCH + pd.to_timedelta(pd.Series(days), unit="D")
    return noted(dates.isna(), None, dates.dt.strftime("%Y-%m-%d").to_numpy(dtype=object))


def first_present(*candidates: np.ndarray) -> np.ndarray:
    """Element-wise the first candidate that is not null."""
    result = candidates[0].copy()
    for other in candidates[1:]:
        result = np.where(np.isnan(result), other, result)
    return result


def noted(where: "np.ndarray | pd.Series[bool]", note: str | None, otherwise: object = None) -> np.ndarray:
    """An object array: `note` where true, else `otherwise` (null, or one value per row)."""
    result = np.empty(len(where), dtype=object)
    result[:] = otherwise
    result[np.asarray(where, dtype=bool)] = note
    return result
