"""What a test of the dbt project is called where people look, and what must hold, in words.

dbt makes a name of a test's arguments, up to 400 characters of them; released tables keep it. Does not belong here: which
tests block (`blocking`), what they found (`quality`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any

COLUMNS = ("column_name", "columns")
"""Arguments that name columns; the name of a generated test ends with them."""


def shown_name(node: Mapping[str, Any]) -> str:
    """Its own name, or what kind of test it is and of which columns: `unique_USUBJID`; the table is told beside it."""
    kind, arguments = _test(node)
    if not kind or not node["name"].startswith(f"{kind}_"):
        return str(node["name"])
    columns = [name for argument in COLUMNS for name in _listed(arguments.get(argument))]
    return re.sub("_+", "_", "_".join([kind, *columns])).strip("_")


def meaning(node: Mapping[str, Any]) -> str:
    """What must hold: as described beside the model, as a test in SQL begins, or by kind and arguments."""
    if node.get("description"):
        return str(node["description"])
    kind, arguments = _test(node)
    if not kind:
        return _said_above(node.get("raw_code", "")) or str(node["name"]).replace("_", " ")
    column = arguments.get("column_name", "")
    told = {
        "unique": lambda: f"No two rows have the same {column}.",
        "not_null": lambda: f"{column} is never missing.",
        "unique_combination": lambda: f"One row per {_and(arguments['columns'])}.",
        "has_rows": lambda: "The table has rows.",
        "blank_cells_are_null": lambda: f"A blank {column} of the list is missing, not a word.",
        "accepted_values": lambda: f"{column}, where it is known, is {_or(arguments['values'])}.",
        "accepted_range": lambda: f"{column}, where it is known, is {_bounds(arguments)}.",
        "relationships": lambda: f"Every {column} is in {_table(arguments['to'])}.",
        "expression_holds": lambda: f"Of every row: {arguments['expression']}.",
        "column_values": lambda: " ".join(_of_columns(arguments)),
    }
    return told[kind]() if kind in told else str(node["name"]).replace("_", " ")


def _test(node: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Kind and arguments; no kind of a test that is a file of SQL."""
    about = node.get("test_metadata") or {}
    return about.get("name", ""), about.get("kwargs", {})


def _said_above(code: str) -> str:
    """The comment that a file of SQL begins with."""
    lines = (line.strip() for line in code.strip().splitlines())
    return " ".join(
        line.removeprefix("--").strip() for line in takewhile(lambda at: at.startswith("--"), lines)
    )


def _of_columns(arguments: Mapping[str, Any]) -> Iterable[str]:
    if required := arguments.get("required"):
        yield f"Never missing: {', '.join(required)}."
    if sets := arguments.get("sets"):
        yield f"No other words: {'; '.join(f'{name} {_or(words)}' for name, words in sets.items())}."
    if ranges := arguments.get("ranges"):
        yield f"Within bounds: {'; '.join(f'{name} {low} to {high}' for name, (low, high) in ranges.items())}."


def _bounds(arguments: Mapping[str, Any]) -> str:
    low, high = arguments.get("min_value"), arguments.get("max_value")
    over, under = ("at least", "at most") if arguments.get("inclusive", True) else ("above", "below")
    return " and ".join(
        f"{words} {bound}" for words, bound in ((over, low), (under, high)) if bound is not None
    )


def _table(reference: str) -> str:
    """`ref('int_proact__subject')` as its last name."""
    return re.findall(r"'([^']+)'", reference)[-1]


def _listed(columns: str | Sequence[str] | None) -> Sequence[str]:
    return [columns] if isinstance(columns, str) else columns or []


def _and(words: Sequence[Any]) -> str:
    return _enumerated(words, "and")


def _or(words: Sequence[Any]) -> str:
    return _enumerated(words, "or")


def _enumerated(words: Sequence[Any], last: str) -> str:
    *first, end = map(str, words)
    return f"{', '.join(first)} {last} {end}" if first else end
