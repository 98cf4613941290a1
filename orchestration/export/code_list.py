"""What the coded columns of a data set may hold: the marts' own closed lists, the seeds of terms, codes with their words.

Each fact is taken from its home: the tests of the dbt project, its vocabularies, and for codes that a column beside them
decodes, the rows. Does not belong here: how a list is written.
"""

from dataclasses import dataclass

import duckdb

from orchestration.export.column import Column
from orchestration.export.dataset import Dataset
from orchestration.extracts.words import meanings
from orchestration.mart_contracts import closed_lists, metas
from orchestration.warehouse import identifier

NO_FACT = "NONE"
"""What a word of a vocabulary may mean beside its facts; no mart holds it."""


@dataclass(frozen=True)
class CodeList:
    """The values of a column, each with its words or None."""

    column: Column
    items: tuple[tuple[str | int, str | None], ...]

    @property
    def is_decoded(self) -> bool:
        """Whether every value has words."""
        return all(words is not None for _, words in self.items)


def code_lists(connection: duckdb.DuckDBPyConnection, data: Dataset) -> dict[str, CodeList]:
    """The lists of a data set, by column; a list without values is none."""
    listed = listed_values(data.name)
    found = {}
    for column in data.columns:
        if column.decoded_by is not None:
            items = _decoded(connection, data, column)
        else:
            items = tuple((value, None) for value in listed.get(column.source or "", ()))
        if items:
            found[column.name] = CodeList(column, items)
    return found


def listed_values(mart: str) -> dict[str, tuple[str | int, ...]]:
    """What the columns of a mart may hold, of those that hold nothing but listed values."""
    vocabularies = {name: meta["vocabulary"] for name, meta in metas(mart).items() if "vocabulary" in meta}
    words = {name: tuple(sorted(meanings()[each] - {NO_FACT})) for name, each in vocabularies.items()}
    return closed_lists(mart) | words


def _decoded(
    connection: duckdb.DuckDBPyConnection, data: Dataset, column: Column
) -> tuple[tuple[str | int, str | None], ...]:
    """The codes of the rows with the words that stand beside them."""
    code, words = identifier(column.name), identifier(column.decoded_by or "")
    query = (
        f"select {code}, min({words}) from ({data.query()}) where {code} is not null and {words} is not null "
        "group by all order by all"
    )
    return tuple((value, text) for value, text in connection.execute(query).fetchall())
