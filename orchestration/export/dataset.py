"""One mart as an exportable data set: columns with their labels, types and values.

Labels come from the dbt project, beside the descriptions. Not here: any file format.
"""

from dataclasses import dataclass

import duckdb

from orchestration.mart_contracts import columns
from orchestration.releases.manifest import MARK
from orchestration.warehouse import one_row, scalar

TITLES = {
    "adsl": "Subject-Level Analysis",
    "adex": "Exposure Analysis",
    "adqs": "Measurements Analysis",
    "adae": "Adverse Events Analysis",
    "adtte": "Time-to-Event Analysis",
}
KEYS = {
    "adsl": ("USUBJID",),
    "adex": ("USUBJID", "EXSEQ"),
    "adqs": ("USUBJID", "PARAMCD", "INDEXDY"),
    "adae": ("USUBJID", "AESEQ"),
    "adtte": ("USUBJID", "PARAMCD", "ORIGIN", "VSRULE"),
}


class ExportError(ValueError):
    """A mart that does not fit the format; the message names table, column and rule."""


@dataclass(frozen=True)
class Column:
    """A column: name, label and DuckDB type."""

    name: str
    label: str
    kind: str

    @property
    def is_text(self) -> bool:
        """Whether it holds text."""
        return self.kind == "VARCHAR"

    @property
    def is_date(self) -> bool:
        """Whether it holds dates."""
        return self.kind == "DATE"


@dataclass(frozen=True)
class Dataset:
    """A mart of one release, ready to be written.

    Attributes:
        name: of the mart, lower case.
        columns: in the mart's order.
        release_id: where it is from.
        simulated: whether any delivery was.
        n_row: rows.
    """

    name: str
    columns: tuple[Column, ...]
    release_id: str
    simulated: bool
    n_row: int

    @property
    def title(self) -> str:
        """Label of the data set, with the mark where it is simulated."""
        return f"{MARK} {TITLES[self.name]}" if self.simulated else TITLES[self.name]

    def file_name(self, suffix: str) -> str:
        """`adsl.xpt`, or `SYNTHETIC-adsl.xpt`."""
        return f"{MARK}-{self.name}.{suffix}" if self.simulated else f"{self.name}.{suffix}"

    def query(self) -> str:
        """All rows, by key."""
        return f"select * from marts.{self.name} order by {', '.join(KEYS[self.name])}"


def labels(mart: str) -> dict[str, str]:
    """Labels of a mart's columns, from the dbt project."""
    return {
        column["name"]: column.get("config", {}).get("meta", {}).get("label", "") for column in columns(mart)
    }


def dataset(connection: duckdb.DuckDBPyConnection, name: str) -> Dataset:
    """Describe a mart of an open release."""
    release_id, simulated = one_row(connection, "select release_id, simulated from release.info")
    n_row = scalar(connection, f"select count(*) from marts.{name}")
    described = connection.sql(f"describe marts.{name}").fetchall()
    known = labels(name)
    columns = tuple(Column(column, known.get(column) or column, kind) for column, kind, *_ in described)
    return Dataset(name, columns, release_id, bool(simulated), n_row)
