"""Parts of a result table put together: what stages that work data set by data set share."""

from collections.abc import Iterable

import pandas as pd


def stacked(parts: Iterable[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """One table with these columns of the parts that have rows; an empty part would only blur the types of the columns."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True)[columns] if filled else pd.DataFrame(columns=columns)
