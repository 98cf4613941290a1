"""Reading anyone's ADaM-shaped files for `vigil analyse`: CSV, Parquet or XPT, columns by name without regard to case."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from analytics.protocol import Protocol

SUFFIXES = (".csv", ".parquet", ".xpt")


def foreign_marts(protocol: Protocol, files: Mapping[str, Path]) -> dict[str, pd.DataFrame]:
    """Frames by mart name; where no `adtte` is given it is made from `adsl`.

    Raises:
        ValueError: a file of another kind, a key that repeats, or no way to a time and an event; one line.
    """
    marts = {name: read_frame(path) for name, path in files.items()}
    adsl = marts["adsl"]
    if "USUBJID" not in adsl:
        raise ValueError(f"{files['adsl'].name}: no column USUBJID; a row per subject needs its key")
    repeated = int(adsl["USUBJID"].duplicated().sum())
    if repeated:
        raise ValueError(
            f"{files['adsl'].name}: USUBJID repeats in {repeated} rows; adsl has one row per subject"
        )
    if "adtte" not in marts:
        marts["adtte"] = _time_to_event(protocol, adsl, files["adsl"].name)
    return marts


def read_frame(path: Path) -> pd.DataFrame:
    """One file, with upper-case columns; empty text is missing.

    Raises:
        ValueError: the suffix is not one of the three.
        OSError: the file cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"{path.name}: {suffix or 'no suffix'} is not read here; give {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is not there")
    if suffix == ".csv":
        frame = pd.read_csv(path)
    elif suffix == ".parquet":
        frame = pd.read_parquet(path)
    else:
        import pyreadstat  # noqa: PLC0415

        frame, _ = pyreadstat.read_xport(str(path))
    frame = frame.rename(columns=str.upper)
    text = frame.select_dtypes("object").columns
    frame[text] = frame[text].replace("", None)
    return frame.assign(USUBJID=frame["USUBJID"].astype(str)) if "USUBJID" in frame else frame


def _time_to_event(protocol: Protocol, adsl: pd.DataFrame, name: str) -> pd.DataFrame:
    """AVAL and CNSR of `adsl` itself, or death and last-alive dates counted from the index date."""
    if {"AVAL", "CNSR"} <= set(adsl.columns):
        rows = adsl[["USUBJID", "AVAL", "CNSR"]]
    else:
        rows = _from_dates(adsl, name)
    return pd.concat(
        [rows.assign(PARAMCD=endpoint.name) for endpoint in protocol.endpoint], ignore_index=True
    )


def _from_dates(adsl: pd.DataFrame, name: str) -> pd.DataFrame:
    start = next((column for column in ("INDEXDT", "TRTSDT", "RFSTDTC", "RANDDT") if column in adsl), None)
    end = next((column for column in ("LSTALVDT", "EOSDT", "RFENDT") if column in adsl), None)
    if start is None or end is None or "DTHDT" not in adsl:
        raise ValueError(
            f"{name}: no --adtte given and neither AVAL and CNSR nor INDEXDT or TRTSDT, DTHDT and LSTALVDT in adsl; "
            "give --adtte FILE"
        )
    begin, death, alive = (_dates(adsl[column]) for column in (start, "DTHDT", end))
    died = death.notna()
    days = death.where(died, alive) - begin
    rows = pd.DataFrame({"USUBJID": adsl["USUBJID"], "AVAL": days.dt.days + 1, "CNSR": (~died).astype(int)})
    return rows[rows["AVAL"].notna() & (rows["AVAL"] > 0)]


def _dates(column: pd.Series) -> pd.Series:
    """Dates as dates; numbers are SAS days since 1960-01-01."""
    if pd.api.types.is_numeric_dtype(column):
        return pd.to_datetime("1960-01-01") + pd.to_timedelta(column, unit="D")
    return pd.to_datetime(column, errors="coerce")
