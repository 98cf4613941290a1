"""What is counted: one row per adverse event with its codes, clock and classifications.

Here: ADAE read column by column, joined to the population. Not here: counting.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.safety.causality import MISSING, RELATED, derive_causality
from analytics.safety.columns import (
    day_number,
    first_present,
    has_date,
    imputed_part,
    noted,
    number,
    text,
    upper_text,
)
from analytics.safety.emergence import emergent, possible_days
from analytics.safety.population import OTHER_SOURCE, Population
from analytics.safety.seriousness import CRITERIA, criteria, seriousness
from analytics.safety.seriousness import unavailable as cannot_be_told
from analytics.safety.settings import SafetySettings
from analytics.safety.severity import SEVERITY_COLUMNS, fatal, severity
from analytics.safety.terms import UNCODED, is_listed, one_spelling

UNKNOWN_SUBJECT = "subject is not in ADSL"

COUNTED = (
    "subject", "arm_code", "soc", "pt", "start_day", "after_start", "at_risk", "emergent", "serious", *CRITERIA,
    "related", "causality", "severity", "unexpected", "fatal", "discontinuation", "reaction",
)  # fmt: skip
IN_WINDOW, LATER = "WINDOW", "LATER"


@dataclass(frozen=True)
class Events:
    """Adverse events of ADAE with their place in the safety tables.

    Attributes:
        all: every row of ADAE but those that are only numbered, in a canonical order, with `excluded` (reason or
            null), subject (row of the population, -1 unknown), arm_code, soc, pt (one spelling a term), start_day
            and end_day (0-based from first administration), after_start (not known to start before it), at_risk
            (within its subject's time at risk), emergent, causality, severity (0 missing to 5), reaction (WINDOW or
            LATER: a serious adverse drug reaction within the safety window or after it; null: none) and flags.
        counted: the events of the safety population, with the columns that are counted by.
        unavailable: classification to the note why it cannot be made (a column is absent).
        n_unknown_causality: events whose causality is no known word.
        n_unknown_seriousness: counted events that are neither said nor denied to be serious.
        numbered: by usubjid, the events of external controls whose collection is not comparable: they are not looked at.
    """

    all: pd.DataFrame
    counted: pd.DataFrame
    unavailable: dict[str, str]
    n_unknown_causality: int
    n_unknown_seriousness: int
    numbered: pd.Series


def prepare_events(
    adae: pd.DataFrame,
    population: Population,
    settings: SafetySettings,
    per_subject: pd.DataFrame | None = None,
) -> Events:
    """Join ADAE to the population and classify every event.

    Args:
        adae: one row per adverse event; USUBJID and AEDECOD (or AETERM) are needed, the rest is optional.
        population: who is counted.
        settings: rules and lists.
        per_subject: USUBJID, n_row: every subject's number of events, also of those whose events are not among `adae`;
            without, all are.

    Raises:
        ValueError: USUBJID is absent, or both AEDECOD and AETERM are.
    """
    if "USUBJID" not in adae.columns or not {"AEDECOD", "AETERM"} & set(adae.columns):
        raise ValueError("adae: needs USUBJID and AEDECOD (or AETERM); add the columns to the file")
    adae, numbered = _looked_at(adae, population, per_subject)
    frame = _identity(adae)
    unavailable: dict[str, str] = {}
    _join_subject(frame, population)
    _add_timing(frame, adae, population)
    frame["emergent"] = emergent(adae, frame, settings)
    frame["causality"], n_unknown = derive_causality(adae, settings.causality_map)
    if not {"AEREL", "RELGR1"} & set(adae.columns):
        unavailable["related"] = "AEREL and RELGR1 are absent from adae"
    _add_seriousness(frame, adae, unavailable)
    _add_severity(frame, adae, unavailable)
    _add_outcome(frame, adae, settings, unavailable)
    _add_listedness(frame, settings)
    _add_reaction(frame, settings)
    keys = ["usubjid", "sequence", "start_day", "soc", "pt", "end_day", "severity", "causality", "serious"]
    order = frame.sort_values(keys, kind="stable", na_position="last").index
    frame = frame.loc[order].reset_index(drop=True)
    counted = frame.loc[frame["excluded"].isna(), list(COUNTED)]
    n_serious_unknown = int(frame.loc[counted.index, "seriousness_unknown"].sum())
    return Events(frame, counted, unavailable, n_unknown, n_serious_unknown, numbered)


def _looked_at(
    adae: pd.DataFrame, population: Population, per_subject: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.Series]:
    """Without the events that are only numbered, and their number by subject."""
    subjects = population.subjects
    only_numbered = subjects.loc[subjects["excluded"] == OTHER_SOURCE, "usubjid"]
    who = adae["USUBJID"].astype(str)
    if per_subject is None:
        numbers = who.value_counts()
    else:
        numbers = per_subject.set_index(per_subject["USUBJID"].astype(str))["n_row"]
    return adae[~who.isin(only_numbered)].reset_index(drop=True), numbers[numbers.index.isin(only_numbered)]


def _identity(adae: pd.DataFrame) -> pd.DataFrame:
    """Keys and terms; an event without a coded term keeps its reported one."""
    pt = _first_text(text(adae, "AEDECOD"), text(adae, "AETERM"))
    soc = _first_text(text(adae, "AEBODSYS"), text(adae, "AESOC"))
    return pd.DataFrame(
        {
            "usubjid": adae["USUBJID"].astype(str),
            "sequence": number(adae, "AESEQ"),
            # Categories in alphabetical order: sorted and counted by their codes.
            "soc": one_spelling(soc),
            "pt": one_spelling(pt),
        }
    )


def _first_text(preferred: "pd.Series[str]", other: "pd.Series[str]") -> "pd.Series[str]":
    filled = preferred.where(preferred.notna(), other)
    return filled.where(filled.notna(), UNCODED)


def _join_subject(frame: pd.DataFrame, population: Population) -> None:
    subjects = population.subjects
    position = pd.Index(subjects["usubjid"]).get_indexer(frame["usubjid"])
    # Position -1, who is in no row, takes the last element.
    excluded = np.append(subjects["excluded"].to_numpy(dtype=object), UNKNOWN_SUBJECT)[position]
    frame["subject"] = position
    frame["arm_code"] = np.append(subjects["arm_code"].to_numpy(), -1)[position]
    frame["excluded"] = noted(pd.isna(excluded), None, excluded)


def _add_timing(frame: pd.DataFrame, adae: pd.DataFrame, population: Population) -> None:
    """Days from first administration: dates first, then ADAE's own day columns (STARTDY has a day 0, ASTDY
    none).
    """

    def of_subject(column: str) -> np.ndarray:
        return np.append(population.subjects[column].to_numpy(dtype=np.float64), np.nan)[frame["subject"]]

    first_date = first_present(of_subject("start_date"), day_number(adae, "TRTSDT"))
    frame["start_date"], frame["end_date"] = day_number(adae, "ASTDT"), day_number(adae, "AENDT")
    frame["no_first_date"] = np.isnan(first_date)
    frame["start_day"] = first_present(
        frame["start_date"].to_numpy() - first_date, number(adae, "STARTDY"), _with_day_zero(adae, "ASTDY")
    )
    frame["end_day"] = first_present(frame["end_date"].to_numpy() - first_date, _with_day_zero(adae, "AENDY"))
    frame["treatment_end_day"] = of_subject("treatment_end_day")
    frame["harvest_start_day"] = first_present(
        frame["start_date"].to_numpy() - of_subject("harvest_date"),
        frame["start_day"].to_numpy() - of_subject("harvest_day"),
    )
    # A partial start may have been after the first administration; where it surely was not, it was before.
    frame["after_start"] = ~(possible_days(adae, frame, "start")[1] < 0)
    at_risk_days = of_subject("at_risk_days")
    frame["at_risk"] = ~np.isnan(at_risk_days) & ~(frame["start_day"].to_numpy() >= at_risk_days)
    frame["partial_start"] = imputed_part(adae, "ASTDT")
    frame["dose_number"], frame["days_since_dose"] = number(adae, "LDOSENO"), number(adae, "LDOSDY")


def _with_day_zero(adae: pd.DataFrame, column: str) -> np.ndarray:
    day = number(adae, column)
    return np.where(day > 0, day - 1, day)


def _add_seriousness(frame: pd.DataFrame, adae: pd.DataFrame, unavailable: dict[str, str]) -> None:
    frame[list(CRITERIA)] = criteria(adae)
    serious = seriousness(adae)
    frame["serious"], frame["seriousness_unknown"] = serious == "Y", pd.isna(serious)
    unavailable |= cannot_be_told(adae)


def _add_severity(frame: pd.DataFrame, adae: pd.DataFrame, unavailable: dict[str, str]) -> None:
    if SEVERITY_COLUMNS.isdisjoint(adae.columns):
        unavailable["severity"] = "AESEV and ATOXGR are absent from adae"
    frame["severity"] = severity(adae)


def _add_outcome(
    frame: pd.DataFrame, adae: pd.DataFrame, settings: SafetySettings, unavailable: dict[str, str]
) -> None:
    action = upper_text(adae, "AEACN")
    frame["discontinuation"] = action.isin(settings.discontinuation_actions).to_numpy(dtype=bool)
    if action.isna().all() and len(adae):
        absent = "AEACN" not in adae.columns
        unavailable["discontinuation"] = f"AEACN is {'absent from' if absent else 'empty in'} adae"
    frame["fatal"] = fatal(adae, frame["severity"].to_numpy())
    frame["outcome"], frame["action"] = text(adae, "AEOUT"), text(adae, "AEACN")
    frame["causality_raw"] = text(adae, "AEREL")
    frame["dictionary_version"] = text(adae, "DICTVER")
    frame["source_file"], frame["source_line"] = text(adae, "SRCFILE"), number(adae, "SRCLINE")
    column = settings.awareness_column
    frame["awareness_date"] = day_number(adae, column) if column else np.nan
    if column and not has_date(adae, column):
        unavailable["awareness"] = f"{column} is absent from adae"


def _add_listedness(frame: pd.DataFrame, settings: SafetySettings) -> None:
    """Unexpected is what the reference does not list; with an empty list everything is."""
    frame["unexpected"] = ~is_listed(frame["pt"], settings.expected_terms)
    frame["related"] = (frame["causality"] == RELATED).to_numpy()


def _add_reaction(frame: pd.DataFrame, settings: SafetySettings) -> None:
    """Serious adverse drug reactions: serious and not excluded to be related, so that a missing causality counts.

    Whatever the emergence rule, an undated one counts as after the first administration, and so does one that may have been.
    """
    reaction = frame["serious"] & frame["after_start"] & frame["causality"].isin((RELATED, MISSING))
    later = reaction & (frame["start_day"] > settings.window_days)
    frame["reaction"] = noted(later, LATER, noted(reaction, IN_WINDOW))
