"""Rules and suites as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]

LINE = ("SRCFILE", "SRCLINE")
"""Where a row of a mart was delivered: file and line."""
DATA_CUT = "CUTDT"
"""Column that every frame gets before it is checked: the date of the data cut."""


@dataclass(frozen=True)
class Rule:
    """One expectation.

    Attributes:
        name: unique within its table; shown in every report.
        expectation: class name in `great_expectations.expectations`.
        arguments: its arguments.
        severity: an error blocks the build, a warning is reported.
        meaning: what must hold, in words.
        source: why: a fault (F22), a quirk of PRO-ACT's layout, an ADaM or SDTM rule, a clinical range.
        where: pandas condition that picks the rows it applies to; empty for all.
        may_be_empty: having nothing to look at is worth a warning only; otherwise it fails.
        least: an error takes as many rows that break it, or to look at where rows are not counted; fewer are worth a
            warning, for a share or a median of a few records says nothing.
    """

    name: str
    expectation: str
    arguments: Mapping[str, Any]
    severity: Severity
    meaning: str
    source: str
    where: str = ""
    may_be_empty: bool = False
    least: int = 0


@dataclass(frozen=True)
class Suite:
    """The rules of one mart or source.

    Attributes:
        name: its name in checks.
        table: `schema.table` that the checks hang on and are reported under.
        columns: columns the rules read; nothing else is fetched.
        rules: the rules.
        profile: `schema.table` of the SQL-made profile that is checked in place of `table`; empty for the table itself.
        derived: further columns by name, as pandas expressions of the others.
        where: SQL condition of the rows fetched; empty for all.
        may_be_empty: an empty table is worth a warning only; otherwise it fails.
        places: columns that say where a row is from: its file and line, or what it is a profile of; never a value.
        way_out: what a person does about a rule that is broken.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    rules: tuple[Rule, ...]
    profile: str = ""
    derived: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    may_be_empty: bool = False
    places: tuple[str, ...] = ()
    way_out: str = "correct the record at its site and deliver the cut again"

    @property
    def fetched(self) -> tuple[str, ...]:
        """The columns to fetch."""
        return tuple(dict.fromkeys((*self.columns, *self.places)))

    @property
    def reads(self) -> str:
        """`schema.table` that the rows come from."""
        return self.profile or self.table


@dataclass(frozen=True)
class Outcome:
    """What one rule found: counts only, never a value.

    Attributes:
        rule, meaning, severity: of the rule; nothing to look at where that is allowed lowers an error to a warning.
        passed: whether it holds.
        n_failed: rows that break it; null where the expectation does not count rows, or was not evaluated.
        n_checked: rows, or filled cells, that were looked at.
        note: why nothing was evaluated; empty when it was.
        column: what the rule looks at.
        place: the first row that breaks a broken error, by file and line or what it is a profile of.
    """

    rule: str
    meaning: str
    severity: Severity
    passed: bool
    n_failed: int | None
    n_checked: int
    note: str = ""
    column: str = ""
    place: str = ""
