"""Rules of the shapes that the suites use over and over.

Belongs here: how a kind of rule is put to Great Expectations. Does not belong here: which columns and limits, those are in
the suites.
"""

from collections.abc import Sequence
from typing import Any

from expectations.rules import Rule, Severity


def between(
    name: str, column: str, low: float | None, high: float | None, meaning: str, source: str,
    *, mostly: float = 1.0, severity: Severity = "error", **rest: Any,
) -> Rule:  # fmt: skip
    """Filled cells lie between the limits, limits included; at least the share `mostly` of them."""
    arguments = {"column": column, "min_value": low, "max_value": high, "mostly": mostly}
    return Rule(name, "ExpectColumnValuesToBeBetween", arguments, severity, meaning, source, **rest)


def one_of(
    name: str, column: str, values: Sequence[Any], meaning: str, source: str,
    *, mostly: float = 1.0, severity: Severity = "error", **rest: Any,
) -> Rule:  # fmt: skip
    """Filled cells hold one of the values."""
    arguments = {"column": column, "value_set": list(values), "mostly": mostly}
    return Rule(name, "ExpectColumnValuesToBeInSet", arguments, severity, meaning, source, **rest)


def matching(
    name: str, column: str, pattern: str, meaning: str, source: str,
    *, severity: Severity = "error", **rest: Any,
) -> Rule:  # fmt: skip
    """Filled cells match a regular expression."""
    arguments = {"column": column, "regex": pattern}
    return Rule(name, "ExpectColumnValuesToMatchRegex", arguments, severity, meaning, source, **rest)


def filled(
    name: str, column: str, share: float, meaning: str, source: str,
    *, severity: Severity = "warning", **rest: Any,
) -> Rule:  # fmt: skip
    """At least this share of the rows has a value."""
    arguments = {"column": column, "mostly": share}
    return Rule(name, "ExpectColumnValuesToNotBeNull", arguments, severity, meaning, source, **rest)


def blank(
    name: str, column: str, meaning: str, source: str, *, severity: Severity = "error", **rest: Any
) -> Rule:
    """No row has a value."""
    return Rule(name, "ExpectColumnValuesToBeNull", {"column": column}, severity, meaning, source, **rest)


def not_after(
    name: str, earlier: str, later: str, meaning: str, source: str,
    *, severity: Severity = "error", **rest: Any,
) -> Rule:  # fmt: skip
    """Where both are filled, one column does not exceed the other."""
    arguments = {
        "column_A": later,
        "column_B": earlier,
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    }
    return Rule(name, "ExpectColumnPairValuesAToBeGreaterThanB", arguments, severity, meaning, source, **rest)


def median_between(
    name: str, column: str, low: float, high: float, meaning: str, source: str,
    *, severity: Severity = "error", **rest: Any,
) -> Rule:  # fmt: skip
    """The median of the filled cells lies between the limits: a wrong unit moves it, a wrong value does not."""
    arguments = {"column": column, "min_value": low, "max_value": high}
    return Rule(name, "ExpectColumnMedianToBeBetween", arguments, severity, meaning, source, **rest)


def mean_between(
    name: str, column: str, low: float, high: float, meaning: str, source: str,
    *, severity: Severity = "warning", **rest: Any,
) -> Rule:  # fmt: skip
    """The mean of the filled cells lies between the limits; of a 0/1 column, the share of ones."""
    arguments = {"column": column, "min_value": low, "max_value": high}
    return Rule(name, "ExpectColumnMeanToBeBetween", arguments, severity, meaning, source, **rest)


def contains(
    name: str, column: str, values: Sequence[Any], meaning: str, source: str,
    *, severity: Severity = "error", **rest: Any,
) -> Rule:  # fmt: skip
    """Every one of the values occurs."""
    arguments = {"column": column, "value_set": list(values)}
    return Rule(name, "ExpectColumnDistinctValuesToContainSet", arguments, severity, meaning, source, **rest)


def n_rows(
    name: str, low: int, high: int, meaning: str, source: str,
    *, severity: Severity = "warning", **rest: Any,
) -> Rule:  # fmt: skip
    """The number of rows lies between the limits."""
    arguments = {"min_value": low, "max_value": high}
    return Rule(name, "ExpectTableRowCountToBeBetween", arguments, severity, meaning, source, **rest)


def n_distinct(
    name: str, column: str, low: int, high: int, meaning: str, source: str,
    *, severity: Severity = "warning", **rest: Any,
) -> Rule:  # fmt: skip
    """The number of distinct values lies between the limits."""
    arguments = {"column": column, "min_value": low, "max_value": high}
    return Rule(name, "ExpectColumnUniqueValueCountToBeBetween", arguments, severity, meaning, source, **rest)
