"""Rules of the shapes that the suites use over and over.

Belongs here: how a kind of rule is put to Great Expectations. Does not belong here: which columns and limits, those are in
the suites. What every shape takes besides its own arguments is `Rule`'s: severity, where, may_be_empty.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from expectations.rules import Rule

FEW = 5
"""A share that fewer records than this break stops no night, however small the table."""
ENOUGH_FOR_A_MEDIAN = 20
WARNING = {"severity": "warning"}
"""Of shapes that only warn unless a suite says otherwise."""


def between(
    name: str, column: str, low: float | None, high: float | None, meaning: str, source: str,
    *, mostly: float = 1.0, **rest: Any,
) -> Rule:  # fmt: skip
    """Filled cells lie between the limits, limits included; at least the share `mostly` of them."""
    limits = {"min_value": low, "max_value": high}
    return _rule(
        "ColumnValuesToBeBetween", name, meaning, source, rest, column=column, mostly=mostly, **limits
    )


def one_of(
    name: str, column: str, values: Sequence[Any], meaning: str, source: str,
    *, mostly: float = 1.0, **rest: Any,
) -> Rule:  # fmt: skip
    """Filled cells hold one of the values."""
    arguments = {"value_set": list(values), "mostly": mostly}
    return _rule("ColumnValuesToBeInSet", name, meaning, source, rest, column=column, **arguments)


def matching(name: str, column: str, pattern: str, meaning: str, source: str, **rest: Any) -> Rule:
    """Filled cells match a regular expression."""
    return _rule("ColumnValuesToMatchRegex", name, meaning, source, rest, column=column, regex=pattern)


def filled(name: str, column: str, share: float, meaning: str, source: str, **rest: Any) -> Rule:
    """At least this share of the rows has a value."""
    rest = WARNING | rest
    return _rule("ColumnValuesToNotBeNull", name, meaning, source, rest, column=column, mostly=share)


def blank(name: str, column: str, meaning: str, source: str, **rest: Any) -> Rule:
    """No row has a value."""
    return _rule("ColumnValuesToBeNull", name, meaning, source, rest, column=column)


def not_after(name: str, earlier: str, later: str, meaning: str, source: str, **rest: Any) -> Rule:
    """Where both are filled, one column does not exceed the other."""
    columns = {"column_A": later, "column_B": earlier, "or_equal": True}
    columns["ignore_row_if"] = "either_value_is_missing"
    return _rule("ColumnPairValuesAToBeGreaterThanB", name, meaning, source, rest, **columns)


def median_between(
    name: str, column: str, low: float, high: float, meaning: str, source: str, **rest: Any
) -> Rule:
    """The median of the filled cells lies between the limits: a wrong unit moves it, a wrong value does not."""
    limits = {"min_value": low, "max_value": high}
    rest = {"least": ENOUGH_FOR_A_MEDIAN} | rest
    return _rule("ColumnMedianToBeBetween", name, meaning, source, rest, column=column, **limits)


def mean_between(
    name: str, column: str, low: float, high: float, meaning: str, source: str, **rest: Any
) -> Rule:
    """The mean of the filled cells lies between the limits; of a 0/1 column, the share of ones."""
    limits = {"min_value": low, "max_value": high}
    return _rule("ColumnMeanToBeBetween", name, meaning, source, WARNING | rest, column=column, **limits)


def contains(name: str, column: str, values: Sequence[Any], meaning: str, source: str, **rest: Any) -> Rule:
    """Every one of the values occurs."""
    values = list(values)
    return _rule(
        "ColumnDistinctValuesToContainSet", name, meaning, source, rest, column=column, value_set=values
    )


def n_rows(name: str, low: int, high: int, meaning: str, source: str, **rest: Any) -> Rule:
    """The number of rows lies between the limits."""
    limits = {"min_value": low, "max_value": high}
    return _rule("TableRowCountToBeBetween", name, meaning, source, WARNING | rest, **limits)


def n_distinct(name: str, column: str, low: int, high: int, meaning: str, source: str, **rest: Any) -> Rule:
    """The number of distinct values lies between the limits."""
    limits = {"min_value": low, "max_value": high}
    rest = WARNING | rest
    return _rule("ColumnUniqueValueCountToBeBetween", name, meaning, source, rest, column=column, **limits)


def _rule(
    expectation: str, name: str, meaning: str, source: str, rest: Mapping[str, Any], **arguments: Any
) -> Rule:
    """A rule that blocks unless it says otherwise."""
    kind = {"severity": "error", **rest}
    return Rule(name, f"Expect{expectation}", arguments, meaning=meaning, source=source, **kind)
