"""What every result table and column means: for the database's comments, the Dagster UI and the documentation."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TableMeaning:
    """A table in words, and the columns that mean something of their own there."""

    description: str
    columns: Mapping[str, str] = field(default_factory=dict)


TABLES: dict[str, TableMeaning] = {}
COLUMNS: dict[str, str] = {}
