"""Lines of the journal: each follows on all that is kept before it, and no hand goes unseen."""

import hashlib
import json
from pathlib import Path

import pytest

from orchestration.releases.journal import BEFORE, Journal


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Three lines, and their copy."""
    made = Journal.of(tmp_path / "releases")
    for number in range(3):
        made.record(at="now", release=f"000{number}")
    assert made.problems() == []
    return made


def test_a_line_after_one_that_a_crash_cut_off_follows_on_what_is_kept(journal: Journal) -> None:
    kept = journal.path.read_bytes()
    journal.path.write_bytes(kept + b'{"at": "now", "rel')
    journal.record(at="later", release="0009")
    assert journal.path.read_bytes().startswith(kept)
    assert json.loads(journal.path.read_bytes().splitlines()[-1])[BEFORE] == hashlib.sha256(kept).hexdigest()
    assert [entry["release"] for entry in journal.entries()] == ["0000", "0001", "0002", "0009"]
    assert journal.problems() == []


def test_the_copy_that_proves_a_hand_is_not_written_over(journal: Journal) -> None:
    proof = journal.second.read_bytes()
    lines = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(b"".join(lines[:2]))
    journal.record(at="later", release="0009")
    assert journal.second.read_bytes() == proof
    assert any("say different things" in problem for problem in journal.problems())


def test_a_line_changed_by_hand_in_journal_and_copy_is_found_by_the_next(journal: Journal) -> None:
    changed = journal.path.read_bytes().replace(b'"0001"', b'"0007"')
    for path in (journal.path, journal.second):
        path.write_bytes(changed)
    (problem,) = journal.problems()
    assert problem.endswith("line 3: does not follow on the lines before it")
