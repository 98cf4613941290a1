"""A full disk, said in one line, wherever it was noticed first: by dbt, DuckDB, Dagster's event log or our own writing."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
WORDS = ("No space left on device", "database or disk is full", "Disk quota exceeded")
LEAST = 64 * 2**20
"""Bytes without which no refresh is begun."""
LEAST_FILES = 500
RESERVE, ROOM = ".reserve", 2**17
"""A file beside the reports of failures, and its size: more than every check of a night takes."""
NOTHING = 4 * 2**20
"""Bytes that are as good as none: what failed while no more were free, failed for that."""


class DiskFullError(RuntimeError):
    """The disk is full; the message says how full, where, and what to do."""


def refuse_full_disk(home: Path, needed: int = 0) -> None:
    """Say before anything is read that there is no room for what is to be made.

    Args:
        home: the home folder.
        needed: bytes, where more than the least is known to be needed.

    Raises:
        DiskFullError: there is less.
    """
    free, files = _free(home)
    needed = max(needed, LEAST)
    if free < needed or files < LEAST_FILES:
        raise DiskFullError(f"{_full(home)}; a refresh needs {needed // 2**20} MB and {LEAST_FILES} files")


@contextmanager
def full_disk_told(home: Path) -> Iterator[None]:
    """Say that the disk is full where that is why something failed, whatever the error says of it.

    Raises:
        DiskFullError: instead of an error that came of a full disk.
    """
    try:
        yield
    except DiskFullError:
        raise
    except Exception as error:
        reason = reason_of_full_disk(error, home)
        if reason is None:
            raise
        raise DiskFullError(reason) from error


def reason_of_full_disk(error: BaseException, home: Path) -> str | None:
    """That the disk is full, where an error, whatever it says, came of that; None where it came of something else."""
    link: BaseException | None = error
    while link is not None:
        if getattr(link, "errno", None) in FULL or any(words in str(link) for words in WORDS):
            return _told(home)
        link = link.__cause__ or link.__context__
    return _told(home) if _nothing_free(home) else None


def explained(reason: str, home: Path) -> str:
    """A reason of a failure; or that the disk is full, where it speaks of that or nothing is free."""
    try:
        full = any(words in reason for words in WORDS) or _nothing_free(home)
    except OSError:
        return reason
    return _told(home) if full else reason


def keep_room(folder: Path) -> None:
    """Keep room for a report in a folder, so that one can be left when the disk has filled up; each night makes it good."""
    reserve = folder / RESERVE
    with suppress(OSError):
        if not reserve.is_file() or reserve.stat().st_size != ROOM:
            folder.mkdir(parents=True, exist_ok=True)
            reserve.write_bytes(bytes(ROOM))


def write_into_room(path: Path, text: str) -> None:
    """Write a report into the room that was kept in its folder: neither bytes nor files are asked for."""
    reserve = path.with_name(RESERVE)
    try:
        with open(reserve, "r+b") as kept:
            kept.write(text.encode())
            kept.truncate()
        reserve.replace(path)
    except FileNotFoundError:
        path.write_text(text, encoding="utf-8")


def room_left(home: Path) -> tuple[int, int]:
    """Bytes and files for which there is room; file systems that do not count files have room for any number."""
    return _free(home)


def _nothing_free(home: Path) -> bool:
    free, files = _free(home)
    return free < NOTHING or files == 0


def _told(home: Path) -> str:
    return f"{_full(home)}; the last release stays current"


def _full(home: Path) -> str:
    free, files = _free(home)
    also = f" and room for {files} files" if files < LEAST_FILES else ""
    return f"disk full: {free // 2**20} MB{also} free under {home}; make room and refresh"


def _free(home: Path) -> tuple[int, int]:
    state = os.statvfs(home)
    return state.f_bavail * state.f_frsize, state.f_favail if state.f_files else LEAST_FILES
