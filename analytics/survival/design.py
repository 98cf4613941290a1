"""Design matrix of a regression: numeric columns as they are, categories as indicator columns.

Belongs here: treatment coding with the first level (sorted) as reference, and which columns form a term.
Does not belong here: interactions, splines, imputation.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.survival.arrays import Floats, Marks


@dataclass(frozen=True)
class Design:
    """``matrix`` (n, p) with NaN where a covariate is missing; ``term_of`` (p,) numbers each column's variable."""

    names: tuple[str, ...]
    matrix: Floats
    term_names: tuple[str, ...]
    term_of: tuple[int, ...]

    @property
    def complete(self) -> Marks:
        """Rows (n,) without a missing covariate."""
        return np.asarray(np.isfinite(self.matrix).all(axis=1))


def design_matrix(covariates: pd.DataFrame) -> Design:
    """Columns of the model matrix: ``AGE`` for numbers, ``SEX[M]`` for each level but the first of a category."""
    if all(dtype.kind in "fiub" for dtype in covariates.dtypes if isinstance(dtype, np.dtype)) and all(
        isinstance(dtype, np.dtype) for dtype in covariates.dtypes
    ):
        names = tuple(str(name) for name in covariates.columns)
        return Design(names, covariates.to_numpy(dtype=np.float64), names, tuple(range(len(names))))
    labels: list[str] = []
    columns: list[Floats] = []
    term_of: list[int] = []
    for term, name in enumerate(covariates.columns):
        for label, values in _columns_of(covariates[name], str(name)):
            labels.append(label)
            columns.append(values)
            term_of.append(term)
    matrix = np.column_stack(columns) if columns else np.empty((len(covariates), 0))
    return Design(tuple(labels), matrix, tuple(str(name) for name in covariates.columns), tuple(term_of))


def _columns_of(values: pd.Series, name: str) -> list[tuple[str, Floats]]:
    """Indicator columns of a category, or the one column of a number."""
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return [(name, values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan))]
    missing = values.isna().to_numpy()
    if isinstance(values.dtype, pd.CategoricalDtype):
        present = set(values[~missing])
        levels = [level for level in values.cat.categories if level in present]
    else:
        levels = sorted(values[~missing].unique())
    indicators = []
    for level in levels[1:]:
        column = (values == level).to_numpy(dtype=np.float64, na_value=np.nan)
        column[missing] = np.nan
        indicators.append((f"{name}[{level}]", column))
    return indicators
