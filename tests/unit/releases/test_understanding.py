"""Records that can only be meant for a fact: half of them understood is published, fewer is refused, in any release."""

from pathlib import Path

import pandas as pd
import pytest
from guarded_build import GuardedBuild, whole, words

from orchestration.night.understanding import NotUnderstoodError, refuse_not_understood

TABLES = [("REGISTRY", t) for t in ("ae", "dm", "ds", "ex", "qs", "ss")] + [
    ("PROACT", t) for t in ("deathdata", "treatment")
]


def _build(folder: Path, counts: list[tuple[str, str, int, int]], **other: pd.DataFrame) -> GuardedBuild:
    tables = whole()
    told = pd.DataFrame(counts, columns=["source", "table_name", "n_meant", "n_understood"])
    tables["quality.understood_count"] = told
    return GuardedBuild(folder, tables | {k.replace("__", ".", 1): v for k, v in other.items()}, None)


def _refusal(build: GuardedBuild) -> str:
    with pytest.raises(NotUnderstoodError) as error:
        refuse_not_understood(build)
    return str(error.value)


@pytest.mark.parametrize(("source", "table"), TABLES)
def test_half_of_a_table_is_published_and_fewer_is_refused(tmp_path: Path, source: str, table: str) -> None:
    refuse_not_understood(_build(tmp_path / "half", [(source, table, 40, 20)]))
    told = _refusal(_build(tmp_path / "fewer", [(source, table, 40, 19), (source, "other", 40, 40)]))
    assert told.startswith(f"not published: understood are only {source} {table.upper()}: 19 of 40 records; ")
    assert told.endswith("; deliver the records anew, and refresh again")
    assert "terms.csv" not in told
    assert "OTHER" not in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("meant", "known", "held"), [(1, 0, False), (2, 0, False), (3, 0, True), (3, 1, False)]
)
def test_one_or_two_odd_records_stop_no_night(tmp_path: Path, meant: int, known: int, held: bool) -> None:
    build = _build(tmp_path, [("REGISTRY", "ss", meant, known)])
    if held:
        assert f"{known} of {meant} records" in _refusal(build)
    else:
        refuse_not_understood(build)


def test_the_words_and_rejections_of_that_table_are_named_and_no_others(tmp_path: Path) -> None:
    asked = words(
        "REGISTRY",
        ("ex", "EXTRT", "CELLS OF LOT 7", 1, 30), ("ex", "EXTRT", None, 3, 5), ("cm", "CMTRT", None, 9, 99),
    )  # fmt: skip
    rejected = pd.DataFrame(
        [("REGISTRY", "ex", "unknown_subject")] * 2
        + [("REGISTRY", "ex", "key_missing"), ("REGISTRY", "ex", "record_repeated"), ("REGISTRY", "qs", "x")],
        columns=["source", "table_name", "rule"],
    )
    build = _build(
        tmp_path,
        [("REGISTRY", "ex", 40, 3)],
        intermediate__int_registry__asked_word=asked,
        quality__rejected_row=rejected,
    )
    assert _refusal(build) == (
        "not published: understood are only REGISTRY EX: 3 of 40 records; commonest unknown words: EX EXTRT: CELLS OF "
        "LOT 7 (30 records), EX EXTRT: 3 words of few subjects (5 records); REGISTRY EX rejected as unknown_subject: 2; "
        "teach the words in landing/registry/terms.csv (vigil terms --unknown prints them) or deliver the records anew, "
        "and refresh again"
    )


def test_a_marker_does_not_let_it_pass(tmp_path: Path) -> None:
    build = _build(tmp_path, [("REGISTRY", "ex", 40, 3)])
    (build.registry_delivery / ".accept-drop").write_text("REGISTRY EX: 3 of 40 records")
    assert "3 of 40" in _refusal(build)


def test_of_a_build_that_failed_before_its_counts_were_there_nothing_is_said(tmp_path: Path) -> None:
    build = _build(tmp_path, [("REGISTRY", "ex", 40, 3)])
    with build.warehouse.write() as connection:
        connection.execute("drop table intermediate.int_registry__rejected_row")
    refuse_not_understood(build)
