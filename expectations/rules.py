"""Rules and suites as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Rule:
    """One expectation.

    Attributes:
        name: unique within its suite; shown in every report.
        expectation: class name in `great_expectations.expectations`.
        arguments: its arguments.
        severity: an error blocks the build, a warning is reported.
        meaning: what must hold, in words.
        where: pandas condition that picks the rows it applies to; empty for all.
    """

    name: str
    expectation: str
    arguments: Mapping[str, Any]
    severity: Severity
    meaning: str
    where: str = ""


@dataclass(frozen=True)
class Suite:
    """The rules of one table.

    Attributes:
        table: `schema.table`.
        columns: columns the rules read; nothing else is fetched.
        rules: the rules.
        may_be_empty: an empty table is worth a warning only; otherwise it fails.
        where: SQL condition of the rows validated; empty for all.
    """

    table: str
    columns: tuple[str, ...]
    rules: tuple[Rule, ...]
    may_be_empty: bool = False
    where: str = ""

    @property
    def name(self) -> str:
        """The suite's name in checks: its table with an underscore."""
        return self.table.replace(".", "_")


@dataclass(frozen=True)
class Outcome:
    """What one rule found: counts only, never a value."""

    rule: str
    meaning: str
    severity: Severity
    passed: bool
    n_failed: int | None
    n_checked: int
    columns: tuple[str, ...] = field(default=())
