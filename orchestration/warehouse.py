"""The DuckDB build of one data cut: open it, read a table, write tables with their comments and the build's stamp.

One read-write process or many readers: a connection is open only inside `with`. Nobody but the build reads the working
file; analysts read releases. Belongs here: connections and tables. Does not belong here: what is in them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import pandas as pd

PUBLIC_SCHEMAS = ("marts", "results", "quality", "release")


class MixedBuildError(RuntimeError):
    """Tables of different builds lie in one working file."""


@dataclass(frozen=True)
class TableComment:
    """What a table and its columns mean, for the database's own comments."""

    table: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Warehouse:
    """A DuckDB file."""

    path: Path
    threads: int = 2

    @contextmanager
    def read(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A read-only connection."""
        with duckdb.connect(str(self.path), read_only=True, config={"threads": self.threads}) as connection:
            yield connection

    @contextmanager
    def held_open(self) -> Iterator[None]:
        """Keep the file open for reading: what reads inside shares one opening, each of which would load the catalog."""
        with self.read():
            yield

    @contextmanager
    def write(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The read-write connection; creates the file where there is none."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        spill = self.path.parent / "spill"
        with duckdb.connect(
            str(self.path), config={"threads": self.threads, "temp_directory": str(spill)}
        ) as connection:
            yield connection

    def discard(self) -> None:
        """Remove the file and its write-ahead log: a build is never resumed in place."""
        for path in (self.path, self.path.with_name(self.path.name + ".wal")):
            path.unlink(missing_ok=True)

    def table(self, name: str) -> "pd.DataFrame":
        """The whole of `schema.table`, in the file's order."""
        with self.read() as connection:
            return connection.sql(f"from {name}").df()

    def columns(self, name: str, columns: tuple[str, ...], where: str = "") -> "pd.DataFrame":
        """Named columns of `schema.table`, of the rows that satisfy a SQL condition."""
        chosen = ", ".join(f'"{column}"' for column in columns)
        with self.read() as connection:
            return connection.sql(f"select {chosen} from {name}{f' where {where}' if where else ''}").df()

    def column_names(self, name: str) -> tuple[str, ...]:
        """Columns of `schema.table`."""
        with self.read() as connection:
            return tuple(row[0] for row in connection.sql(f"describe {name}").fetchall())

    def has(self, name: str) -> bool:
        """Whether `schema.table` is there."""
        if not self.path.exists():
            return False
        schema, _, table = name.partition(".")
        query = "select count(*) from information_schema.tables where table_schema = ? and table_name = ?"
        with self.read() as connection:
            return bool(connection.execute(query, [schema, table]).fetchone()[0])

    def put(
        self,
        schema: str,
        tables: "Mapping[str, pd.DataFrame]",
        fingerprint: str,
        comments: Mapping[str, TableComment] | None = None,
    ) -> None:
        """Replace tables of a schema, comment them and stamp them with the build's fingerprint, in one transaction."""
        with self.write() as connection:
            connection.begin()
            connection.execute(f"create schema if not exists {schema}")
            for name, frame in tables.items():
                connection.register("_frame", typed(frame))
                connection.execute(f"create or replace table {schema}.{name} as from _frame")
                connection.unregister("_frame")
                if comments and name in comments:
                    comment_on(connection, f"{schema}.{name}", comments[name])
            _stamp(connection, [f"{schema}.{name}" for name in tables], fingerprint)
            connection.commit()

    def stamp(self, names: list[str], fingerprint: str) -> None:
        """Mark tables that something else wrote (dbt) as made by this build."""
        with self.write() as connection:
            _stamp(connection, names, fingerprint)

    def stamps(self) -> dict[str, str]:
        """Table → fingerprint of the build that made it."""
        if not self.has("build.stamp"):
            return {}
        with self.read() as connection:
            return dict(connection.sql("select table_name, fingerprint from build.stamp").fetchall())


def typed(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The frame with columns that hold nothing at all as text: DuckDB would call them integers, another release not."""
    blank = [name for name in frame if frame[name].dtype == object and frame[name].isna().all()]
    return frame.astype(dict.fromkeys(blank, "string"))


def _stamp(connection: duckdb.DuckDBPyConnection, names: list[str], fingerprint: str) -> None:
    connection.execute("create schema if not exists build")
    connection.execute(
        "create table if not exists build.stamp (table_name varchar primary key, fingerprint varchar)"
    )
    for name in names:
        connection.execute("insert or replace into build.stamp values (?, ?)", [name, fingerprint])


def comment_on(connection: duckdb.DuckDBPyConnection, name: str, comment: TableComment) -> None:
    """Write a table's and its columns' comments; columns that are not there are passed over."""
    connection.execute(f"comment on table {name} is {quoted(comment.table)}")
    present = {row[0] for row in connection.sql(f"describe {name}").fetchall()}
    for column, text in comment.columns.items():
        if column in present:
            connection.execute(f'comment on column {name}."{column}" is {quoted(text)}')


def quoted(text: str) -> str:
    """A SQL string literal: COMMENT and COPY take no bound parameters."""
    return "'" + text.replace("'", "''") + "'"
