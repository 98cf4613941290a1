"""The plan in words says every setting of a protocol file once, as the file says it."""

import json
import tomllib

import pytest

from analytics.protocol import Protocol, canonical_json, parse_protocol, protocol_hash, to_toml
from analytics.report.analysis_plan import CHANGES, SETTINGS, AnalysisPlan, Chapter, analysis_plan
from analytics.report.settings import in_words

MINE = parse_protocol(
    """
    [study]
    id = "MINE"
    version = "2"
    [matching]
    method = "full"
    [safety]
    fisher = true
    [[subgroup]]
    name = "Sex"
    column = "SEX"
    """
)


def chapter(plan: AnalysisPlan, title: str) -> Chapter:
    return next(each for each in plan.chapters if each.title == title)


def rows(plan: AnalysisPlan, title: str) -> dict[str, tuple[str, ...]]:
    return {row[0]: row[1:] for row in chapter(plan, title).rows}


def n_setting(content: object) -> int:
    """Leaves of a protocol as JSON: what a reader calls a setting."""
    if isinstance(content, dict):
        return sum(n_setting(value) if _has_tables(value) else 1 for value in content.values())
    assert isinstance(content, list)
    return sum(n_setting(entry) for entry in content)


def _has_tables(value: object) -> bool:
    return (isinstance(value, dict) and bool(value)) or (
        isinstance(value, list) and any(isinstance(entry, dict) for entry in value)
    )


@pytest.mark.parametrize("protocol", [Protocol(), MINE], ids=["default", "mine"])
def test_every_setting_is_in_it_once_and_has_a_meaning(protocol: Protocol) -> None:
    told = [row for each in analysis_plan(protocol).chapters if each.head == SETTINGS for row in each.rows]
    assert len(told) == n_setting(json.loads(canonical_json(protocol)))
    assert all(len(row[2]) > 5 for row in told)


def test_nothing_that_a_protocol_file_names_is_missing() -> None:
    told = {row[0] for each in analysis_plan(Protocol()).chapters for row in each.rows}

    def keys(content: object) -> set[str]:
        if isinstance(content, list):
            return set().union(*map(keys, content)) if content else set()
        if not isinstance(content, dict):
            return set()
        return {k for k, v in content.items() if not _has_tables(v)} | set().union(
            *map(keys, content.values())
        )

    assert keys(tomllib.loads(to_toml(Protocol()))) <= told


def test_what_is_no_default_says_what_the_default_is() -> None:
    told = rows(analysis_plan(MINE), "Matching")
    assert told["method"][0] == "full"
    assert told["method"][2] == "nearest"
    assert told["distance"][2] == ""
    assert rows(analysis_plan(MINE), "Safety")["fisher"] == (
        "yes", "Whether Fisher's exact p stands beside risk differences.", "no",
    )  # fmt: skip


def test_what_does_nothing_here_says_why() -> None:
    told = rows(analysis_plan(MINE), "Matching")
    assert told["ratio"][0] == '1 (no effect with matching.method = "full")'
    assert "no effect" not in told["caliper"][0]


def test_changes_are_those_between_the_versions() -> None:
    assert not any(each.head == CHANGES for each in analysis_plan(MINE).chapters)
    changed = analysis_plan(MINE, before=Protocol()).chapters[-1]
    found = {row[0]: row[1:] for row in changed.rows}
    assert found["matching.method"] == ('"nearest"', '"full"')
    assert found["study.version"][1] == '"2"'
    assert len(found) == len(changed.rows)


def test_a_change_under_one_version_says_so() -> None:
    other = parse_protocol('[study]\nid = "MINE"\nversion = "2"\n')
    assert "give the later one its own" in analysis_plan(MINE, before=other).chapters[-1].about
    assert "no settings differ" in analysis_plan(MINE, before=MINE).chapters[-1].about


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "none"), ((), "none"), ({}, "none"), (True, "yes"), (False, "no"), (0, "0"), (0.0, "0"), (0.1 + 0.2, "0.3"),
        (1e-05, "1e-05"), (20230601, "20230601"),
        (("AGE", "MYCOL"), "AGE (Age, years); MYCOL"), ({"AGE": 5.0}, "AGE (Age, years): 5"),
    ],
)  # fmt: skip
def test_values_are_said_without_toml(value: object, words: str) -> None:
    assert in_words(value) == words


def test_it_names_the_protocol_by_its_hash() -> None:
    plan = analysis_plan(MINE)
    assert (plan.version, plan.identity) == ("MINE 2", f"protocol {protocol_hash(MINE)}")
    assert plan.identity != analysis_plan(MINE.model_copy(update={"subgroup": ()})).identity
