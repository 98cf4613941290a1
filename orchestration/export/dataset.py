"""One mart as an exportable data set: its columns, its rows in order, and who it is.

Labels come from the dbt project, meanings from the comments of the release. Not here: any file format, nor what a column is
(`column`, `added`).
"""

from dataclasses import dataclass

import duckdb

from orchestration.export.added import analysed_column, with_added
from orchestration.export.analysed import analysed_rows
from orchestration.export.column import Column, exported_columns
from orchestration.mart_contracts import metas
from orchestration.releases.keys import key_of
from orchestration.releases.manifest import MARK
from orchestration.releases.released_protocol import protocol_of
from orchestration.warehouse import identifier, one_row, scalar

TITLES = {
    "adsl": "Subject-Level Analysis",
    "adex": "Exposure Analysis",
    "adqs": "Measurements Analysis",
    "adae": "Adverse Events Analysis",
    "adtte": "Time-to-Event Analysis",
}
STUDY_OID = "vigil"
DEFINE = "define.xml"
"""The metadata of an export, beside its files."""


class ExportError(ValueError):
    """A mart that does not fit the format; the message names table, column and rule."""


@dataclass(frozen=True)
class Dataset:
    """A mart of one release, ready to be written.

    Attributes:
        name: of the mart, lower case.
        columns: in the mart's order.
        release_id: where it is from.
        simulated: whether any delivery was.
        n_row: rows.
        meaning: of the mart, in words.
    """

    name: str
    columns: tuple[Column, ...]
    release_id: str
    simulated: bool
    n_row: int
    meaning: str

    @property
    def key(self) -> tuple[str, ...]:
        """Columns of which no two rows are alike; of an earlier release those that it has."""
        names = {column.name for column in self.columns}
        return tuple(name for name in key_of(f"marts.{self.name}") if name in names)

    @property
    def title(self) -> str:
        """Label of the data set, with the mark where it is simulated."""
        return f"{MARK} {TITLES[self.name]}" if self.simulated else TITLES[self.name]

    def file_name(self, suffix: str) -> str:
        """`adsl.xpt`, or `SYNTHETIC-adsl.xpt`."""
        return f"{MARK}-{self.name}.{suffix}" if self.simulated else f"{self.name}.{suffix}"

    @property
    def metadata_oid(self) -> str:
        """The metadata of its release as every file of an export refers to them."""
        return f"{STUDY_OID}.{self.release_id}"

    @property
    def oid(self) -> str:
        """The data set as every file of an export refers to it."""
        return f"IG.{self.name.upper()}"

    def item_oid(self, column: Column) -> str:
        """A column as every file of an export refers to it."""
        return f"IT.{self.name.upper()}.{column.name}"

    def query(self) -> str:
        """All rows, by key."""
        values = ", ".join(f"{column.sql} as {identifier(column.name)}" for column in self.columns)
        joined = "" if self.name == "adsl" else " left join marts.adsl as subject using (USUBJID)"
        rows = f"select {values} from marts.{self.name} as mart{joined}"
        return f"select * from ({rows}) order by {', '.join(self.key)}"


def dataset(connection: duckdb.DuckDBPyConnection, name: str) -> Dataset:
    """Describe a mart of an open release."""
    release_id, simulated = one_row(connection, "select release_id, simulated from release.info")
    n_row = scalar(connection, f"select count(*) from marts.{name}")
    columns = exported_columns(_described(connection, name), metas(name))
    columns = with_added(name, columns, {column for column, *_ in _described(connection, "adsl")})
    if name == "adtte":
        columns = (*columns, analysed_column(analysed_rows(protocol_of(connection))))
    return Dataset(name, columns, release_id, bool(simulated), n_row, _meaning(connection, name))


def _described(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str, str | None]]:
    """Name, type and comment of a mart's columns, in order."""
    query = (
        "select column_name, data_type, comment from duckdb_columns() "
        "where database_name = current_database() and schema_name = 'marts' and table_name = ? order by column_index"
    )
    return connection.execute(query, [name]).fetchall()


def _meaning(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    query = (
        "select coalesce(any_value(comment), '') from duckdb_tables() "
        "where database_name = current_database() and schema_name = 'marts' and table_name = ?"
    )
    return str(scalar(connection, query, [name]))
