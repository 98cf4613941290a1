"""Codes of exact strata: subjects equal in every given column."""

import numpy as np
import pandas as pd


def stratum_codes(columns: pd.DataFrame) -> np.ndarray:
    """Integer code per row, numbered by the sorted values of the columns in alphabetical order; −1 where any is missing.

    Args:
        columns: (n, k) numbers or text.
    """
    codes = np.zeros(len(columns), dtype=np.int64)
    missing = np.zeros(len(columns), dtype=bool)
    for name in sorted(columns, key=str):
        level, values = pd.factorize(columns[name], sort=True, use_na_sentinel=True)
        missing |= level < 0
        # Renumbered after each column, so that many columns cannot overflow the code.
        codes = np.unique(codes * (len(values) + 1) + level + 1, return_inverse=True)[1]
    codes[missing] = -1
    return codes
