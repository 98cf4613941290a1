"""Whether there is room for the nights to come, and how large the home has grown."""

import os
from collections.abc import Iterator
from pathlib import Path

from orchestration.disk import LEAST, LEAST_FILES, room_left
from orchestration.health.finding import Finding, Visit, told_size

NIGHTS = 7
"""Nights for which there should be room: a week in which nobody looks."""
FOLDERS = ("landing", "store", "build", "releases", "dagster")
MAKE_ROOM = "make room on that disk, or let old releases go (VIGIL_KEEP_RELEASES)"


def room(visit: Visit) -> Iterator[Finding]:
    """Free bytes and files against what a night takes while it runs, and what a week of nights leaves behind."""
    home = visit.settings.home
    free, files = room_left(_existing(home))
    left = _newest_release(visit)
    # The working file, a private copy of the parent, and the release that is being published.
    takes = max(LEAST, size_of(visit.settings.build_file) + 2 * left)
    told = f"{told_size(free)} free, a night takes {told_size(takes)}"
    if files < LEAST_FILES:
        yield Finding("room", f"room for {files} files, a night takes {LEAST_FILES}", MAKE_ROOM)
    if free < takes:
        yield Finding("room", told, MAKE_ROOM)
    elif free < takes + NIGHTS * left:
        n = int((free - takes) // left)
        yield Finding("room", f"{told} and leaves {told_size(left)}: full after {n} more", MAKE_ROOM)
    elif files >= LEAST_FILES:
        yield Finding("room", told + (f" and leaves {told_size(left)}" if left else ""))


def growth(visit: Visit) -> Iterator[Finding]:
    """How large each folder is, and how many releases are kept whole."""
    home = visit.settings.home
    sizes = [f"{name} {told_size(size_of(home / name))}" for name in FOLDERS if (home / name).is_dir()]
    if not sizes:
        return
    manifests = visit.index.manifests()
    whole, keep = sum(m.has_database for m in manifests), visit.settings.keep_releases
    kept = f"VIGIL_KEEP_RELEASES keeps {keep}" if keep else "all are kept"
    yield Finding("growth", f"{', '.join(sizes)}; {whole} of {len(manifests)} releases are whole, {kept}")


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; what goes away meanwhile counts nothing.

    Raises:
        PermissionError: a folder may not be looked into.
    """
    total, waiting = 0, [path]
    while waiting:
        try:
            entry = waiting.pop()
            if not entry.is_dir() or entry.is_symlink():
                total += entry.lstat().st_size
                continue
            with os.scandir(entry) as inside:
                for found in inside:
                    if found.is_dir(follow_symlinks=False):
                        waiting.append(Path(found.path))
                    else:
                        total += found.stat(follow_symlinks=False).st_size
        except FileNotFoundError:
            continue
    return total


def _newest_release(visit: Visit) -> int:
    """Bytes of the newest release; 0 where there is none."""
    newest = visit.newest
    return size_of(visit.index.root / newest.release_id) if newest is not None else 0


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there: what is made lies on that disk."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())
