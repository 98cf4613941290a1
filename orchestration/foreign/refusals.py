"""Refusing what stands in a cell of anyone's files: one line with file, row, column, rule and way out, and no value.

Belongs here: the form of the line, and the checks that several files need. Does not belong here: which columns are read.
A frame of this room is indexed by row as its file counts them: lines of a text file, of which the header is 1, else records.
"""

import numpy as np
import pandas as pd

MENDED = "write a number, or leave the cell empty"


def refuse(name: str, column: str, bad: pd.Series, rule: str, way_out: str) -> None:
    """Refuse the rows marked, if there are any.

    Args:
        name: of the file.
        column: of the cells.
        bad: marks, indexed by row.
        rule: what is wrong, after the column.
        way_out: what to do.

    Raises:
        ValueError: one line naming the first row and how many more there are.
    """
    rows = bad.index[bad.to_numpy(bool)]
    if len(rows):
        others = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
        raise ValueError(f"{name}: row {rows[0]}{others}, column {column}: {rule}; {way_out}")


def numbers(frame: pd.DataFrame, column: str, name: str) -> pd.Series:
    """A column as numbers, what is empty as NaN.

    Raises:
        ValueError: text, or a number without end.
    """
    number = pd.to_numeric(frame[column], errors="coerce").astype(float)
    refuse(name, column, number.isna() & frame[column].notna(), "is no number", MENDED)
    refuse(name, column, number.abs() == np.inf, "is infinite", MENDED)
    return number
