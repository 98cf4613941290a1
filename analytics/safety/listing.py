"""The line listing of adverse events for the safety team's own database.

Here: one row per event of ADAE, excluded ones with their reason, and the account of exclusions. Not here:
anything meant for the public.
"""

import numpy as np
import pandas as pd

from analytics.safety.columns import iso_dates
from analytics.safety.events import Events
from analytics.safety.population import OTHER_SOURCE, Population
from analytics.safety.seriousness import CRITERIA
from analytics.safety.severity import SEVERITIES

_FLAGS = ("emergent", "at_risk", "serious", *CRITERIA, "unexpected", "fatal", "discontinuation")


def listing_table(events: Events, population: Population) -> pd.DataFrame:
    """Every row of ADAE in a canonical order, but of external controls whose collection is not comparable.

    Returns:
        Rows (usubjid, sequence): arm, soc, pt, start and end date and 0-based day, dose number and days since
        the last dose, severity, causality (raw and derived), action, outcome, flags 'Y'/'N' (serious: null where
        nobody says), first occurrence
        of the subject (of any emergent event, in its class, of its term), excluded (reason or null), source.
    """
    frame = events.all
    arms = np.array([*population.arms, None], dtype=object)
    severity = np.array(SEVERITIES, dtype=object)
    table = pd.DataFrame(
        {
            "usubjid": frame["usubjid"],
            "sequence": frame["sequence"],
            "arm": arms[frame["arm_code"].to_numpy()],
            "soc": frame["soc"].astype(object),
            "pt": frame["pt"].astype(object),
            "start_date": iso_dates(frame["start_date"].to_numpy()),
            "start_date_imputed": frame["partial_start"],
            "start_day": frame["start_day"],
            "end_date": iso_dates(frame["end_date"].to_numpy()),
            "end_day": frame["end_day"],
            "dose_number": frame["dose_number"],
            "days_since_dose": frame["days_since_dose"],
            "severity": severity[frame["severity"].to_numpy()],
            "causality_raw": frame["causality_raw"],
            "causality": frame["causality"],
            "action": frame["action"],
            "outcome": frame["outcome"],
        }
    )
    for name in _FLAGS:
        table[name] = np.where(frame[name].to_numpy(dtype=bool), "Y", "N")
    table["reaction"] = frame["reaction"]
    table["serious"] = table["serious"].mask(frame["seriousness_unknown"], None)
    for name, keys in (("first_any", []), ("first_in_soc", ["soc"]), ("first_of_pt", ["soc", "pt"])):
        table[name] = _first_occurrence(frame, keys)
    for name in ("dictionary_version", "excluded", "source_file", "source_line"):
        table[name] = frame[name]
    return table


def _first_occurrence(frame: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """'Y' on the earliest emergent event of a subject within the keys, null elsewhere."""
    emergent = frame[frame["emergent"].to_numpy() & (frame["subject"] >= 0).to_numpy()]
    ordered = emergent.sort_values(
        ["subject", "start_day", "sequence", "pt"], kind="stable", na_position="last"
    )
    first = ordered.index[~ordered.duplicated(["subject", *keys])]
    result = np.full(len(frame), None, dtype=object)
    result[first] = "Y"
    return result


def exclusion_table(events: Events, population: Population) -> pd.DataFrame:
    """Where every event of ADAE went: counted, or left out for a stated reason.

    Returns:
        Rows (table_subset, reason): n_event, n_subject. For the subset 'any', counted and excluded add up to
        the rows of ADAE; for 'emergent' they add up to the counted ones of 'any'. Also how many subjects of
        ADSL are out.
    """
    frame = events.all
    reason = frame["excluded"].fillna("counted")
    rows = [_account("any", name, frame[reason == name]) for name in sorted(set(reason) | {"counted"})]
    numbered = events.numbered
    if len(numbered):
        rows.append(
            {
                "table_subset": "any",
                "reason": OTHER_SOURCE,
                "n_event": int(numbered.sum()),
                "n_subject": len(numbered),
            }
        )
        rows.sort(key=lambda row: str(row["reason"]))
    counted = events.all[events.all["excluded"].isna()]
    rows.append(_account("emergent", "counted", counted[counted["emergent"]]))
    rows.append(_account("emergent", "not treatment-emergent", counted[~counted["emergent"]]))
    undated = counted["start_day"].isna()
    rows.append(
        _account("emergent", "of these without a start date", counted[~counted["emergent"] & undated])
    )
    subjects = population.subjects
    for name, size in subjects["excluded"].fillna("counted").value_counts(sort=False).sort_index().items():
        rows.append({"table_subset": "adsl", "reason": name, "n_event": 0, "n_subject": int(size)})
    return pd.DataFrame(rows)


def _account(subset: str, reason: str, frame: pd.DataFrame) -> dict[str, object]:
    return {
        "table_subset": subset,
        "reason": reason,
        "n_event": len(frame),
        "n_subject": int(frame["usubjid"].nunique()),
    }
