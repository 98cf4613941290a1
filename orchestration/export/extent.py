"""How much room the values of a data set take: what a definition says as length and decimals, as the rows have it."""

from dataclasses import dataclass

import duckdb

from orchestration.export.column import Column
from orchestration.export.dataset import Dataset
from orchestration.warehouse import identifier, one_row


@dataclass(frozen=True)
class Extent:
    """Room for every value of a column.

    Attributes:
        length: bytes of the longest text, characters of the longest number as written; at least 1.
        decimals: most digits behind a decimal point.
    """

    length: int
    decimals: int


def extents(connection: duckdb.DuckDBPyConnection, data: Dataset) -> dict[str, Extent]:
    """The room of every column, by name."""
    asked = ", ".join(part for column in data.columns for part in _measures(column))
    found = one_row(connection, f"select {asked} from ({data.query()})")
    return {
        column.name: Extent(max(int(found[2 * n]), 1), int(found[2 * n + 1]))
        for n, column in enumerate(data.columns)
    }


def _measures(column: Column) -> tuple[str, str]:
    name = identifier(column.name)
    if column.is_text:
        return f"coalesce(max(strlen({name})), 0)", "0"
    written = f"cast({name} as varchar)"
    if column.kind != "DOUBLE":
        return f"coalesce(max(length({written})), 0)", "0"
    return f"coalesce(max(length({written})), 0)", f"coalesce(max(length(split_part({written}, '.', 2))), 0)"
