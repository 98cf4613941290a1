"""Covariates of the eligible: the analysis set, and its numeric form for models."""

from collections.abc import Collection, Iterable, Mapping

import numpy as np
import pandas as pd


def analysis_set(
    subjects: pd.DataFrame, columns: Iterable[str], categorical: Collection[str] = ()
) -> pd.DataFrame:
    """One row per eligible subject: usubjid, treated, then the covariates.

    Args:
        subjects: eligible subjects with USUBJID and TREATED.
        columns: covariates; a name not in the frame raises.
        categorical: those of them whose numbers are codes.

    Returns:
        Numbers as float, codes and everything else as text with missing as None, in the order of `subjects`.

    Raises:
        KeyError: the columns that are not there, by name.
    """
    wanted = list(dict.fromkeys(columns))
    missing = [column for column in wanted if column not in subjects.columns]
    if missing:
        raise KeyError(f"adsl has no column {', '.join(missing)}, which the protocol names as a covariate")
    result = pd.DataFrame(
        {"usubjid": subjects["USUBJID"].astype(str), "treated": subjects["TREATED"].astype("int64")}
    )
    for column in wanted:
        plain = _plain(subjects[column])
        result[column] = level_names(plain) if column in categorical else plain
    return result.reset_index(drop=True)


def _plain(column: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return column.astype("float64")
    return column.astype(object).map(lambda value: None if pd.isna(value) or value == "" else str(value))


def level_names(values: pd.Series) -> pd.Series:
    """Categories by name: a number with every digit that tells it from another, text as it is, missing as None."""
    if not pd.api.types.is_numeric_dtype(values):
        return values
    return values.astype(object).map(
        lambda value: (
            None if pd.isna(value) else str(int(value)) if value == int(value) else repr(float(value))
        )
    )


def category_levels(frames: Iterable[pd.DataFrame], columns: Iterable[str]) -> dict[str, list[str]]:
    """Sorted levels of each categorical column over several frames, so that their models have the same terms."""
    columns, frames = tuple(columns), tuple(frames)
    return {
        column: sorted(set().union(*(frame[column].dropna().unique() for frame in frames)))
        for column in columns
        if not all(pd.api.types.is_numeric_dtype(frame[column]) for frame in frames)
    }


def coded_covariates(covariates: pd.DataFrame, levels: Mapping[str, list[str]] | None = None) -> pd.DataFrame:
    """Covariates as numbers: numbers as they are, a categorical column as indicators against its first level.

    Args:
        covariates: one row per subject; what is missing stays missing.
        levels: of categorical columns, where they are not those of this frame.

    Returns:
        Float frame of the same index; an indicator is named `COLUMN[level]`. Levels are sorted, the first is the reference.
    """
    parts: dict[str, np.ndarray] = {}
    for column in covariates.columns:
        values = covariates[column]
        if pd.api.types.is_numeric_dtype(values):
            parts[column] = values.to_numpy(float)
            continue
        for level in (levels or {}).get(column, sorted(values.dropna().unique()))[1:]:
            parts[f"{column}[{level}]"] = np.where(values.isna(), np.nan, (values == level).astype(float))
    return pd.DataFrame(parts, index=covariates.index)
