"""Anyone's ADaM-shaped files as the marts of a study, and the protocol fitted to them, for `vigil analyse`.

Belongs here: what must hold between files, and who of them can be followed. Does not belong here: reading a file
(`foreign_files`) or any estimate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analytics.cohort import follow_up
from analytics.cohort.arms import arm_of
from analytics.cohort.prognostic import with_prognostic_score
from analytics.protocol import Protocol, adapted, check_columns
from analytics.safety.administrations import one_row_each
from orchestration.foreign.dates import with_dates_of_datetimes
from orchestration.foreign.events import with_known_words
from orchestration.foreign.files import read_frame
from orchestration.foreign.times import checked_adtte, counted_from_one, dates, made_from_adsl

NO_FOLLOW_UP = "no time in adtte"
FEW_VALUES = 8
# A column with more distinct numbers than this is measured, not coded.
MOST_LEVELS = 10


@dataclass(frozen=True)
class ForeignStudy:
    """The protocol as used, the marts, and a line for each default that was fitted to them."""

    protocol: Protocol
    marts: dict[str, pd.DataFrame]
    notes: tuple[str, ...]


def foreign_study(protocol: Protocol, files: Mapping[str, Path], in_doubt: str | None = None) -> ForeignStudy:
    """Read the files, fit unsaid defaults to them, and check that the study can be made of them.

    Args:
        protocol: as read from its file.
        files: paths by mart name; `adsl` is required.
        in_doubt: encoding of text that can be read as Korean and as Western; None refuses it.

    Raises:
        ValueError: a file that cannot be read, a key that repeats, a column, arm or endpoint that is not there; one line.
        OSError: a file is not there.
    """
    marts = {name: with_dates_of_datetimes(read_frame(path, in_doubt)) for name, path in files.items()}
    names = {name: path.name for name, path in files.items()}
    _check_keys(marts, names)
    fitted = adapted(protocol, marts)
    protocol, adsl = fitted.protocol, marts["adsl"]
    check_columns(protocol, with_prognostic_score(adsl.iloc[:0]).columns, names["adsl"])
    _check_numbers(protocol, adsl, names["adsl"])
    _check_arms(protocol, adsl, names["adsl"])
    if "adtte" in marts:
        marts["adtte"] = checked_adtte(protocol, marts["adtte"], names["adtte"])
    else:
        marts["adtte"] = made_from_adsl(protocol, adsl, names["adsl"])
    marts["adtte"], moved = counted_from_one(marts["adtte"], names.get("adtte", names["adsl"]))
    marts["adsl"] = _followed(protocol, marts, names.get("adtte", names["adsl"]))
    joined: tuple[str, ...] = ()
    if "adex" in marts:
        marts["adex"], joined = _administrations(marts["adex"], names["adex"])
        marts["adex"] = _with_days(marts["adex"], adsl, names["adex"])
    unknown: tuple[str, ...] = ()
    if "adae" in marts:
        marts["adae"], unknown = with_known_words(marts["adae"], names["adae"])
    return ForeignStudy(protocol, marts, (*fitted.notes, *moved, *joined, *unknown))


def _check_keys(marts: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> None:
    for mart, frame in marts.items():
        if "USUBJID" not in frame:
            raise ValueError(f"{names[mart]}: no column USUBJID; every row needs its subject's key")
        absent = int(frame["USUBJID"].isna().sum())
        if absent:
            raise ValueError(f"{names[mart]}: USUBJID is empty in {absent} rows")
    repeated = int(marts["adsl"]["USUBJID"].duplicated().sum())
    if repeated:
        raise ValueError(f"{names['adsl']}: USUBJID repeats in {repeated} rows; adsl has one row per subject")
    known = marts["adsl"]["USUBJID"]
    for mart, frame in marts.items():
        if len(frame) and not frame["USUBJID"].isin(known).any():
            raise ValueError(f"{names[mart]}: no USUBJID of it is in {names['adsl']}")


def _check_numbers(protocol: Protocol, adsl: pd.DataFrame, name: str) -> None:
    """A column of numbers with a stray word would be taken for a category of as many levels as it has values."""
    for column in protocol.propensity.covariates:
        if column not in adsl or pd.api.types.is_numeric_dtype(adsl[column]):
            continue
        number = pd.to_numeric(adsl[column], errors="coerce")
        stray = int((number.isna() & adsl[column].notna()).sum())
        if stray and number.nunique() > MOST_LEVELS and number.notna().sum() > 9 * stray:
            raise ValueError(
                f"{name}: {column} holds numbers but for {stray} values that are none; mend or empty them"
            )


def _check_arms(protocol: Protocol, adsl: pd.DataFrame, name: str) -> None:
    arm = arm_of(protocol.treatment, adsl)
    sides = (
        ("treated_value", 1, protocol.treatment.treated_value),
        ("control_value", 0, protocol.treatment.control_value),
    )
    for key, side, value in sides:
        if (arm == side).any():
            continue
        values = adsl[protocol.treatment.column].dropna().unique()
        held = f"; it holds {', '.join(map(str, values))}" if 0 < len(values) <= FEW_VALUES else ""
        raise ValueError(
            f"{name}: {protocol.treatment.column} is {value!r} for nobody{held}; set treatment.column and treatment.{key}"
        )


def _followed(protocol: Protocol, marts: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """`adsl` in which EXCLTTE marks who has no usable follow-up, so that nobody is matched who cannot be followed.

    Raises:
        ValueError: an endpoint has two rows for a subject, or none for anybody.
    """
    adsl = marts["adsl"]
    subjects = adsl.assign(TREATED=arm_of(protocol.treatment, adsl)).dropna(subset="TREATED")
    for endpoint in protocol.endpoint[::-1]:
        found = follow_up(protocol, marts["adtte"], subjects, endpoint)
        repeated = int(found["usubjid"].duplicated().sum())
        if repeated:
            raise ValueError(
                f"{name}: {repeated} subjects have more than one usable row of PARAMCD {endpoint.name}"
            )
        if found.empty:
            raise ValueError(f"{name}: {_why_nobody(protocol, marts['adtte'], endpoint.name)}")
    unfollowed = ~adsl["USUBJID"].isin(found["usubjid"])
    given = adsl.get("EXCLTTE", pd.Series(None, adsl.index, dtype=object)).astype(object)
    return adsl.assign(EXCLTTE=given.where(~(unfollowed & given.isna()), NO_FOLLOW_UP))


def _why_nobody(protocol: Protocol, adtte: pd.DataFrame, endpoint: str) -> str:
    what = [f"PARAMCD {endpoint}"]
    if "VSRULE" in adtte:
        what.append(f"VSRULE {protocol.vital_status.rule}")
    if "ORIGIN" in adtte:
        what.append(
            f"ORIGIN as time_zero says ({protocol.time_zero.treated.upper()}, {protocol.time_zero.control.upper()})"
        )
    return f"no subject of either arm has AVAL of 0 or more and CNSR with {', '.join(what)}"


def _administrations(adex: pd.DataFrame, name: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """`adex` with one row per administration, and a note where the file had more."""
    given = one_row_each(adex)
    if len(given) == len(adex):
        return adex, ()
    note = (
        f"{name}: {len(adex)} rows are {len(given)} administrations; rows of several PARAMCD, of one day or of what was "
        "not given were left out"
    )
    return given, (note,)


def _with_days(adex: pd.DataFrame, adsl: pd.DataFrame, name: str) -> pd.DataFrame:
    """`adex` with INJDY, days since first administration, from whatever the file has; unchanged where it has nothing."""
    if "INJDY" in adex or "ASTDY" in adex:
        return adex
    column = next((c for c in ("ASTDT", "EXSTDTC", "EXSTDT") if c in adex), None)
    if column is None:
        return adex
    given = dates(adex, column, name)
    first = adex["USUBJID"].map(given.groupby(adex["USUBJID"]).min())
    if "TRTSDT" in adsl:
        started = adex["USUBJID"].map(pd.Series(dates(adsl, "TRTSDT", "adsl").to_numpy(), adsl["USUBJID"]))
        first = started.where(started.notna(), first)
    return adex.assign(INJDY=(given - first).dt.days.astype(float))
