"""A full disk is said in one line, whoever noticed it first, and before the work where it is known (F05)."""

import errno
import os
from pathlib import Path

import pytest

from orchestration import disk
from orchestration.disk import DiskFullError, full_disk_told, refuse_full_disk

LINE = r"disk full: \d+ MB( and room for \d+ files)? free under .*; make room and refresh"


def room(monkeypatch: pytest.MonkeyPatch, n_byte: int, n_file: int) -> None:
    monkeypatch.setattr(disk, "_free", lambda home: (n_byte, n_file))


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        RuntimeError('Could not write all bytes to file "/x": No space left on device'),
        RuntimeError("(sqlite3.OperationalError) database or disk is full"),
    ],
)
def test_whoever_noticed_it(tmp_path: Path, error: Exception) -> None:
    wrapped = ValueError("something failed")
    wrapped.__cause__ = error
    with pytest.raises(DiskFullError, match=LINE), full_disk_told(tmp_path):
        raise wrapped


def test_what_failed_while_nothing_was_free_failed_for_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n_byte, n_file in ((0, 10**6), (10**10, 0)):
        room(monkeypatch, n_byte, n_file)
        with pytest.raises(DiskFullError, match=LINE), full_disk_told(tmp_path):
            raise RuntimeError("(sqlite3.OperationalError) disk I/O error")


def test_another_failure_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="disk I/O error"), full_disk_told(tmp_path):
        raise RuntimeError("disk I/O error")


def test_it_is_refused_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_full_disk(tmp_path, 0)
    room(monkeypatch, 10 * 2**20, 10**6)
    with pytest.raises(DiskFullError, match=r"disk full: 10 MB free under .* a refresh needs 64 MB"):
        refuse_full_disk(tmp_path)
    room(monkeypatch, 100 * 2**20, 10**6)
    with pytest.raises(DiskFullError, match="a refresh needs 200 MB"):
        refuse_full_disk(tmp_path, 200 * 2**20)
    room(monkeypatch, 10**10, 3)
    with pytest.raises(DiskFullError, match="and room for 3 files"):
        refuse_full_disk(tmp_path)


def test_a_file_system_that_counts_no_files_has_room_for_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = list(os.statvfs(tmp_path))
    state[5:8] = [0, 0, 0]
    monkeypatch.setattr(os, "statvfs", lambda path: os.statvfs_result(state))
    refuse_full_disk(tmp_path)
