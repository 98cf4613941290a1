"""The DuckDB build of one data cut: open it, read a table, write tables as they are declared, with the build's stamp.

One read-write process or many readers: a connection is open only inside `with`, unless the file is kept open. Nobody but
the build reads the working file; analysts read releases. Belongs here: connections and tables. Does not belong here: what is
in them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakValueDictionary

import duckdb

from orchestration.memory import DuckDbShare
from orchestration.settings import DATABASE

if TYPE_CHECKING:
    import pandas as pd

    from analytics.catalogue.declarations import TableDeclaration

CATALOG = Path(DATABASE).stem
"""Name of a database among others: the file's stem, which DuckDB writes into views."""
ALONE = DuckDbShare()
PUBLIC_SCHEMAS = ("marts", "results", "quality", "release")


class MixedBuildError(RuntimeError):
    """Tables of different builds lie in one working file."""


@dataclass(frozen=True)
class Warehouse:
    """A DuckDB file."""

    path: Path
    share: DuckDbShare = ALONE

    @contextmanager
    def read(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A read-only connection."""
        with self._connected(read_only=True) as connection:
            yield connection

    @contextmanager
    def held_open(self) -> Iterator[None]:
        """Keep the file open for reading: what reads inside shares one opening, each of which would load the catalog."""
        with self.read():
            yield

    @contextmanager
    def write(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The read-write connection; creates the file where there is none."""
        with self._connected(read_only=False) as connection:
            yield connection

    def _connected(self, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        if not read_only:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        return duckdb.connect(str(self.path), read_only=read_only, config=self.share.config())

    def let_go(self) -> Path:
        """Where the file lies, which nobody has open outside `with`."""
        return self.path

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
            return bool(scalar(connection, query, [schema, table]))

    def put(
        self,
        schema: str,
        tables: "Mapping[str, pd.DataFrame]",
        declared: "Mapping[str, TableDeclaration]",
        identities: Mapping[str, str],
    ) -> None:
        """Replace tables of a schema, typed and commented as declared and stamped with their identities, in one transaction.

        Raises:
            DeclarationError: a frame has another column than its declaration, lacks one, or holds values of another type.
            KeyError: a table that nobody declared.
        """
        with self.write() as connection:
            connection.begin()
            connection.execute(f"create schema if not exists {schema}")
            for name, frame in tables.items():
                made = declared[name].cast(frame)
                connection.register("_frame", made)
                create_table(
                    connection, schema, declared[name], "from _frame", declared[name].sql_types(made)
                )
                connection.unregister("_frame")
            _stamp(
                connection, dict.fromkeys((f"{schema}.{name}" for name in tables), None) | dict(identities)
            )
            connection.commit()

    def stamp(self, identities: Mapping[str, str | None]) -> None:
        """Say of what tables that something else wrote are made; None: no longer of what was said."""
        with self.write() as connection:
            connection.begin()
            _stamp(connection, identities)
            connection.commit()

    def stamps(self) -> dict[str, str]:
        """Table → its identity."""
        with self.held_open():
            if not self.has("build.stamp"):
                return {}
            with self.read() as connection:
                return dict(connection.sql("select table_name, identity from build.stamp").fetchall())


@dataclass(frozen=True)
class KeptOpen(Warehouse):
    """A file that this process opens once, for all that is read and written here: each opening loads the whole catalog.

    Nobody else can open it before it is let go, and what was written may lie in its write-ahead log until then.

    Attributes:
        read_only: whether it is opened for reading; then it is never written.
    """

    read_only: bool = False
    _opened: list[duckdb.DuckDBPyConnection] = field(default_factory=list, repr=False, compare=False)
    _all: ClassVar["WeakValueDictionary[int, KeptOpen]"] = WeakValueDictionary()

    def __post_init__(self) -> None:
        self._all[id(self)] = self

    @contextmanager
    def read(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own to what is open."""
        if not self._opened and (self.read_only or not self.path.exists()):
            self._opened.append(self._connected(read_only=True))
        with self.write() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """As `read`; a transaction that is not committed is lost at its end."""
        if not self._opened:
            self._opened.append(self._connected(read_only=False))
        with self._opened[0].cursor() as connection:
            yield connection

    def let_go(self) -> Path:
        """Close the file, with all that was written in it; it is opened again when it is next asked for.

        Whoever else of this process has it open loses it too: under a file's path DuckDB goes on with what is open, even
        if the file is gone.

        Returns:
            Where it lies.
        """
        for file in [each for each in self._all.values() if each.path == self.path]:
            while file._opened:
                file._opened.pop().close()
        return self.path

    def discard(self) -> None:
        """Let it go, and remove it."""
        self.let_go()
        super().discard()


def one_row(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Sequence[object] | Mapping[str, object] = (),
) -> tuple[Any, ...]:
    """The row of a query that always has one: counts, a table of one row.

    Raises:
        LookupError: it has none; the message says which query.
    """
    row = connection.execute(query, parameters).fetchone()
    if row is None:
        raise LookupError(f"no row where one was expected: {query}")
    return tuple(row)


def table_names(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """`schema.table` of every table and view of an open database."""
    query = "select table_schema || '.' || table_name from information_schema.tables"
    return {name for (name,) in connection.sql(query).fetchall()}


def scalar(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Sequence[object] | Mapping[str, object] = (),
) -> Any:
    """The first value of `one_row`."""
    return one_row(connection, query, parameters)[0]


def _stamp(connection: duckdb.DuckDBPyConnection, identities: Mapping[str, str | None]) -> None:
    """A table made anew is without what was added to it (`table:addition`)."""
    connection.execute("create schema if not exists build")
    connection.execute(
        "create table if not exists build.stamp (table_name varchar primary key, identity varchar)"
    )
    names = list(identities)
    connection.execute(
        "delete from build.stamp where list_has_any($1, [table_name, split_part(table_name, ':', 1)])",
        [names],
    )
    made = [[name, identity] for name, identity in identities.items() if identity is not None]
    if made:
        connection.executemany("insert into build.stamp values (?, ?)", made)


def create_table(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    declared: "TableDeclaration",
    query: str,
    types: Mapping[str, str] | None = None,
) -> None:
    """Make a table of what a query gives, with the declared types and comments.

    Args:
        connection: writes.
        schema: of the table.
        declared: names the table, its columns and what they mean.
        query: gives the declared columns.
        types: DuckDB type by column, where the declaration alone does not say.
    """
    name = f"{schema}.{declared.name}"
    casts = (
        f'cast("{column}" as {kind}) as "{column}"'
        for column, kind in (types or declared.sql_types()).items()
    )
    connection.execute(f"create or replace table {name} as select {', '.join(casts)} from ({query})")
    comment_on(connection, name, declared.description, declared.meanings())


def comment_on(
    connection: duckdb.DuckDBPyConnection, name: str, description: str, columns: Mapping[str, str]
) -> None:
    """Write a table's and its columns' comments; columns that are not there are passed over."""
    present = {row[0] for row in connection.sql(f"describe {name}").fetchall()}
    said = [f"comment on table {name} is {literal(description)}"]
    said += [
        f'comment on column {name}."{column}" is {literal(text)}'
        for column, text in columns.items()
        if column in present
    ]
    connection.execute(";".join(said))


def identifier(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | None) -> str:
    """A SQL string: DDL, COMMENT and COPY take no bound parameters."""
    return "cast(null as varchar)" if text is None else "'" + text.replace("'", "''") + "'"


def values_of(rows: Sequence[Mapping[str, str | int | None]]) -> str:
    """SQL of some rows, at least one, all with the same columns: whole numbers, texts and nulls."""
    cells = ("(" + ", ".join(map(_value, row.values())) + ")" for row in rows)
    return f"from (values {', '.join(cells)}) as row_of({', '.join(rows[0])})"


def _value(value: str | int | None) -> str:
    return str(value) if isinstance(value, int) else literal(value)


def file_literal(path: object) -> str:
    """A path for a DuckDB reader, which would take `[`, `*` and `?` as a pattern."""
    return literal("".join(f"[{c}]" if c in "[*?" else c for c in str(path)))
