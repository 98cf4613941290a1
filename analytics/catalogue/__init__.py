"""What every result table and column means: for the database's comments, the Dagster UI and the documentation.

The texts lie in `results.toml`: `[columns]` means the same wherever the name occurs, `[tables.NAME.columns]` is a table's
own meaning and takes precedence. Belongs here: meanings. Does not belong here: how a value is computed (the stages), or the
marts, which dbt describes.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files


@dataclass(frozen=True)
class TableMeaning:
    """A table in words, and the columns that mean something of their own there."""

    description: str
    columns: Mapping[str, str] = field(default_factory=dict)

    def meaning(self, column: str) -> str:
        """What a column of this table means.

        Raises:
            KeyError: nobody described it.
        """
        return self.columns[column] if column in self.columns else COLUMNS[column]


def _read() -> tuple[dict[str, TableMeaning], dict[str, str]]:
    content = tomllib.loads(files(__package__).joinpath("results.toml").read_text(encoding="utf-8"))
    tables = {
        name: TableMeaning(table["description"], table.get("columns", {}))
        for name, table in content["tables"].items()
    }
    return tables, content["columns"]


TABLES, COLUMNS = _read()
