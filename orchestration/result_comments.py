"""Comments of the result tables, for the database and the Dagster UI, from the catalogue of `analytics`."""

from collections.abc import Iterable
from functools import cache

from analytics.catalogue import COLUMNS, TABLES
from orchestration.warehouse import TableComment


@cache
def _comments() -> dict[str, TableComment]:
    return {
        name: TableComment(table.description, {column: COLUMNS[column] for column in COLUMNS} | table.columns)
        for name, table in TABLES.items()
    }


def result_comments(tables: Iterable[str]) -> dict[str, TableComment]:
    """Comment of each table."""
    return {name: _comments().get(name, TableComment(name, {})) for name in tables}
