"""The audit of disclosures outlasts a kill and a damage, as that of erasures does."""

from pathlib import Path

import pytest

from orchestration.queries.disclosures import disclosure_problems, record_disclosure

FILES = ("disclosures.jsonl", "disclosures-copy.jsonl")


def record(home: Path, day: int) -> list[str]:
    at = f"2026-05-0{day}T09:00:00+09:00"
    return record_disclosure(home, "0001-2026-03-31", at, n_query=8, n_site=4, n_subject=day)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two disclosures."""
    record(tmp_path, 1)
    record(tmp_path, 2)
    return tmp_path


def test_each_has_a_line_in_both_copies(home: Path) -> None:
    assert len((home / FILES[0]).read_text().splitlines()) == 2
    assert (home / FILES[0]).read_bytes() == (home / FILES[1]).read_bytes()
    assert disclosure_problems(home) == []


@pytest.mark.parametrize("file", FILES)
def test_a_damaged_copy_is_told_and_restored_by_the_next(home: Path, file: str) -> None:
    path = home / file
    path.write_bytes(path.read_bytes()[:-30])
    assert disclosure_problems(home) == [
        f"{file} is damaged or short: the next vigil queries restores it from its other copy"
    ]
    assert any("was damaged and is restored" in line for line in record(home, 3))
    assert disclosure_problems(home) == []
    assert len(path.read_text().splitlines()) == 3


def test_a_line_taken_out_of_both_is_told(home: Path) -> None:
    record(home, 3)
    for file in FILES:
        lines = (home / file).read_bytes().splitlines(keepends=True)
        (home / file).write_bytes(lines[0] + lines[2])
    assert disclosure_problems(home) == ["disclosures.jsonl line 2 does not follow on the line before it"]


def test_nothing_disclosed_is_no_problem(tmp_path: Path) -> None:
    assert disclosure_problems(tmp_path) == []
