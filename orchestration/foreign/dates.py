"""Dates of anyone's files under the names the study reads, where the file has them as datetimes.

Belongs here: TRTSDT of TRTSDTM and the like. Does not belong here: reading a cell as a date (`analytics.safety.columns`,
`times`).
"""

import pandas as pd

from analytics.safety.columns import day_number, iso_dates


def with_dates_of_datetimes(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with a date (XXDT, ISO text) for each of ADaM's datetimes (XXDTM) that has no date beside it.

    A date that is there but empty in a row is filled from the datetime as well.
    """
    made = {}
    for column in frame.columns[frame.columns.str.endswith("DTM")]:
        date = column.removesuffix("M")
        if date not in frame or frame[date].isna().any():
            made[date] = iso_dates(day_number(frame, date))
    return frame.assign(**made)
