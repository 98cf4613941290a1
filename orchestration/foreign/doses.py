"""Injections and scores of anyone's files: `adex` with days, `adqs` with values along follow-up.

Belongs here: the cells that the dose contrasts read. Does not belong here: events (`events`), times (`times`), any contrast.
"""

import pandas as pd

from analytics.safety.administrations import one_row_each
from orchestration.foreign.refusals import numbers
from orchestration.foreign.times import dates

DAYS = ("INJDY", "ASTDY", "DOSENO")
DATES = ("ASTDT", "EXSTDTC", "EXSTDT")
SCORE_DAYS = ("INDEXDY", "ADY")
JOINED = "administrations; rows of several PARAMCD, of one day or of what was not given were left out"


def checked_adex(adex: pd.DataFrame, adsl: pd.DataFrame, name: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """`adex` with one row per administration, its days as numbers, and INJDY, days since the first, from whatever the file
    has; and a note where it had more rows.

    Args:
        adex: injections, indexed by row.
        adsl: subjects, with TRTSDT where the first administration is known.
        name: of the file.

    Raises:
        ValueError: a day that is no number, a date that is none; one line.
    """
    adex = adex.assign(**{column: numbers(adex, column, name) for column in DAYS if column in adex})
    each = one_row_each(adex)
    joined = (f"{name}: {len(adex)} rows are {len(each)} {JOINED}",) if len(each) < len(adex) else ()
    return _with_days(each, adsl, name), joined


def _with_days(adex: pd.DataFrame, adsl: pd.DataFrame, name: str) -> pd.DataFrame:
    if "INJDY" in adex or "ASTDY" in adex:
        return adex
    column = next((column for column in DATES if column in adex), None)
    if column is None:
        return adex
    given = dates(adex, column, name)
    first = adex["USUBJID"].map(given.groupby(adex["USUBJID"]).min())
    if "TRTSDT" in adsl:
        started = adex["USUBJID"].map(pd.Series(dates(adsl, "TRTSDT", "adsl").to_numpy(), adsl["USUBJID"]))
        first = started.where(started.notna(), first)
    return adex.assign(INJDY=(given - first).dt.days.astype(float))


def checked_adqs(adqs: pd.DataFrame, name: str) -> pd.DataFrame:
    """`adqs` with its values and days as numbers.

    Raises:
        ValueError: a column that is not there, a value or day that is no number; one line.
    """
    absent = [column for column in ("PARAMCD", "AVAL") if column not in adqs]
    days = [column for column in SCORE_DAYS if column in adqs]
    if absent or not days:
        lacking = ", ".join([*absent, *([] if days else [" or ".join(SCORE_DAYS)])])
        raise ValueError(
            f"{name}: no column {lacking}; give USUBJID, PARAMCD, AVAL and INDEXDY or ADY (days)"
        )
    return adqs.assign(**{column: numbers(adqs, column, name) for column in ("AVAL", *days)})
