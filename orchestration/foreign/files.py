"""Reading one of anyone's ADaM-shaped files: CSV, Parquet or XPT, columns by name without regard to case.

Belongs here: bytes to a frame of plain columns. Does not belong here: what the study needs of it (`foreign_marts`).
"""

from collections.abc import Callable, Hashable
from pathlib import Path

import pandas as pd

ENCODING = "utf-8-sig"
KEYS = ("USUBJID", "SUBJID", "SITEID", "STUDYID")
# SAS writes a point and R writes NA; "None" stays text, for it may well be the name of an arm.
MISSING = ("", ".", "NA", "N/A", "NaN", "nan", "NULL", "null")
NUMBERS = ("boolean", "decimal", "integer", "floating", "mixed-integer-float")


def read_frame(path: Path) -> pd.DataFrame:
    """One file, with upper-case columns; empty text is missing, subject keys are text.

    Raises:
        ValueError: the suffix is not one of the three, or the content is not what the suffix says.
        OSError: the file cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise ValueError(f"{path.name}: {suffix or 'no suffix'} is not read here; give {', '.join(READERS)}")
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is not there")
    try:
        frame = READERS[suffix](path)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}: not UTF-8 text; save it as UTF-8") from error
    except Exception as error:
        if isinstance(error, OSError) and not isinstance(error, ValueError):
            raise
        raise ValueError(f"{path.name}: not a readable {suffix.removeprefix('.')} file ({error})") from error
    return _plain(_upper(frame, path.name))


def _csv(path: Path) -> pd.DataFrame:
    header = pd.read_csv(path, nrows=0, encoding=ENCODING).columns
    for separator, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "pipes")):
        if len(header) == 1 and separator in header[0]:
            raise ValueError(f"columns are separated by {word}, not commas")
    keys: dict[Hashable, type[str]] = {column: str for column in header if column.strip().upper() in KEYS}
    return pd.read_csv(
        path, dtype=keys, encoding=ENCODING, keep_default_na=False, na_values=list(MISSING), low_memory=False
    )


def _xpt(path: Path) -> pd.DataFrame:
    import pyreadstat

    return pyreadstat.read_xport(str(path))[0]


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": _csv,
    ".parquet": pd.read_parquet,
    ".xpt": _xpt,
}


def _upper(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    frame = frame.rename(columns=lambda column: str(column).strip().upper())
    twice = sorted(set(frame.columns[frame.columns.duplicated()]))
    if twice:
        raise ValueError(f"{name}: the column {', '.join(twice)} is there more than once; rename or drop one")
    return frame.reset_index(drop=True)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Every column as numbers, dates or plain text, whatever the writer stored it as."""
    plain = {column: _plain_column(frame[column]) for column in frame.columns}
    plain |= {column: _key(plain[column]) for column in KEYS if column in plain}
    return pd.DataFrame(plain, index=frame.index)


def _plain_column(values: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values):
        return (
            values
            if isinstance(values.dtype.type(), int) or values.dtype.kind in "iufb"
            else values.astype(float)
        )
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.tz_localize(None) if values.dt.tz is not None else values
    text = values.astype(object)
    text[text.isna() | (text == "")] = None
    if pd.api.types.infer_dtype(text, skipna=True) in NUMBERS:
        return text.astype(float)
    return text


def _key(values: pd.Series) -> pd.Series:
    """Keys as text; a whole number stored as a float reads like the whole number it is."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    return values.astype(object).map(lambda key: None if pd.isna(key) else str(key).strip())
