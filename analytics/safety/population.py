"""Who is counted: subjects, arms, denominators and time at risk, from ADSL only.

Here: one row per subject, in an arm or left out for a reason. Not here: their days (`clocks`), and anything read from
ADAE: the denominator of a safety table is never the subjects who happen to have an event.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.safety.clocks import DEATHS, person_time_note, subject_days
from analytics.safety.columns import day_number, flag, has_date, number, text, upper_text
from analytics.safety.settings import SafetySettings

NOT_AN_ARM = ("SCREEN FAILURE", "SCREENING FAILURE", "NOT ASSIGNED", "NOT TREATED", "SCRNFAIL", "NOTASSGN")

SCREEN_FAILURE = "screen failure"
OTHER_SOURCE = "external control: comparable collection is not stated"
NOT_SAFETY = "not in the safety population"
NO_ARM = "no actual arm in ADSL"
EMPTY_ARM = "no subject in this arm"
NO_DEATHS = "DTHFL, DTHDT and VITSTAT are absent from adsl"


@dataclass(frozen=True)
class Population:
    """Subjects of ADSL with their place in the safety tables.

    Attributes:
        subjects: sorted by usubjid: usubjid, arm, arm_code (-1 outside the arms), planned_arm, excluded
            (reason or null), and days counted from first administration (0-based): end_day (of the time at
            risk), observed_end_day, treatment_end_day, death_day, harvest_day; at_risk_days, treatment_days
            (both count the first day); death_day_of_harvest and harvest_end_day, counted from the harvest; died,
            death_dated, and started: the first administration has a day.
        arms: names in the order of display.
        person_time_note: how the end of observation was found.
        deaths_note: why deaths cannot be told; None where they can.
    """

    subjects: pd.DataFrame
    arms: tuple[str, ...]
    person_time_note: str
    deaths_note: str | None

    @property
    def n_arm(self) -> int:
        """How many arms are shown."""
        return len(self.arms)

    def members(self) -> pd.DataFrame:
        """The subjects who count: in the safety population, with an arm."""
        return self.subjects[self.subjects["arm_code"] >= 0]

    def totals(self) -> np.ndarray:
        """Subjects per arm, length `n_arm`."""
        return self.count(np.ones(len(self.members()), dtype=bool))

    def count(self, chosen: np.ndarray) -> np.ndarray:
        """Chosen members per arm, length `n_arm`; `chosen` is a boolean over `members()`."""
        return np.bincount(self.members()["arm_code"][chosen], minlength=self.n_arm)

    def without_time(self) -> np.ndarray:
        """Subjects per arm whose time at risk is not known, for want of its beginning or its end; length `n_arm`."""
        return self.count(self.members()["at_risk_days"].isna().to_numpy())


def followed_through(
    end_day: "np.ndarray | pd.Series[float]", window_days: "float | np.ndarray"
) -> np.ndarray:
    """Who was observed on the last day of the window, day `window_days`, and so goes on to what comes after it.

    The one boundary of "the whole window"; an unknown end is not known to have come after it.
    """
    return np.asarray(end_day, dtype=np.float64) >= window_days


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
    note = person_time_note(adsl, settings)
    subjects = subjects.join(subject_days(adsl, counted=excluded.isna().to_numpy(), settings=settings))
    arms = _arms(adsl, subjects, settings)
    code = subjects["arm"].map({name: i for i, name in enumerate(arms)})
    subjects["arm_code"] = code.where(subjects["excluded"].isna(), -1).fillna(-1).astype(np.int64)
    told = has_date(adsl, "DTHDT") or not DEATHS.isdisjoint(adsl.columns)
    return Population(subjects, arms, note, None if told else NO_DEATHS)


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
    if has_date(adsl, "TRTSDT"):
        return pd.Series(~np.isnan(day_number(adsl, "TRTSDT")), index=adsl.index)
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
