"""The SQL of the dbt project means the same to every engine it runs on: what one would read otherwise is not written.

Each rule stands with lines that break it. What an engine needs for itself is in a macro `default__` or `spark__`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3] / "dbt_project"
NUMBER = r"(?<![\w.'])\d+\.\d+(?![\w.])"
RULES = {
    "a decimal literal in arithmetic is a DECIMAL of few digits; write 365.25e0": (
        rf"{NUMBER}\s*[*/]|[*/]\s*{NUMBER}|\s[+-]\s*{NUMBER}|{NUMBER}\s+[+-]\s"
    ),
    "count(distinct) over is not known everywhere; compare min and max over": r"(?i)distinct[^()]*\)\s*over\b",
    "the type of text is string": r"(?i)\bas\s+(varchar|text)\b|:\s*varchar\b",
    "a cast by :: is not known everywhere": r"(?<!:)::(?!:)",
    "the order of the arguments of trim differs; write regexp_replace": r"(?i)\b[lr]?trim\([^()]*,\s*'",
    "a doubled quote ends a text and begins another; write chr(39)": r"'[^'\n]*\w''\w[^'\n]*'",
    "a text is cast by try_cast, also behind a condition": (
        r"(?i)(?<!try_)\bcast\(\s*(\w*trim\()?\{\{\s*(col|bare|text)\s*\}\}\)?\s+as\s+(int|double|date)\b"
    ),
    "letters beyond 255 are not what chr makes of them everywhere; write the letter": (
        r"\bchr\((?:25[6-9]|2[6-9]\d|[3-9]\d\d|\d{4,})\)"
    ),
    "a double is rounded by one engine and cut by another; write floor or round": (
        r"(?i)\bcast\(\s*-?[\d.]+e0\s*\*[^'\n]*\bas\s+int\b"
    ),
    "a union of constants, one a turn of a loop, grows beyond a planner; write values": (
        r"(?s)\{%-? *for (?:(?!endfor).)*?\bselect\b(?:(?!\bfrom\b|endfor).)*?union all(?:(?!\bfrom\b).)*?endfor"
    ),
}
BREAKS = {
    "a decimal literal": [
        "days / 365.25 as years",
        "n * 0.1",
        "1.5 * n",
        "height - 4.34",
        "100.0 * n_filled",
    ],
    "count(distinct)": ["count(distinct x) over (partition by y)"],
    "the type of text": ["cast(x as varchar)", "column_types: {test: varchar}"],
    "a cast by ::": ["x::date"],
    "the order of": ["rtrim({{ text }}, '-')", "trim(x, ' ')"],
    "a doubled quote": ["'near the subject''s median'"],
    "a text is cast": ["cast({{ col }} as int)", "cast(trim({{ text }}) as double)"],
    "letters beyond 255": ["replace(x, chr(956), 'u')"],
    "a double is rounded": ["cast(-365.25e0 * (age + 1) as int)"],
    "a union of constants": [
        "{% for c in columns %} select '{{ c }}' as name {{ 'union all' if not loop.last }} {% endfor %}"
    ],
}
HOLDS = [
    "cast(floor(-365.25e0 * (age + 1)) as int)",
    "chr(31)",
    "days / 365.25e0",
    "x between 0.1 and 9",
    "('IN', 2.54, 0, 48, 84)",
    "try_cast({{ col }} as double)",
    "coalesce(x, '')",
    "trim(x)",
    "{% for c in columns %} select {{ c }} as name from t {{ 'union all' if not loop.last }} {% endfor %}",
]


def broken(text: str) -> Iterator[str]:
    """The rules that a text breaks, each with where."""
    # What stands in a comment is read by no engine; DuckDB's own macros are read by DuckDB alone.
    bare = re.sub(r"(?s)\{#.*?#\}|--[^\n]*", "", text)
    bare = re.sub(r"(?s)\{% macro default__.*?endmacro", "", bare)
    for rule, pattern in RULES.items():
        if found := re.search(pattern, bare):
            yield f"{rule}: {' '.join(found.group().split())[:120]}"


@pytest.mark.parametrize("path", sorted(PROJECT.rglob("*.sql")), ids=lambda path: path.name)
def test_sql_is_read_alike_by_every_engine(path: Path) -> None:
    if "target" not in path.relative_to(PROJECT).parts and "spark" not in path.parent.parts[-1:]:
        assert list(broken(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", sorted((PROJECT / "seeds").rglob("*.yml")), ids=lambda path: path.name)
def test_types_of_seeds_are_known_to_every_engine(path: Path) -> None:
    assert "varchar" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("rule", "line"), [(r, line) for r, lines in BREAKS.items() for line in lines])
def test_a_line_that_breaks_a_rule_is_found(rule: str, line: str) -> None:
    assert [each for each in broken(line) if each.startswith(rule)]


@pytest.mark.parametrize("line", HOLDS)
def test_a_line_that_holds_is_left_alone(line: str) -> None:
    assert list(broken(line)) == []


def test_every_rule_has_a_line_that_breaks_it() -> None:
    assert all(any(rule.startswith(begin) for begin in BREAKS) for rule in RULES)
