"""The shape of a row of `results.sensitivity`, and how a list of rows becomes a frame.

Here: column names and the constructor every sensitivity analysis uses. Not here: any method.
"""

from collections.abc import Sequence

import pandas as pd

COLUMNS = (
    "specification",
    "endpoint",
    "analysis",
    "scenario",
    "parameter",
    "parameter_value",
    "measure",
    "estimate",
    "ci_lower",
    "ci_upper",
    "p_value",
    "n",
    "n_event",
    "note",
)
"""Columns of `results.sensitivity`. One row per specification.

Endpoint, analysis, scenario and parameter value.
"""

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
        **more: Any further column of `COLUMNS`.

    Raises:
        ValueError: If a column is not one of `COLUMNS`.
    """
    unknown = sorted(set(more) - set(COLUMNS))
    if unknown:
        raise ValueError(
            f"Unknown sensitivity columns: {', '.join(unknown)}; known are {', '.join(COLUMNS)}."
        )
    given = {"analysis": analysis, "scenario": scenario, "measure": measure, "estimate": estimate, **more}
    return {column: given.get(column) for column in COLUMNS}


def sensitivity_frame(rows: Sequence[Row], specification: str = "", endpoint: str = "") -> pd.DataFrame:
    """Stacks rows, fills in specification and endpoint where a row has none, and types the columns."""
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    numbers = ["parameter_value", "estimate", "ci_lower", "ci_upper", "p_value"]
    frame[numbers] = frame[numbers].astype("float64")
    frame[["n", "n_event"]] = frame[["n", "n_event"]].astype("Int64")
    texts = [c for c in COLUMNS if c not in [*numbers, "n", "n_event"]]
    frame[texts] = frame[texts].astype("object")
    frame["specification"] = frame["specification"].where(frame["specification"].notna(), specification)
    frame["endpoint"] = frame["endpoint"].where(frame["endpoint"].notna(), endpoint)
    return frame
