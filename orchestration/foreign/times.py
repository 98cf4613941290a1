"""Times and events of anyone's files: an `adtte` checked and made plain, or one made from `adsl` where none is given.

Belongs here: AVAL in days and CNSR by endpoint. Does not belong here: which rule or origin the study takes of it
(`analytics.cohort.follow_up`).
"""

import pandas as pd

from analytics.protocol import Protocol

STARTS = ("INDEXDT", "TRTSDT", "RANDDT", "RFSTDTC")
ENDS = ("LSTALVDT", "EOSDT", "RFENDTC", "RFENDT")
DAYS = ("DAY", "DAYS", "D")
MOST_NAMED = 12


def checked_adtte(protocol: Protocol, adtte: pd.DataFrame, name: str) -> pd.DataFrame:
    """The endpoints of the protocol from a given file, AVAL and CNSR as numbers.

    Raises:
        ValueError: a column, an endpoint or the unit is not what the study needs; one line.
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
    unit = _named(adtte.get("AVALU", pd.Series(dtype=object)))
    if any(str(value).upper() not in DAYS for value in unit):
        raise ValueError(f"{name}: AVALU is {', '.join(unit)}; the study counts days, convert AVAL to DAYS")
    return adtte.assign(AVAL=_numbers(adtte, "AVAL", name), CNSR=_numbers(adtte, "CNSR", name))


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
    wanted = [endpoint.name for endpoint in protocol.endpoint]
    if "PARAMCD" not in adtte:
        if len(wanted) > 1:
            raise ValueError(f"{name}: no column PARAMCD to tell the endpoints {', '.join(wanted)} apart")
        return adtte.assign(PARAMCD=wanted[0])
    there = _named(adtte["PARAMCD"])
    absent = [endpoint for endpoint in wanted if endpoint not in there]
    if absent:
        raise ValueError(
            f"{name}: PARAMCD {', '.join(absent)} of the protocol's endpoint.name is not there; the file has "
            f"{', '.join(there) or 'none'}: name one of these in [[endpoint]]"
        )
    return adtte[adtte["PARAMCD"].isin(wanted)]


def made_from_adsl(protocol: Protocol, adsl: pd.DataFrame, name: str) -> pd.DataFrame:
    """AVAL and CNSR of `adsl` itself, or death and last-alive dates counted from the index date.

    Raises:
        ValueError: several endpoints for one AVAL, or no way to a time and an event; one line.
    """
    if len(protocol.endpoint) > 1:
        raise ValueError(f"{name}: the protocol names {len(protocol.endpoint)} endpoints; give --adtte FILE")
    if {"AVAL", "CNSR"} <= set(adsl.columns):
        rows = adsl[["USUBJID"]].assign(AVAL=_numbers(adsl, "AVAL", name), CNSR=_numbers(adsl, "CNSR", name))
    else:
        rows = _from_dates(protocol, adsl, name)
    return rows.assign(PARAMCD=protocol.primary.name)


def _from_dates(protocol: Protocol, adsl: pd.DataFrame, name: str) -> pd.DataFrame:
    start = next((column for column in STARTS if column in adsl), None)
    end = next((column for column in ENDS if column in adsl), None)
    if start is None or end is None or "DTHDT" not in adsl:
        raise ValueError(
            f"{name}: neither AVAL and CNSR nor the dates {STARTS[0]} or {STARTS[1]}, DTHDT and {ENDS[0]} are there; "
            "give --adtte FILE"
        )
    begin, death, alive = (dates(adsl, column, name) for column in (start, "DTHDT", end))
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
    unread = int((found.isna() & text.notna()).sum())
    if unread:
        raise ValueError(f"{name}: {column} has {unread} values that are not dates of the form YYYY-MM-DD")
    return found


def _numbers(frame: pd.DataFrame, column: str, name: str) -> pd.Series:
    number = pd.to_numeric(frame[column], errors="coerce").astype(float)
    unread = int((number.isna() & frame[column].notna()).sum())
    if unread:
        raise ValueError(f"{name}: {column} has {unread} values that are not numbers")
    return number


def _named(values: pd.Series) -> list[str]:
    """The distinct values of a code column; no more than a code column has."""
    return [str(value) for value in sorted(values.dropna().unique(), key=str)[:MOST_NAMED]]
