"""Whom safety counts and for how long, read anew from adsl.

Belongs here: the rules of docs/reading.md on the safety population and its time at risk, in other words than `safety` has
them. Does not belong here: their events (`safety_events`), and counting (`recount`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

EXTERNAL = "PROACT"
ENDS = ("EOS", "LSTALV", "RFEN", "LSTVIS")
YES = ("Y", "YES", "1", "1.0", "TRUE")
ARMS = ("TRT01A", "TRTA", "ACTARM", "ARM")
SCREENED = ("SCREEN FAILURE", "SCREENING FAILURE")
NO_ARM = (*SCREENED, "NOT ASSIGNED", "NOT TREATED", "SCRNFAIL", "NOTASSGN")
SAS_EPOCH = pd.Timestamp("1960-01-01")


@dataclass(frozen=True)
class Rules:
    """What the protocol chooses; its section `safety` says what each means."""

    emergence: str
    emergence_window_days: int | None
    window_days: int
    at_risk_until: str
    expected_terms: tuple[str, ...]
    comparable_collection: bool


def safety_population(adsl: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Whom safety counts.

    Args:
        adsl: as the marts have it, a row a subject; TRT01A has the names of arms in results.
        rules: of the protocol.

    Returns:
        usubjid, arm, origin (date of the first administration, of a control of the index), last_dose (days after it), died,
        and days_at_risk (NaN where not known), sorted by usubjid.
    """
    named = next(column(adsl, name) for name in ARMS if name in adsl)
    arm = named.mask(word(adsl, next(name for name in ARMS if name in adsl)).isin(NO_ARM))
    external = column(adsl, "SOURCE").eq(EXTERNAL)
    counted = (
        _treated(adsl, arm) | external if rules.comparable_collection else _treated(adsl, arm) & ~external
    )
    screened = yes(adsl, "SCRFFL") | word(adsl, "ACTARM").isin(SCREENED) | word(adsl, "ARM").isin(SCREENED)
    mine = adsl[counted & ~screened & arm.notna()]
    people = pd.DataFrame({"usubjid": mine["USUBJID"].astype(str), "arm": arm[mine.index]})
    never = dates(mine, "TRTSDT").isna() & numbers(mine, "TRTSDY").isna()
    indexed = never & ~column(mine, "SOURCE").eq(EXTERNAL)
    people["origin"] = dates(mine, "TRTSDT").mask(indexed, dates(mine, "INDEXDT"))
    zero = numbers(mine, "TRTSDY").mask(never & (people["origin"].notna() | ~indexed), 0.0)

    def days(stem: str) -> "pd.Series[float]":
        return days_since(people["origin"], dates(mine, f"{stem}DT")).fillna(
            numbers(mine, f"{stem}DY") - zero
        )

    people["last_dose"], death = days("TRTE"), days("DTH")
    people["days_at_risk"] = _end(days, people["last_dose"], death, rules).clip(lower=0) + 1
    dated = dates(mine, "DTHDT").notna() | numbers(mine, "DTHDY").notna()
    people["died"] = yes(mine, "DTHFL") | column(mine, "VITSTAT").eq("DIED") | dated
    return people.sort_values("usubjid", ignore_index=True)


def _treated(adsl: pd.DataFrame, arm: "pd.Series[str]") -> "pd.Series[bool]":
    """By the flag; without one whoever has a first administration, without that everyone with an arm."""
    if "SAFFL" in adsl:
        return yes(adsl, "SAFFL")
    return dates(adsl, "TRTSDT").notna() if {"TRTSDT", "TRTSDTM"} & set(adsl) else arm.notna()


def _end(
    days: Callable[[str], "pd.Series[float]"],
    last_dose: "pd.Series[float]",
    death: "pd.Series[float]",
    rules: Rules,
) -> "pd.Series[float]":
    """Last day at risk: the first end that is known, but not before the last administration nor after death."""
    seen = pd.concat([*(days(stem) for stem in ENDS), last_dose, death], axis=1).bfill(axis=1).iloc[:, 0]
    end = (
        last_dose if rules.at_risk_until == "treatment" else pd.concat([seen, last_dose], axis=1).max(axis=1)
    )
    limits = [end, death.where(end.notna() | (rules.at_risk_until != "treatment"))]
    if rules.emergence == "phuse" and rules.emergence_window_days is not None:
        limits.append(last_dose + rules.emergence_window_days)
    return pd.concat(limits, axis=1).min(axis=1)


def days_since(origin: "pd.Series[pd.Timestamp]", day: "pd.Series[pd.Timestamp]") -> "pd.Series[float]":
    """Days between dates; NaN where either is not known."""
    return (day - origin).dt.days.astype(float)


def column(frame: pd.DataFrame, name: str) -> "pd.Series[str]":
    """A column of words; nulls where the file has none."""
    return frame[name].astype(object) if name in frame else pd.Series(None, frame.index, dtype=object)


def word(frame: pd.DataFrame, name: str) -> "pd.Series[str]":
    """The same as values of a code list: without blanks around them, in upper case; blank is null."""
    told = column(frame, name)
    return told.astype(str).str.strip().str.upper().where(told.notna()).replace("", None)


def yes(frame: pd.DataFrame, name: str) -> "pd.Series[bool]":
    """Where a flag says yes."""
    return word(frame, name).isin(YES)


def numbers(frame: pd.DataFrame, name: str) -> "pd.Series[float]":
    """A column of numbers; NaN where it has none."""
    return pd.to_numeric(column(frame, name), errors="coerce").astype(float)


def dates(frame: pd.DataFrame, name: str) -> "pd.Series[pd.Timestamp]":
    """A column of days, or the datetime that is named alike; of text that stops at month or year the first one, NaT where
    nothing can be read."""
    found = _read(frame, name)
    return found.fillna(_read(frame, f"{name}M")) if name.endswith("DT") else found


def _read(frame: pd.DataFrame, name: str) -> "pd.Series[pd.Timestamp]":
    if name in frame and pd.api.types.is_numeric_dtype(frame[name]):
        read = SAS_EPOCH + pd.to_timedelta(
            frame[name].astype(float), unit="s" if name.endswith("DTM") else "D"
        )
    else:
        read = pd.to_datetime(column(frame, name), errors="coerce", format="ISO8601")
    return read.dt.normalize().astype("datetime64[ns]")
