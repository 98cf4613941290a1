"""CSV that a spreadsheet opens without running anything: text that looks like a formula is prefixed with an apostrophe.

Numbers are left alone, so that -3.5 stays a number (OWASP, CSV injection).
"""

from pathlib import Path

import pandas as pd

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_safe_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as UTF-8 CSV."""
    safe(frame).to_csv(path, index=False)


def safe(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose texts a spreadsheet takes for texts."""
    text = [column for column in frame if not pd.api.types.is_numeric_dtype(frame[column])]
    return frame.assign(**{str(column): frame[column].map(defused) for column in text})


def defused(value: object) -> object:
    """The value, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS) else value
