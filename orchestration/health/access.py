"""Who may read the home, whose it is, and whether a night can write in it."""

import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

from orchestration.health.finding import Finding, Visit
from orchestration.modes import group_id, open_to

WRITTEN = ("store", "build", "releases", "dagster", "ledger")
"""Folders that a night writes in; a landing may lie on a disk that only its owner writes to."""


def access(visit: Visit) -> Iterator[Finding]:
    """Modes and owners, as a refresh would set them."""
    settings, home = visit.settings, visit.settings.home
    if not home.is_dir():
        return
    try:
        group_id(settings.group)
    except ValueError as error:
        yield Finding("access", str(error), "correct VIGIL_GROUP")
    wide = open_to(settings)
    if wide:
        yield Finding(
            "access",
            f"open to more than its user{' and VIGIL_GROUP' if settings.group else ''}: {_named(wide, home)}",
            "vigil refresh closes it; look who could read it meanwhile",
        )
    yield from _owners(home)
    yield from _unwritable(home)


def _owners(home: Path) -> Iterator[Finding]:
    """What belongs to another user than the home, as a command run by root leaves it: the next night may not change it."""
    owner = home.stat().st_uid
    strange = [path for path in _upper(home) if path.lstat().st_uid != owner]
    if strange:
        yield Finding(
            "access",
            f"not owned by {_user(owner)}, whose the home is: {_named(strange, home)}",
            f"hand it over (chown -R {_user(owner)}), and run Vigil as that user alone",
        )


def _unwritable(home: Path) -> Iterator[Finding]:
    there = [path for path in (home, *(home / name for name in WRITTEN)) if path.is_dir()]
    closed = [
        path for path in there if path.stat().st_mode & stat.S_IRWXU != stat.S_IRWXU or _read_only(path)
    ]
    if closed:
        yield Finding(
            "access",
            f"its user cannot write: {_named(closed, home)}",
            "chmod u+rwx, or mount the disk to be written",
        )


def _read_only(path: Path) -> bool:
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _upper(home: Path) -> Iterator[Path]:
    """What lies in the home and in the folders that a night writes in; deliveries are whose they are."""
    yield from home.iterdir()
    for name in WRITTEN:
        if (home / name).is_dir():
            yield from (home / name).iterdir()


def _named(paths: list[Path], home: Path) -> str:
    names = [f"{path.relative_to(home)}" if path != home else "the home folder" for path in paths]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
