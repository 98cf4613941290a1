"""Comments of the result tables, for the database and the Dagster UI, from the catalogue of `analytics`."""

from collections.abc import Iterable

from analytics.catalogue import COLUMNS, TABLES
from orchestration.warehouse import TableComment


def result_comments(tables: Iterable[str]) -> dict[str, TableComment]:
    """Comment of each table.

    Raises:
        KeyError: a table that the catalogue does not describe.
    """
    return {
        name: TableComment(TABLES[name].description, COLUMNS | dict(TABLES[name].columns)) for name in tables
    }
