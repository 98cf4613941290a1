"""Every rule of every suite holds on plausible rows and fails on implausible ones."""

from dataclasses import replace
from pathlib import Path

import pytest

from expectations import SUITES, Rule, Suite, validate
from expectations.rules import DATA_CUT
from tests.unit.expectations.plausible_frames import CUT, broken_frame, plausible_frame

EVERY_RULE = [
    pytest.param(suite, rule, id=f"{suite.name}: {rule.name}") for suite in SUITES for rule in suite.rules
]
README = Path(__file__).parents[3] / "expectations" / "README.md"


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_plausible_rows_pass_every_rule(suite: Suite) -> None:
    broken = [outcome for outcome in validate(suite, plausible_frame(suite), CUT) if not outcome.passed]
    assert broken == []


@pytest.mark.parametrize(("suite", "rule"), EVERY_RULE)
def test_a_rule_fails_on_rows_that_break_it(suite: Suite, rule: Rule) -> None:
    (outcome,) = validate(replace(suite, rules=(rule,)), broken_frame(suite, rule), CUT)
    assert not outcome.passed
    assert outcome.severity == rule.severity
    assert outcome.note == ""


def test_a_rule_is_known_by_table_and_name() -> None:
    names = [(suite.table, rule.name) for suite in SUITES for rule in suite.rules]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_a_suite_fetches_the_columns_it_reads_and_no_other(suite: Suite) -> None:
    expressions = " ".join([*(rule.where for rule in suite.rules), *suite.derived.values()])
    read = {
        rule.arguments[key]
        for rule in suite.rules
        for key in ("column", "column_A", "column_B")
        if key in rule.arguments
    }
    assert read - set(suite.derived) - {DATA_CUT} <= set(suite.columns)
    assert [column for column in suite.columns if column not in read and column not in expressions] == []


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_every_rule_stands_in_the_readme_with_its_source(suite: Suite) -> None:
    listed = set(README.read_text().splitlines())
    rows = [f"| {rule.name} | {rule.severity} | {rule.meaning} | {rule.source} |" for rule in suite.rules]
    assert [row for row in rows if row not in listed] == []


def test_the_readme_lists_no_rule_that_is_not_there() -> None:
    names = {rule.name for suite in SUITES for rule in suite.rules}
    rows = [line.split(" | ") for line in README.read_text().splitlines() if line.count(" | ") == 3]
    stale = [cells[0].removeprefix("| ") for cells in rows if cells[1] in ("error", "warning")]
    assert [name for name in stale if name not in names] == []
