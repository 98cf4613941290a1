"""The shape of a row of `results.sensitivity`, and how a list of rows becomes a frame.

Here: the constructor every sensitivity analysis uses. Not here: any method.
"""

from collections.abc import Sequence

import pandas as pd

from analytics.catalogue import TABLES

Row = dict[str, object]


def sensitivity_row(
    analysis: str, scenario: str, measure: str, estimate: float | None, **more: object
) -> Row:
    """Makes one row; columns that are not given are null.

    Args:
        analysis: Method in the field's words, such as `e_value`.
        scenario: What was assumed, in words a reader of the table understands.
        measure: What `estimate` is, such as `hazard_ratio`.
        estimate: The figure, or None when it cannot be made; say why in `note`.
        **more: Any further column of the table.

    Raises:
        DeclarationError: If the table has no such column.
    """
    return TABLES["sensitivity"].row(
        analysis=analysis, scenario=scenario, measure=measure, estimate=estimate, **more
    )


def sensitivity_frame(rows: Sequence[Row], specification: str = "", endpoint: str = "") -> pd.DataFrame:
    """Stacks rows and fills in specification and endpoint where a row has none."""
    frame = TABLES["sensitivity"].frame(rows)
    frame["specification"] = frame["specification"].where(frame["specification"].notna(), specification)
    frame["endpoint"] = frame["endpoint"].where(frame["endpoint"].notna(), endpoint)
    return frame
