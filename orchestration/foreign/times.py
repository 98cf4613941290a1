"""Times and events of anyone's files: an `adtte` checked and made plain, or one made from `adsl` where none is given.

Belongs here: AVAL in days, CNSR and the day of entry by endpoint. Does not belong here: which rule or origin the study takes
of it (`analytics.cohort.follow_up`).
"""

import pandas as pd

from analytics.cohort.follow_up import entry_column
from analytics.protocol import Protocol
from orchestration.foreign.competing import check_competing
from orchestration.foreign.refusals import numbers, refuse

STARTS = ("INDEXDT", "TRTSDT", "RANDDT", "RFSTDTC")
ENDS = ("LSTALVDT", "EOSDT", "RFENDTC", "RFENDT")
DAYS = ("DAY", "DAYS", "D")
ENTRIES = ("ENTRYDY", "ENTRYHDY")
MOST_NAMED = 12
MOST_DAYS = 1_000_000


def checked_adtte(protocol: Protocol, adtte: pd.DataFrame, name: str) -> pd.DataFrame:
    """The endpoints of the protocol from a given file: AVAL, CNSR and days of entry as numbers.

    Raises:
        ValueError: a column, an endpoint, the unit or a value is not what the study needs; one line.
    """
    if "AVAL" not in adtte and {"STARTDT", "ADT"} <= set(adtte.columns):
        days = (dates(adtte, "ADT", name) - dates(adtte, "STARTDT", name)).dt.days + 1
        adtte = adtte.assign(AVAL=days.astype(float))
    for column in ("USUBJID", "AVAL", "CNSR"):
        if column not in adtte:
            raise ValueError(
                f"{name}: no column {column}; give USUBJID, PARAMCD, AVAL (days) and CNSR (0 = event)"
            )
    adtte = _with_endpoints(protocol, adtte, name)
    if "AVALU" in adtte:
        other = adtte["AVALU"].notna() & ~adtte["AVALU"].astype(str).str.upper().isin(DAYS)
        units = ", ".join(_named(adtte.loc[other, "AVALU"]))
        refuse(name, "AVALU", other, f"is {units}", "the study counts days, convert AVAL to DAYS")
    rows = _plain_times(protocol, adtte, name)
    check_competing(protocol, rows, name)
    return rows


def _plain_times(protocol: Protocol, rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows of times whose cells have been checked.

    Raises:
        ValueError: a cell that is no time, no mark of an event or no day of entry, a second row, or no day of entry at all.
    """
    needed = entry_column(protocol, rows.columns)
    if needed is not None and needed not in rows:
        raise ValueError(
            f"{name}: no column {needed}, the days from {protocol.time_zero.origin} to time zero; without it all would "
            f'be at risk when nobody could die: give it, or write origin = "time_zero" under [time_zero]'
        )
    read = ["AVAL", "CNSR", *(column for column in ENTRIES if column in rows)]
    rows = rows.assign(**{column: numbers(rows, column, name) for column in read})
    long = rows["AVAL"] > MOST_DAYS
    refuse(
        name, "AVAL", long, f"is more than {MOST_DAYS:,} days", "the study counts days, convert AVAL to DAYS"
    )
    event = rows["CNSR"]
    refuse(
        name, "CNSR", event.notna() & ((event < 0) | (event % 1 != 0)),
        "is neither 0, an event, nor a whole number from 1, a censoring", "write one of them, or leave the cell empty",
    )  # fmt: skip
    keys = ["USUBJID", "PARAMCD", *(column for column in ("ORIGIN", "VSRULE") if column in rows)]
    timed = rows[rows["AVAL"].notna() & event.notna()]
    way_out = "leave one row for each endpoint of a subject"
    refuse(
        name,
        "USUBJID",
        timed.duplicated(keys),
        f"has an earlier row of the same {', '.join(keys[1:])}",
        way_out,
    )
    return rows


def counted_from_one(adtte: pd.DataFrame, name: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The file with day 1 as the first of follow-up, and a note where it had counted from 0.

    Who dies on the first day has AVAL 0 in a file that leaves out CDISC's + 1, and no follow-up at all by its clock. Nobody
    is dropped for it: where an AVAL lies below 1, the whole file's clock is moved by one day. A fraction of a day is kept.
    """
    first_day = int((adtte["AVAL"].ge(0) & adtte["AVAL"].lt(1)).sum())
    if not first_day:
        return adtte, ()
    note = (
        f"{name}: AVAL is below 1 in {first_day} rows, so it counts from day 0; 1 day was added to every AVAL"
    )
    return adtte.assign(AVAL=adtte["AVAL"] + 1), (note,)


def _with_endpoints(protocol: Protocol, adtte: pd.DataFrame, name: str) -> pd.DataFrame:
    wanted = list(dict.fromkeys(code for endpoint in protocol.endpoint for code in endpoint.codes))
    if "PARAMCD" not in adtte:
        if len(wanted) > 1:
            raise ValueError(f"{name}: no column PARAMCD to tell the endpoints {', '.join(wanted)} apart")
        return adtte.assign(PARAMCD=wanted[0])
    there = set(adtte["PARAMCD"].dropna())
    named = {
        "endpoint.name": [endpoint.name for endpoint in protocol.endpoint],
        "endpoint.competing": [code for endpoint in protocol.endpoint for code in endpoint.competing],
    }
    for key, codes in named.items():
        absent = [code for code in dict.fromkeys(codes) if code not in there]
        if absent:
            raise ValueError(
                f"{name}: PARAMCD {', '.join(absent)} of the protocol's {key} is not there; the file has "
                f"{', '.join(_named(adtte['PARAMCD'])) or 'none'}: name one of these in [[endpoint]]"
            )
    return adtte[adtte["PARAMCD"].isin(wanted)]


def made_from_adsl(protocol: Protocol, adsl: pd.DataFrame, name: str) -> pd.DataFrame | None:
    """AVAL and CNSR of `adsl` itself, or death and last-alive dates counted from the index date; None without any of them.

    Raises:
        ValueError: several endpoints for one AVAL, half of what makes a time, or a cell that is none; one line.
    """
    dated = _columns_of_dates(adsl)
    if not ({"AVAL", "CNSR"} & set(adsl.columns) or all(dated)):
        return None
    if len(protocol.endpoint) > 1:
        raise ValueError(f"{name}: the protocol names {len(protocol.endpoint)} endpoints; give --adtte FILE")
    if protocol.primary.competing:
        raise ValueError(f"{name}: endpoint.competing names PARAMCDs of adtte; give --adtte FILE")
    if {"AVAL", "CNSR"} <= set(adsl.columns):
        rows = adsl[["USUBJID", "AVAL", "CNSR", *(column for column in ENTRIES if column in adsl)]]
    elif all(dated):
        rows = _from_dates(protocol, adsl, dated, name)
    else:
        half, other = ("AVAL", "CNSR") if "AVAL" in adsl else ("CNSR", "AVAL")
        raise ValueError(f"{name}: {half} is there and {other} is not; give both, or --adtte FILE")
    return _plain_times(protocol, rows.assign(PARAMCD=protocol.primary.name), name)


def _columns_of_dates(adsl: pd.DataFrame) -> tuple[str | None, ...]:
    """Columns of the index date, of death and of last contact; None for what is not there."""
    candidates = (STARTS, ("DTHDT",), ENDS)
    return tuple(next((column for column in names if column in adsl), None) for names in candidates)


def _from_dates(
    protocol: Protocol, adsl: pd.DataFrame, columns: tuple[str | None, ...], name: str
) -> pd.DataFrame:
    begin, death, alive = (dates(adsl, str(column), name) for column in columns)
    undated = death.isna() & adsl.get("DTHFL", pd.Series(None, adsl.index, dtype=object)).eq("Y")
    days = (death.where(death.notna(), alive) - begin).dt.days + 1
    if protocol.vital_status.undated_death == "exclude":
        days = days.mask(undated)
    censored = (death.isna() & ~undated).astype(float)
    return pd.DataFrame({"USUBJID": adsl["USUBJID"], "AVAL": days.astype(float), "CNSR": censored})


def dates(frame: pd.DataFrame, column: str, name: str) -> pd.Series:
    """A column as dates; numbers are SAS days since 1960-01-01.

    Raises:
        ValueError: text that is not a complete ISO date.
    """
    values = frame[column]
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.normalize()
    if pd.api.types.is_numeric_dtype(values):
        return pd.to_datetime("1960-01-01") + pd.to_timedelta(values.astype(float), unit="D")
    text = values.map(lambda value: None if pd.isna(value) else str(value)[:10])
    found = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    way_out = "write the whole date, or leave the cell empty"
    refuse(name, column, found.isna() & text.notna(), "is no date of the form YYYY-MM-DD", way_out)
    return found


def _named(values: pd.Series) -> list[str]:
    """The distinct values of a code column; no more than a code column has."""
    return [str(value) for value in sorted(values.dropna().unique(), key=str)[:MOST_NAMED]]
