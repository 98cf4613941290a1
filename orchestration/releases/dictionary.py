"""The dictionary of a release: read from its own database, and written beside it.

Belongs here: what the database says of its tables and columns; of rows only those of schema `release` that are about tables
(`key`, `listed_value`, `lineage`) and the labels in `info`. Does not belong here: words and drawing
(`analytics.dictionary`).
A release from before a table existed has a dictionary without what that table would say.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration.releases.analysts import HARDENED
from orchestration.warehouse import table_names

if TYPE_CHECKING:
    from analytics.dictionary import Dictionary, Reference, Table

FILE = "dictionary/index.html"
"""Its place in a release."""
ABOUT = {"Study": "protocol_id", "Protocol version": "protocol_version", "Data cut": "data_cut"}
_OWN = "database_name = current_database() and not internal"
_TABLES = f"""
    select schema_name || '.' || table_name, coalesce(comment, ''), null from duckdb_tables() where {_OWN} union all
    select schema_name || '.' || view_name, coalesce(comment, ''), sql from duckdb_views() where {_OWN} order by 1
"""
_COLUMNS = f"""
    select schema_name || '.' || table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns()
    where {_OWN} order by 1, column_index
"""


def write_dictionary(database: Path, file: Path) -> None:
    """Write the dictionary of a released database."""
    from analytics.dictionary import render_dictionary

    with duckdb.connect(str(database), read_only=True, config=dict(HARDENED)) as connection:
        found = read_dictionary(connection)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(render_dictionary(found), encoding="utf-8")


def read_dictionary(connection: duckdb.DuckDBPyConnection) -> "Dictionary":
    """What the database in use says of its tables."""
    from analytics.dictionary import Dictionary

    there = table_names(connection)
    about, mark = _about(connection) if "release.info" in there else ({}, None)
    own, references = _keys(connection) if "release.key" in there else ({}, ())
    return Dictionary(tuple(_tables(connection, there, own)), references, about, mark)


def _about(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, str], str | None]:
    row = connection.sql(f"select mark, {', '.join(ABOUT.values())} from release.info").fetchone()
    mark, *values = row or (None,)
    return {name: str(value) for name, value in zip(ABOUT, values, strict=False) if value is not None}, mark


def _keys(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[dict[str, tuple[str, ...]], "tuple[Reference, ...]"]:
    from analytics.dictionary import Reference

    rows = connection.sql("select table_name, columns, refers_to from release.key order by all").fetchall()
    told = [(table, tuple(columns.split(", ")), leads) for table, columns, leads in rows]
    own = {table: columns for table, columns, leads in told if leads is None}
    references = (Reference(table, columns, leads.split(" ")[0]) for table, columns, leads in told if leads)
    return own, tuple(references)


def _tables(
    connection: duckdb.DuckDBPyConnection, there: set[str], keys: dict[str, tuple[str, ...]]
) -> "list[Table]":
    from analytics.dictionary import Column, Table

    listed = _gathered(connection, "listed_value", there, "table_name, column_name", "listed_value")
    lineage = _gathered(connection, "lineage", there, "table_name", "made_of")
    columns: dict[str, list[Column]] = {}
    for table, name, type_, meaning in connection.sql(_COLUMNS).fetchall():
        column = Column(name, type_, meaning, listed.get((table, name), ()))
        columns.setdefault(table, []).append(column)
    return [
        Table(
            name,
            meaning,
            tuple(columns[name]),
            key=keys.get(name, ()),
            made_of=lineage.get((name,), ()) if sql is None else _read_by(sql, there - {name}),
            is_view=sql is not None,
        )
        for name, meaning, sql in connection.sql(_TABLES).fetchall()
    ]


def _gathered(
    connection: duckdb.DuckDBPyConnection, table: str, there: set[str], by: str, value: str
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Values of a table of schema `release` by those of other columns, in their order; nothing where it is not there."""
    if f"release.{table}" not in there:
        return {}
    rows = connection.sql(
        f"select {by}, list({value} order by rowid) from release.{table} group by all"
    ).fetchall()
    return {tuple(key): tuple(values) for *key, values in rows}


def _read_by(sql: str, there: set[str]) -> tuple[str, ...]:
    """Tables that a view names, with their schemas, as every view of a release does."""
    named = set(re.findall(r"\b\w+\.\w+\b", sql))
    return tuple(sorted(named & there))
