"""Who was erased is known whatever befalls the file: a kill between two writes, a damaged line, a file gone."""

from pathlib import Path

import pytest
from fabricated_build import FIRST, release, subjects

from orchestration.erasure.audit import (
    AuditError,
    audit_problems,
    erased_before,
    mend_audit,
    record_erasure,
    refuse_lost_audit,
    subject_hash,
    tombstones,
)
from orchestration.erasure.releases import erase_from_releases
from orchestration.releases.index import ReleaseIndex

NAMES = ("S" + "A" * 16, "S" + "B" * 16, "S" + "C" * 16)
FILES = ("erasures.jsonl", "erasures-copy.jsonl")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Three erasures."""
    for day, name in enumerate(NAMES, start=1):
        record_erasure(tmp_path, name, "consent withdrawn", f"2026-02-0{day}T09:00:00+09:00", "key1")
    return tmp_path


def test_a_tombstone_names_its_key_and_no_subject(home: Path) -> None:
    assert [t.key_id for t in tombstones(home)] == ["key1"] * 3
    assert erased_before(home) == {subject_hash(name) for name in NAMES}
    assert not any(name in (home / file).read_text() for name in NAMES for file in FILES)
    assert audit_problems(home) == []


def test_the_same_erasure_is_written_once(home: Path) -> None:
    record_erasure(home, NAMES[2], "consent withdrawn", "2026-02-03T09:00:00+09:00", "key1")
    assert len(tombstones(home)) == 3


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _garbled(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"\x00\xff{]\n" + lines[2])


def _last_line_missing(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("spoil", [_cut_short, _garbled, _last_line_missing, Path.unlink])
def test_a_damaged_copy_is_restored_from_the_other(home: Path, file: str, spoil) -> None:
    whole = (home / FILES[0]).read_bytes()
    spoil(home / file)
    assert erased_before(home) == {subject_hash(name) for name in NAMES}
    assert any(file in problem for problem in audit_problems(home))
    told = mend_audit(home, "2026-03-01T09:00:00+09:00")
    assert [(home / name).read_bytes() for name in FILES] == [whole, whole]
    assert audit_problems(home) == []
    assert bool(told) == (spoil in (_cut_short, _garbled))
    assert mend_audit(home, "2026-03-01T09:00:00+09:00") == []


def test_a_line_damaged_in_both_is_named_and_stops(home: Path) -> None:
    for file in FILES:
        _garbled(home / file)
    with pytest.raises(
        AuditError, match=r"erasures\.jsonl line 2 cannot be read, nor its copy .*: restore .* backup"
    ):
        erased_before(home)
    assert len(audit_problems(home)) == 1


def test_a_line_taken_out_or_altered_in_both_does_not_follow(home: Path) -> None:
    for file in FILES:
        lines = (home / file).read_bytes().splitlines(keepends=True)
        (home / file).write_bytes(lines[0] + lines[2])
    assert audit_problems(home) == ["erasures.jsonl line 2 does not follow on the line before it"]


def test_altered_in_one_copy_alone_is_refused(home: Path) -> None:
    path = home / FILES[0]
    path.write_text(path.read_text().replace("2026-02-02", "2026-02-20"))
    with pytest.raises(AuditError, match="differ in line 2"):
        erased_before(home)


def test_an_audit_that_is_gone_after_an_erasure_stops(home: Path) -> None:
    release(home, FIRST, usubjid=subjects(3))
    refuse_lost_audit(home)
    erase_from_releases(ReleaseIndex(home / "releases"), [f"S{0:016X}"], at="now")
    refuse_lost_audit(home)
    for file in FILES:
        (home / file).unlink()
    with pytest.raises(AuditError, match=f"release 0001-{FIRST} was emptied by an erasure"):
        refuse_lost_audit(home)


def test_lines_of_an_earlier_version_are_read_and_followed(tmp_path: Path) -> None:
    old = f'{{"date": "2025-01-01", "subject_sha256": "{subject_hash(NAMES[0])}", "reason": "asked"}}\n'
    (tmp_path / FILES[0]).write_text(old)
    assert [t.key_id for t in tombstones(tmp_path)] == [None]
    assert audit_problems(tmp_path) == []
    assert mend_audit(tmp_path, "2026-03-01T09:00:00+09:00") == []
    record_erasure(tmp_path, NAMES[1], "asked", "2026-03-01T09:00:00+09:00", "key1")
    assert erased_before(tmp_path) == {subject_hash(name) for name in NAMES[:2]}
    assert audit_problems(tmp_path) == []
