"""Reading one of anyone's ADaM-shaped files through the door that deliveries come through, columns by name without regard
to case.

Belongs here: cells to a frame of plain columns. Does not belong here: encodings, formats and records (`extracts`), what
the study needs of the file (`foreign_marts`).
"""

import re
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from orchestration.extracts.cells import CellStream
from orchestration.extracts.decode import open_cells
from orchestration.extracts.decode_sas import SUFFIXES as SAS
from orchestration.extracts.decode_sas import SasFile, open_sas
from orchestration.extracts.delimited import DecodeReject
from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.limits import DEFAULT_LIMITS
from orchestration.extracts.scan import scan_bytes

SUFFIXES = (".csv", ".parquet", ".xpt", ".sas7bdat", ".json", ".ndjson")
KEYS = ("USUBJID", "SUBJID", "SITEID", "STUDYID")
# SAS writes a point and R writes NA; "None" stays text, for it may well be the name of an arm.
MISSING = ("", ".", "NA", "N/A", "NaN", "nan", "NULL", "null")
NUMBERS = ("boolean", "decimal", "integer", "floating", "mixed-integer-float")
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf(?:inity)?)", re.IGNORECASE)
_BOOLEAN = {"true": True, "false": False}


def read_frame(path: Path, in_doubt: str | None = None) -> pd.DataFrame:
    """One file, with upper-case columns, indexed by row; empty text is missing, subject keys are text.

    Args:
        path: the file.
        in_doubt: encoding of text that can be read as Korean and as Western; None refuses it.

    Raises:
        ValueError: the suffix is not one of those read, the content is not what it says, or a record cannot be decoded.
        OSError: the file cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"{path.name}: {suffix or 'no suffix'} is not read here; give {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is not there")
    try:
        frame = (
            _by_record(pd.read_parquet(path)) if suffix == ".parquet" else _delivered(path, suffix, in_doubt)
        )
    except DeliveryError as error:
        raise ValueError(str(error).replace(quoted(path.name), path.name, 1)) from error
    except Exception as error:
        if isinstance(error, OSError) and not isinstance(error, ValueError):
            raise
        raise ValueError(f"{path.name}: not a readable {suffix.removeprefix('.')} file ({error})") from error
    return _plain(_upper(frame, path.name))


def _delivered(path: Path, suffix: str, in_doubt: str | None) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        if suffix in SAS:
            with open_sas(path.name, path, scratch, DEFAULT_LIMITS, in_doubt) as sas:
                return _of_sas(sas)
        scan = scan_bytes(path)
        if scan.size == 0:
            raise ValueError("it is empty")
        with open_cells(path.name, path, scan, None, scratch, DEFAULT_LIMITS, in_doubt) as stream:
            return _of_cells(path.name, stream)


def _of_cells(name: str, stream: CellStream) -> pd.DataFrame:
    """Text cells as columns of numbers, truth values or text, by what all cells of a column are."""
    batches = list(stream.batches)
    _refuse_rejects(name, stream.rejects)
    columns: dict[int, pd.Series] = {}
    for place, column in enumerate(stream.header):
        texts = [text for batch in batches for text in batch.column(place).to_pylist()]
        columns[place] = _inferred(texts, is_key=column.strip().upper() in KEYS)
    lines = [line for batch in batches for line in batch.column(len(stream.header)).to_pylist()]
    frame = pd.DataFrame(columns).set_index(pd.Index(lines, dtype="int64"))
    frame.columns = pd.Index(stream.header)
    return frame


def _of_sas(sas: SasFile) -> pd.DataFrame:
    """Numbers as SAS holds them, and text."""
    parts: list[list[object]] = [[] for _ in sas.header]
    rejects = []
    line = 1
    for batch in sas.batches():
        for part, column in zip(parts, batch.columns, strict=True):
            if pa.types.is_binary(column.type):
                texts, broken = sas.decoded(column)
                rejects += [DecodeReject(line + place, "encoding", "a broken letter") for place in broken]
                part.extend(texts)
            else:
                part.extend(column.to_pylist())
        line += batch.num_rows
    _refuse_rejects(sas.name, rejects)
    frame = pd.DataFrame(
        {
            place: np.array(part, dtype=object if kind_is_text else float)
            for place, (part, kind_is_text) in enumerate(zip(parts, sas.is_text, strict=True))
        }
    )
    frame.columns = pd.Index(sas.header)
    return _by_record(frame)


def _by_record(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index(pd.RangeIndex(1, len(frame) + 1))


def _refuse_rejects(name: str, rejects: list[DecodeReject]) -> None:
    """An analysis has nowhere to list what it lost: a record that cannot be decoded is mended first."""
    if rejects:
        first = min(rejects, key=lambda reject: reject.line)
        raise DeliveryError(
            f"{name}: row {first.line}: {first.reason} ({len(rejects)} such records); mend the file and give it again"
        )


def _inferred(texts: list[str | None], *, is_key: bool) -> pd.Series:
    cells = [None if text is None or text.strip() in MISSING else text.strip() for text in texts]
    filled = [cell for cell in cells if cell is not None]
    if is_key:
        return pd.Series(cells, dtype=object)
    if len(filled) == len(cells) and filled and all(map(_WHOLE.fullmatch, filled)):
        return pd.Series([int(cell) for cell in filled])
    if all(map(_NUMBER.fullmatch, filled)):
        return pd.Series([np.nan if cell is None else float(cell) for cell in cells], dtype=float)
    if len(filled) == len(cells) and {cell.lower() for cell in filled} <= set(_BOOLEAN):
        return pd.Series([_BOOLEAN[cell.lower()] for cell in filled])
    return pd.Series(cells, dtype=object)


def _upper(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    frame = frame.rename(columns=lambda column: str(column).strip().upper())
    twice = sorted(set(frame.columns[frame.columns.duplicated()]))
    if twice:
        raise ValueError(f"{name}: the column {', '.join(twice)} is there more than once; rename or drop one")
    return frame


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
