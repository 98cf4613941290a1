"""Schema `analysis` of a release: views for people, over its own tables.

Belongs here: making them in the released database, with a comment on every column. Does not belong here: their SQL, which is
the dbt project's (`analyses`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from orchestration.warehouse import identifier, literal

SCHEMA = "analysis"


@dataclass(frozen=True)
class View:
    """A view in words.

    Attributes:
        name: without schema.
        description: ends with the grain.
        columns: meaning of its own columns, by name.
        like: tables whose columns it passes on; the first that has a column says what it means.
        sql: its SELECT, which names tables by schema and no catalog, so that it holds in a copy under any name.
    """

    name: str
    description: str
    columns: Mapping[str, str]
    like: tuple[str, ...]
    sql: str


def create_views(connection: duckdb.DuckDBPyConnection, views: Iterable[View]) -> None:
    """Make views in the database that is in use, which has the tables they read.

    Raises:
        LookupError: a column whose meaning nobody says.
    """
    connection.execute(f"create schema if not exists {SCHEMA}")
    for view in views:
        name = f"{SCHEMA}.{view.name}"
        connection.execute(f"create view {name} as {view.sql}")
        connection.execute(f"comment on view {name} is {literal(view.description)}")
        for column, meaning in _meanings(connection, view).items():
            connection.execute(f"comment on column {name}.{identifier(column)} is {literal(meaning)}")


def _meanings(connection: duckdb.DuckDBPyConnection, view: View) -> dict[str, str]:
    known: dict[str, str] = {}
    for table in reversed(view.like):
        schema, _, name = table.partition(".")
        query = """select lower(column_name), comment from duckdb_columns()
                   where database_name = current_database() and schema_name = ? and table_name = ? and comment is not null"""
        known |= dict(connection.execute(query, [schema, name]).fetchall())
    known |= {column.lower(): meaning for column, meaning in view.columns.items()}
    columns = [row[0] for row in connection.sql(f"describe {SCHEMA}.{view.name}").fetchall()]
    if unsaid := [column for column in columns if column.lower() not in known]:
        raise LookupError(
            f"{SCHEMA}.{view.name}: nobody says what {', '.join(unsaid)} means; describe it in analyses.yml"
        )
    return {column: known[column.lower()] for column in columns}
