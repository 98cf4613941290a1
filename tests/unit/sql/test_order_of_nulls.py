"""Every order in the dbt project says where nulls go: engines put them at either end, and with them the number of a row."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3] / "dbt_project"
SAID = re.compile(r"nulls (first|last)$| desc$|^case .* else \d+ end$", re.DOTALL)
"""Descending, all engines of the project put them last."""
NEVER_NULL = {"_file", "_line", "event_order", "dose_order"}
OF_ONE_ENGINE = {"stable_aggregates.sql"}


def keys(text: str) -> Iterator[str]:
    """What each `order by` orders by."""
    for match in re.finditer(r"\border by\b", text):
        depth, end = 0, match.end()
        while (
            end < len(text)
            and depth >= 0
            and not (depth == 0 and re.match(r"\s(rows|range) between", text[end:]))
        ):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield from _parted(text[match.end() : end].rstrip(") \n"))


def _parted(text: str) -> list[str]:
    """At commas outside brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [" ".join(part.split()) for part in parts]


def unsaid(text: str) -> list[str]:
    """Keys that may be null and say nothing of it; those that a macro makes are left out."""
    bare = re.sub(r"(?s)\{#.*?#\}|--[^\n]*", "", text)
    return [
        key
        for key in keys(bare)
        if key.split(".")[-1] not in NEVER_NULL and not SAID.search(key) and "n_blank" not in key and "%}" not in key
        and "hash_key" not in key and key
    ]  # fmt: skip


@pytest.mark.parametrize(
    "path",
    sorted([*(PROJECT / "models").rglob("*.sql"), *(PROJECT / "macros").rglob("*.sql")]),
    ids=lambda p: p.name,
)
def test_an_order_says_where_nulls_go(path: Path) -> None:
    if path.name not in OF_ONE_ENGINE:
        assert unsaid(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("over (partition by a order by b, c nulls last, _line)", ["b"]),
        ("over (order by greatest(a, b), c desc)", ["greatest(a, b)"]),
        ("over (order by case when a then 0 else 1 end, b rows between 1 preceding and current row)", ["b"]),
        ("over (order by b nulls last) as x, f(c)", []),
    ],
)
def test_what_is_found(text: str, expected: list[str]) -> None:
    assert unsaid(text) == expected
