"""What a dictionary says: tables, their columns and keys, where columns lead, and of what a table is made.

Belongs here: looking these up from either end. Does not belong here: wording or drawing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

SCHEMAS = {
    "analysis": "Views for people: begin here.",
    "marts": "ADaM: every candidate fact under every clock and rule.",
    "results": "Every number of the report, one table each.",
    "quality": "Checks, record counts, rejected rows, data queries.",
    "release": "What the release is, its inputs, protocol, changes, gaps, keys.",
}
"""What is where, in the order shown; another schema follows without a word."""


@dataclass(frozen=True)
class Column:
    """A column: type as the database has it, meaning, and what it may hold where that is a closed list."""

    name: str
    type: str
    meaning: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table or view.

    Attributes:
        name: `schema.table`.
        meaning: ends with the grain.
        columns: in their order.
        key: columns that no two rows share; none of a view.
        made_of: tables it is made from, the nearest that are released or were delivered; of a view those it reads.
        is_view: whether it holds no rows of its own.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    made_of: tuple[str, ...] = ()
    is_view: bool = False

    @property
    def schema(self) -> str:
        """Its schema."""
        return self.name.partition(".")[0]

    @property
    def short(self) -> str:
        """Its name without schema."""
        return self.name.partition(".")[2]

    def column(self, name: str) -> str:
        """A column's name as this table spells it."""
        return next((each.name for each in self.columns if each.name.lower() == name.lower()), name)


@dataclass(frozen=True)
class Reference:
    """Columns of a table that are, where they are known, in another."""

    table: str
    columns: tuple[str, ...]
    refers_to: str


@dataclass(frozen=True)
class Dictionary:
    """Everything a dictionary shows.

    Attributes:
        tables: in the order shown.
        references: where columns lead.
        about: what → value: what it is the dictionary of.
        mark: SYNTHETIC, or whatever stands on everything made of simulated deliveries.
    """

    tables: tuple[Table, ...]
    references: tuple[Reference, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)
    mark: str | None = None

    @cached_property
    def by_name(self) -> dict[str, Table]:
        """The tables by name."""
        return {table.name: table for table in self.tables}

    @cached_property
    def schemas(self) -> dict[str, list[Table]]:
        """The tables by schema, in the order shown."""
        there = {table.schema for table in self.tables}
        order = [*(schema for schema in SCHEMAS if schema in there), *sorted(there - SCHEMAS.keys())]
        return {schema: [table for table in self.tables if table.schema == schema] for schema in order}

    def leads(self, table: str) -> list[Reference]:
        """Where columns of a table lead."""
        return [each for each in self.references if each.table == table]

    def led_to(self, table: str) -> list[Reference]:
        """What leads to a table."""
        return [each for each in self.references if each.refers_to == table]

    def makes(self, table: str) -> list[str]:
        """Tables that are made of this one."""
        return [each.name for each in self.tables if table in each.made_of]
