"""Which arm a subject is in, by the protocol's treatment column."""

import pandas as pd

from analytics.protocol.population import Treatment


def arm_of(treatment: Treatment, adsl: pd.DataFrame) -> pd.Series:
    """1 treated, 0 control, NaN for who takes no part; the index of `adsl`.

    Raises:
        KeyError: `adsl` lacks the treatment column.
    """
    if treatment.column not in adsl.columns:
        raise KeyError(f"adsl has no column {treatment.column}, which treatment.column names")
    column = adsl[treatment.column]
    arm = pd.Series(float("nan"), adsl.index)
    arm[holds(column, treatment.control_value)] = 0.0
    arm[holds(column, treatment.treated_value)] = 1.0
    return arm


def holds(column: pd.Series, value: int | str) -> pd.Series:
    """Where a column holds a value: numbers compare as numbers, text as text without surrounding blanks."""
    if isinstance(value, str):
        return column.astype(object).map(lambda cell: str(cell).strip() if pd.notna(cell) else None) == value
    return pd.to_numeric(column, errors="coerce") == value
