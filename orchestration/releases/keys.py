"""The keys of a release's tables and where their columns lead, as data (`keys.toml`).

Belongs here: what they are, and the SQL that finds rows against them. Does not belong here: when that is asked
(`night.key_checks`), or a constraint in a database.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from orchestration.warehouse import identifier


@dataclass(frozen=True)
class Key:
    """A key, or columns that lead to one.

    Attributes:
        table: `schema.table`.
        columns: of the table; two rows with the same, nulls included, are against a key.
        refers_to: the table that columns of the same names (in whatever case) are the key of; None for a table's own key.
    """

    table: str
    columns: tuple[str, ...]
    refers_to: str | None = None

    def told(self) -> tuple[str, str, str | None]:
        """As a row of `release.key`."""
        columns = ", ".join(self.columns)
        return self.table, columns, self.refers_to and f"{self.refers_to} ({columns})"

    def words(self) -> str:
        """What must hold."""
        named = ", ".join(self.columns)
        if self.refers_to is None:
            return f"No two rows share {named}."
        return f"{named}, where it is known, is in {self.refers_to}."

    def against(self) -> str:
        """SQL that counts the rows that break it, and all of them."""
        named = ", ".join(map(identifier, self.columns))
        if self.refers_to is None:
            broken = f"select sum(n - 1) from (select count(*) as n from {self.table} group by {named} having count(*) > 1)"
        else:
            same = " and ".join(f"one.{identifier(name)} = other.{identifier(name)}" for name in self.columns)
            known = " and ".join(f"one.{identifier(name)} is not null" for name in self.columns)
            broken = f"""select count(*) from {self.table} as one
                where {known} and not exists (select 1 from {self.refers_to} as other where {same})"""
        return f"select coalesce(({broken}), 0), (select count(*) from {self.table})"


@cache
def keys() -> tuple[Key, ...]:
    """Every key, then every reference."""
    text = (files(__package__) / "keys.toml").read_text(encoding="utf-8")
    return tuple(_declared(tomllib.loads(text)))


def key_of(table: str) -> tuple[str, ...]:
    """Columns of which no two rows of a table are alike.

    Raises:
        StopIteration: no key is declared for it.
    """
    return next(key.columns for key in keys() if key.table == table and key.refers_to is None)


def _declared(found: dict) -> Iterator[Key]:
    for schema in ("marts", "results", "quality", "release"):
        for table, columns in found[schema].items():
            yield Key(f"{schema}.{table}", tuple(columns))
    for reference in found["reference"]:
        for table in reference["from"]:
            yield Key(table, tuple(reference["key"]), reference["to"])
