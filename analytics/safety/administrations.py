"""What an administration is: a day on which the product was given, as in the registry's own.

An ADEX in ADaM's basic data structure has a row per parameter (PARAMCD) of each, and rows over all of them; an exposure
domain may have two records of a day. Here: one row per administration, and those of the safety population. Not here:
summaries.
"""

import numpy as np
import pandas as pd

from analytics.safety.columns import day_number, first_present, imputed_part, number, upper_text
from analytics.safety.population import Population


def one_row_each(adex: pd.DataFrame) -> pd.DataFrame:
    """The rows of ADEX, one per administration.

    Left out are what was not given (EXOCCUR = N), rows over all administrations (PARAMCD without EXSEQ), and further rows of
    one EXSEQ or of one complete day. Where records of a day were joined, DOSENO counted records and is left out.

    Args:
        adex: any rows; only USUBJID is needed.

    Returns:
        The frame itself where each row is an administration.
    """
    given = ~upper_text(adex, "EXOCCUR").isin(("N", "NO")).to_numpy(dtype=bool)
    sequence = number(adex, "EXSEQ")
    of_parameters = "PARAMCD" in adex.columns and not np.isnan(sequence).all()
    if of_parameters:
        given &= ~np.isnan(sequence)
    rows = pd.DataFrame({"subject": adex["USUBJID"].astype(str), "day": _day(adex), "sequence": sequence})
    rows["parameter"], rows["partial"] = upper_text(adex, "PARAMCD"), imputed_part(adex, "ASTDT").notna()
    rows = rows.reset_index(drop=True)[given]
    rows = rows.sort_values(["subject", "day", "sequence", "parameter"], kind="stable")
    if of_parameters:
        rows = rows[~rows.duplicated(["subject", "sequence"])]
    again = rows.duplicated(["subject", "day"]) & rows["day"].notna() & ~rows["partial"]
    kept = np.sort(rows.index[~again])
    if len(kept) == len(adex):
        return adex
    return adex.iloc[kept].drop(columns=["DOSENO"] if again.any() else [], errors="ignore")


def _day(adex: pd.DataFrame) -> np.ndarray:
    """A number that tells the days of one subject apart: whichever way the frame says them."""
    ways = (
        number(adex, "INJDY"),
        day_number(adex, "ASTDT"),
        day_number(adex, "EXSTDTC"),
        number(adex, "ASTDY"),
    )
    return next((days for days in ways if not np.isnan(days).all()), ways[0])


def prepare_administrations(adex: pd.DataFrame | None, population: Population) -> pd.DataFrame | None:
    """One row per administration of the safety population: subject, arm_code, day (0-based), dose_number,
    cycle.

    Returns None where no ADEX is given. Dose numbers absent from the frame are counted by day.
    """
    if adex is None or "USUBJID" not in adex.columns:
        return None
    adex = one_row_each(adex).reset_index(drop=True)
    position = pd.Index(population.subjects["usubjid"]).get_indexer(adex["USUBJID"].astype(str))
    # Position -1, who is in no row, takes the last element.
    arm = np.append(population.subjects["arm_code"].to_numpy(), -1)[position]
    start = np.append(population.subjects["start_date"].to_numpy(dtype=np.float64), np.nan)[position]
    given = first_present(day_number(adex, "ASTDT"), day_number(adex, "EXSTDTC"))
    study_day = number(adex, "ASTDY")
    frame = pd.DataFrame(
        {
            "subject": position,
            "arm_code": arm,
            "day": first_present(
                number(adex, "INJDY"),
                given - start,
                np.where(study_day > 0, study_day - 1, study_day),
            ),
            "sequence": number(adex, "EXSEQ"),
            "dose_number": number(adex, "DOSENO"),
            "cycle": number(adex, "CYCLE"),
        }
    )
    keys = ["subject", "day", "dose_number", "sequence"]
    frame = frame[frame["arm_code"] >= 0].sort_values(keys, kind="stable")
    counted = frame.groupby("subject").cumcount() + 1.0
    frame["dose_number"] = frame["dose_number"].fillna(counted)
    return frame.reset_index(drop=True)
