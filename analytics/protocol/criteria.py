"""Eligibility criteria: a small language of comparisons, parsed and never evaluated as code.

Grammar: `or` of `and` of `not`, parentheses; a comparison is `COLUMN op literal`, `COLUMN in (a, b)` or `COLUMN is null`.
Truth has three values as in SQL: what touches a missing value is unknown, and the caller counts unknown apart from false.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Truth: TypeAlias = "Callable[[pd.DataFrame], pd.Series]"
"""Of every row: true, false or unknown."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<text>'[^']*'|\"[^\"]*\")|(?P<op><=|>=|!=|<>|=|==|<|>)"
    r"|(?P<punct>[(),])|(?P<word>[A-Za-z_][A-Za-z0-9_.]*))"
)
_KEYWORDS = {"and", "or", "not", "in", "is", "null"}
_COMPARE: "dict[str, Callable[[pd.Series, object], pd.Series]]" = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<>": lambda a, b: a != b,
}


@dataclass(frozen=True)
class Criterion3:
    """A parsed criterion: `evaluate(frame)` gives a nullable boolean per row; `columns` are those it reads."""

    columns: frozenset[str]
    evaluate: Truth


def parse_criterion(text: str) -> Criterion3:
    """Parse one criterion.

    Raises:
        ValueError: the text is not in the grammar; the message names the place.
    """
    parser = _Parser(text)
    node = parser.disjunction()
    if parser.peek() is not None:
        raise ValueError(f"criterion {text!r}: did not expect {parser.peek()!r}")
    return Criterion3(frozenset(parser.columns), node)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.position = 0
        self.columns: set[str] = set()

    def peek(self) -> str | None:
        return self.tokens[self.position][1] if self.position < len(self.tokens) else None

    def take(self, expected: str | None = None) -> tuple[str, str]:
        if self.position >= len(self.tokens):
            raise ValueError(f"criterion {self.text!r}: ends too early, expected {expected or 'more'}")
        kind, value = self.tokens[self.position]
        if expected is not None and value.lower() != expected:
            raise ValueError(f"criterion {self.text!r}: expected {expected!r}, found {value!r}")
        self.position += 1
        return kind, value

    def at(self, word: str) -> bool:
        upcoming = self.peek()
        return upcoming is not None and upcoming.lower() == word

    def disjunction(self) -> Truth:
        return self._chain("or", self.conjunction, lambda a, b: a | b)

    def conjunction(self) -> Truth:
        return self._chain("and", self.negation, lambda a, b: a & b)

    def _chain(self, word: str, part: Callable, combine: Callable) -> Truth:
        parts = [part()]
        while self.at(word):
            self.take(word)
            parts.append(part())

        def evaluate(frame: "pd.DataFrame") -> "pd.Series":
            result = parts[0](frame)
            for other in parts[1:]:
                result = combine(result, other(frame))
            return result

        return evaluate

    def negation(self) -> Truth:
        if self.at("not"):
            self.take("not")
            inner = self.negation()
            return lambda frame: ~inner(frame)
        if self.at("("):
            self.take("(")
            inner = self.disjunction()
            self.take(")")
            return inner
        return self.comparison()

    def comparison(self) -> Truth:
        kind, column = self.take()
        if kind != "word" or column.lower() in _KEYWORDS:
            raise ValueError(f"criterion {self.text!r}: expected a column name, found {column!r}")
        column = column.upper()
        self.columns.add(column)
        if self.at("is"):
            return self._null_test(column)
        negated = self.at("not")
        if negated:
            self.take("not")
        if self.at("in"):
            return self._membership(column, negated)
        kind, operator = self.take()
        if kind != "op":
            raise ValueError(
                f"criterion {self.text!r}: expected a comparison after {column!r}, found {operator!r}"
            )
        value = self._literal()
        return lambda frame: _compared(frame[column], operator, value)

    def _null_test(self, column: str) -> Truth:
        self.take("is")
        negated = self.at("not")
        if negated:
            self.take("not")
        self.take("null")
        if negated:
            return lambda frame: frame[column].notna().astype("boolean")
        return lambda frame: frame[column].isna().astype("boolean")

    def _membership(self, column: str, negated: bool) -> Truth:
        self.take("in")
        self.take("(")
        values = [self._literal()]
        while self.at(","):
            self.take(",")
            values.append(self._literal())
        self.take(")")

        def evaluate(frame: "pd.DataFrame") -> "pd.Series":
            inside = _compared(frame[column], "=", values[0])
            for value in values[1:]:
                inside = inside | _compared(frame[column], "=", value)
            return ~inside if negated else inside

        return evaluate

    def _literal(self) -> float | str:
        kind, value = self.take()
        if kind == "number":
            return float(value)
        if kind == "text":
            return value[1:-1]
        raise ValueError(f"criterion {self.text!r}: expected a number or quoted text, found {value!r}")


def _compared(column: "pd.Series", operator: str, value: float | str) -> "pd.Series":
    """A nullable boolean a row: unknown where the column is null.

    Raises:
        ValueError: numbers against text, which would be false for everybody.
    """
    import pandas as pd

    if column.isna().all():
        return pd.Series(pd.NA, column.index, dtype="boolean")
    comparable = _comparable(column, value)
    try:
        truth = _COMPARE[operator](comparable, value)
    except TypeError as error:
        raise _unlike(column, value) from error
    return truth.astype("boolean").mask(column.isna(), other=pd.NA)


def _comparable(column: "pd.Series", value: float | str) -> "pd.Series":
    """The column in the literal's kind; dates compare with ISO text.

    Raises:
        ValueError: they are of different kinds.
    """
    import pandas as pd

    if column.dtype == object and isinstance(_first(column), int | float):
        column = pd.to_numeric(column, errors="coerce")
    numeric = pd.api.types.is_numeric_dtype(column)
    if not numeric and (pd.api.types.is_datetime64_any_dtype(column) or not isinstance(_first(column), str)):
        column = pd.to_datetime(column, errors="coerce").dt.strftime("%Y-%m-%d").astype(object)
    if numeric == isinstance(value, str):
        raise _unlike(column, value)
    return column


def _first(column: "pd.Series") -> object:
    return column.dropna().iloc[0]


def _unlike(column: "pd.Series", value: float | str) -> ValueError:
    wanted = "a number without quotes" if isinstance(value, str) else "quoted text"
    return ValueError(f"criterion on {column.name}: compare this column with {wanted}, not {value!r}")


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"criterion {text!r}: cannot read from {text[position:].strip()[:20]!r}")
        kind = str(match.lastgroup)
        tokens.append((kind, match.group(kind)))
        position = match.end()
    return tokens


def satisfied(criterion: Criterion3, frame: "pd.DataFrame") -> "tuple[np.ndarray, np.ndarray]":
    """Rows that satisfy the criterion, and rows for which it cannot be told (two boolean arrays of the frame's length).

    Raises:
        KeyError: the frame lacks a column that the criterion names.
    """
    missing = sorted(criterion.columns - set(frame.columns))
    if missing:
        raise KeyError(f"population.criteria names columns that adsl does not have: {', '.join(missing)}")
    truth = criterion.evaluate(frame)
    return truth.fillna(False).to_numpy(bool), truth.isna().to_numpy(bool)
