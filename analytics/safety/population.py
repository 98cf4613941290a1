"""Who is counted: subjects, arms, denominators and time at risk, from ADSL only.

Here: one row per subject on a clock whose day 0 is the first administration. Not here: anything read from
ADAE; the denominator of a safety table is never the subjects who happen to have an event.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.safety.columns import day_number, first_present, flag, number, text, upper_text
from analytics.safety.settings import SafetySettings

NOT_AN_ARM = ("SCREEN FAILURE", "SCREENING FAILURE", "NOT ASSIGNED", "NOT TREATED", "SCRNFAIL", "NOTASSGN")

SCREEN_FAILURE = "screen failure"
OTHER_SOURCE = "external control: comparable collection is not stated"
NOT_SAFETY = "not in the safety population"
NO_ARM = "no actual arm in ADSL"


@dataclass(frozen=True)
class Population:
    """Subjects of ADSL with their place in the safety tables.

    Attributes:
        subjects: sorted by usubjid: usubjid, arm, arm_code (-1 outside the arms), planned_arm, excluded
            (reason or null), and days counted from first administration (0-based): end_day,
            treatment_end_day, death_day, harvest_day; at_risk_days, treatment_days (both count the first
            day); died.
        arms: names in the order of display.
        person_time_note: how the end of observation was found.
    """

    subjects: pd.DataFrame
    arms: tuple[str, ...]
    person_time_note: str

    @property
    def n_arm(self) -> int:
        """How many arms are shown."""
        return len(self.arms)

    def members(self) -> pd.DataFrame:
        """The subjects who count: in the safety population, with an arm."""
        return self.subjects[self.subjects["arm_code"] >= 0]

    def totals(self) -> np.ndarray:
        """Subjects per arm, length `n_arm`."""
        return np.bincount(self.members()["arm_code"], minlength=self.n_arm)


def prepare_population(adsl: pd.DataFrame, settings: SafetySettings) -> Population:
    """Place every subject of ADSL.

    Args:
        adsl: one row per subject.
        settings: arm columns, population flag, sources.

    Raises:
        ValueError: USUBJID is absent, null or repeated.
    """
    _check_key(adsl)
    adsl = adsl.sort_values("USUBJID", kind="stable").reset_index(drop=True)
    arm = _arm(adsl, settings)
    excluded = _exclusion(adsl, arm, settings)
    subjects = pd.DataFrame(
        {
            "usubjid": adsl["USUBJID"].astype(str),
            "arm": arm,
            "planned_arm": text(adsl, settings.planned_arm_column),
            "excluded": excluded,
        }
    )
    note = _add_days(subjects, adsl, settings)
    arms = _arms(adsl, subjects, settings)
    code = subjects["arm"].map({name: i for i, name in enumerate(arms)})
    subjects["arm_code"] = code.where(subjects["excluded"].isna(), -1).fillna(-1).astype(np.int64)
    return Population(subjects, arms, note)


def _check_key(adsl: pd.DataFrame) -> None:
    if "USUBJID" not in adsl.columns:
        raise ValueError("adsl: column USUBJID is absent; give one row per subject with its USUBJID")
    n_null, n_repeated = int(adsl["USUBJID"].isna().sum()), int(adsl["USUBJID"].duplicated().sum())
    if n_null or n_repeated:
        raise ValueError(
            f"adsl: USUBJID is null on {n_null} rows and repeated on {n_repeated}; give one row per subject"
        )


def _arm(adsl: pd.DataFrame, settings: SafetySettings) -> "pd.Series[str]":
    for column in (settings.arm_column, "TRT01A", "TRTA", "ACTARM", "ARM"):
        if column in adsl.columns:
            arm = text(adsl, column)
            return arm.mask(arm.str.upper().isin(NOT_AN_ARM), None)
    raise ValueError(
        f"adsl: no arm column; {settings.arm_column}, TRT01A, TRTA, ACTARM and ARM are all absent"
    )


def _exclusion(adsl: pd.DataFrame, arm: "pd.Series[str]", settings: SafetySettings) -> "pd.Series[str]":
    """The first reason that applies, null for who counts."""
    reason = pd.Series(None, index=adsl.index, dtype=object)
    control = text(adsl, "SOURCE").isin(settings.control_sources)
    in_population = _in_population(adsl, arm, settings) | (control & settings.comparable_collection)
    screen_failure = pd.Series(flag(adsl, "SCRFFL"), index=adsl.index)
    for column in (settings.arm_column, "ACTARM", "ARM"):
        screen_failure |= upper_text(adsl, column).isin(NOT_AN_ARM[:2])
    reason = reason.mask(arm.isna(), NO_ARM).mask(~in_population, NOT_SAFETY)
    if not settings.comparable_collection:
        reason = reason.mask(control, OTHER_SOURCE)
    return reason.mask(screen_failure, SCREEN_FAILURE)


def _in_population(adsl: pd.DataFrame, arm: "pd.Series[str]", settings: SafetySettings) -> "pd.Series[bool]":
    """The population flag; without one, whoever has a first administration; without that, whoever has an
    arm.
    """
    if settings.population_column in adsl.columns:
        return pd.Series(flag(adsl, settings.population_column), index=adsl.index)
    if "TRTSDT" in adsl.columns:
        return adsl["TRTSDT"].notna()
    return arm.notna()


def _arms(adsl: pd.DataFrame, subjects: pd.DataFrame, settings: SafetySettings) -> tuple[str, ...]:
    """Arms of anyone eligible, planned ones included so that an empty arm is shown; ordered by their
    numbers.
    """
    eligible = ~subjects["excluded"].isin((SCREEN_FAILURE, OTHER_SOURCE))
    planned = subjects["planned_arm"]
    planned = planned.mask(planned.str.upper().isin(NOT_AN_ARM), None)
    names = set(subjects.loc[eligible, "arm"].dropna()) | set(planned[eligible].dropna()) | set(settings.arms)
    rank: dict[str, float] = {}
    for name_column, number_column in (
        (settings.planned_arm_column, "TRT01PN"),
        (settings.arm_column, "TRT01AN"),
    ):
        known = pd.DataFrame({"name": text(adsl, name_column), "rank": number(adsl, number_column)}).dropna()
        lowest = known.groupby("name")["rank"].min()
        rank.update(zip(lowest.index.astype(str), lowest.astype(float), strict=True))
    return tuple(sorted(names, key=lambda name: (rank.get(name, np.inf), name)))


def _add_days(subjects: pd.DataFrame, adsl: pd.DataFrame, settings: SafetySettings) -> str:
    """Add the day columns, from dates where both exist, else from ADSL's 0-based day columns."""
    start = _first_administration(adsl, subjects, settings)
    harvest = _Clock(adsl, day_number(adsl, "HARVDT"), number(adsl, "HARVDY"))
    last_dose, death = start.days("TRTEDT", "TRTEDY"), start.days("DTHDT", "DTHDY")
    end = last_dose if settings.at_risk_until == "treatment" else start.end_of_observation()
    end = np.where(np.isnan(death), end, np.fmin(end, death))
    if settings.emergence == "phuse" and settings.emergence_window_days is not None:
        end = np.fmin(end, last_dose + settings.emergence_window_days)
    subjects["end_day"], subjects["treatment_end_day"], subjects["death_day"] = end, last_dose, death
    # A first administration is one day at risk even where the end is recorded before it.
    subjects["at_risk_days"] = np.where(np.isnan(end), np.nan, np.maximum(end, 0) + 1)
    subjects["treatment_days"] = np.where(np.isnan(last_dose), np.nan, np.maximum(last_dose, 0) + 1)
    subjects["start_date"], subjects["harvest_date"] = start.origin, harvest.origin
    subjects["harvest_day"], subjects["harvest_end_day"] = (
        start.days("HARVDT", "HARVDY"),
        harvest.end_of_observation(),
    )
    subjects["harvested"] = ~(np.isnan(harvest.origin) & np.isnan(harvest.origin_day))
    died = flag(adsl, "DTHFL") | ~np.isnan(day_number(adsl, "DTHDT")) | ~np.isnan(death)
    subjects["died"] = died | text(adsl, "VITSTAT").eq("DIED").to_numpy(dtype=bool)
    return _person_time_note(adsl, settings)


def _first_administration(adsl: pd.DataFrame, subjects: pd.DataFrame, settings: SafetySettings) -> "_Clock":
    """The first administration; who is counted without one, a control, is counted from the index, which is day 0."""
    date, day = day_number(adsl, "TRTSDT"), number(adsl, "TRTSDY")
    external = text(adsl, "SOURCE").isin(settings.control_sources).to_numpy(dtype=bool)
    untreated = np.isnan(date) & np.isnan(day)
    own = untreated & subjects["excluded"].isna().to_numpy() & ~external
    date = np.where(own, day_number(adsl, "INDEXDT"), date)
    return _Clock(adsl, date, np.where(untreated & (external | ~np.isnan(date)), 0.0, day))


def _person_time_note(adsl: pd.DataFrame, settings: SafetySettings) -> str:
    if settings.at_risk_until == "treatment":
        return "time at risk ends with the last administration"
    if {"EOSDT", "LSTALVDT", "EOSDY", "LSTALVDY", "LSTVISDY"} & set(adsl.columns):
        return "time at risk ends with the end of study, else the last date known alive, or death"
    return "adsl has no end of follow-up: time at risk ends with the last administration"


class _Clock:
    """Days since a date of each subject, or since a day of the subject's own where there are no dates."""

    def __init__(self, adsl: pd.DataFrame, origin: np.ndarray, origin_day: np.ndarray) -> None:
        self.adsl, self.origin, self.origin_day = adsl, origin, origin_day

    def days(self, date_column: str, day_column: str) -> np.ndarray:
        """From dates where both are known, else from day columns."""
        from_dates = day_number(self.adsl, date_column) - self.origin
        return first_present(from_dates, number(self.adsl, day_column) - self.origin_day)

    def end_of_observation(self) -> np.ndarray:
        """End of study, else last known alive, else last visit or administration; never after death."""
        last_dose, death = self.days("TRTEDT", "TRTEDY"), self.days("DTHDT", "DTHDY")
        follow_up = first_present(
            self.days("EOSDT", "EOSDY"),
            self.days("LSTALVDT", "LSTALVDY"),
            self.days("LSTVISDT", "LSTVISDY"),
            last_dose,
            death,
        )
        end = np.fmax(follow_up, last_dose)
        return np.where(np.isnan(death), end, np.fmin(end, death))
