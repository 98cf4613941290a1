"""Who may read the home folder: the service's own user alone; releases one group more.

Belongs here: modes and group of files, whatever the umask. Does not belong here: what lies in them.
"""

import errno
import grp
import os
from pathlib import Path

from orchestration.settings import Settings

_LOOSE = 0o077
_OWN_FOLDER, _OWN_FILE, _HOME_OF_GROUP = 0o700, 0o600, 0o710
# A folder under a set-group-id folder takes over its group.
_GROUP_FOLDER, _GROUP_FILE, _RELEASED_FILE = 0o2750, 0o640, 0o444


def secure_home(settings: Settings) -> None:
    """Close the home folder to others, and what this process writes from now on as well.

    What somebody delivers into `landing/` keeps its own mode: the folder around it is closed.

    Raises:
        ValueError: VIGIL_GROUP names no group, or one that this user may not hand files to.
    """
    os.umask(_LOOSE)
    group = group_id(settings.group)
    settings.releases.mkdir(parents=True, exist_ok=True)
    try:
        for path in _wide(settings):
            _close(path)
        _hand_to(settings.home, _HOME_OF_GROUP if group is not None else _OWN_FOLDER, group)
        _open_releases(settings.releases, group)
    except PermissionError as error:
        raise ValueError(
            f"the modes of {_place(error, settings.home)} cannot be set: run Vigil as the user whom the home folder belongs "
            "to, and hand that user what is in it (chown -R)"
            + (f", as a member of VIGIL_GROUP {settings.group}" if group is not None else "")
        ) from None


def _place(error: OSError, home: Path) -> str:
    """Where in the home a mode could not be set, without the names below its first folder: a delivery has its own."""
    path = Path(str(error.filename or home))
    inside = path.relative_to(home).parts if path.is_relative_to(home) else ()
    return "/".join((home.name, *inside[:1]))


def open_to(settings: Settings) -> list[Path]:
    """Folders and files at the top of the home that others than its user, and VIGIL_GROUP, may look into.

    Where the home itself is closed, what is open in it is in nobody's reach, and a delivery's own mode is let be.
    """
    group = settings.group is not None
    allowed = {settings.home: _HOME_OF_GROUP, settings.releases: _GROUP_FOLDER} if group else {}
    if not group and not settings.home.stat().st_mode & _LOOSE:
        return []
    top = [path for path in (settings.home, settings.releases) if path.exists()]
    return [*(path for path in top if path.stat().st_mode & _LOOSE & ~allowed.get(path, 0)), *_wide(settings)]


def _wide(settings: Settings) -> list[Path]:
    """What is the user's own and open to others."""
    own = (
        settings.landing,
        settings.store,
        settings.build,
        settings.trials,
        settings.exported,
        settings.dagster_home,
    )
    # Files of the home itself are few, and an earlier version left them readable.
    found = (
        *own,
        settings.home / "ledger",
        *settings.home.glob("erasures*"),
        *settings.home.glob("disclosures*"),
    )
    return [path for path in found if path.exists() and path.stat().st_mode & _LOOSE]


def seal(folder: Path) -> None:
    """Take the right to write from every file of a release that is about to be published."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & 0o2000 | 0o750 if path.is_dir() else _RELEASED_FILE)


def _close(top: Path) -> None:
    """Close a file, or a folder and all in it; one on a disk that cannot be written is as closed as the home around it."""
    try:
        for path in (*top.rglob("*"), top):
            if not path.is_symlink():
                _set_mode(path, _OWN_FOLDER if path.is_dir() else _OWN_FILE)
    except OSError as error:
        if error.errno != errno.EROFS:
            raise


def _open_releases(releases: Path, group: int | None) -> None:
    _hand_to(releases, _GROUP_FOLDER if group is not None else _OWN_FOLDER, group)
    for path in releases.rglob("*"):
        if path.is_symlink():
            continue
        released = path.parent != releases
        mode = _GROUP_FOLDER if path.is_dir() else _RELEASED_FILE if released else _GROUP_FILE
        _hand_to(path, mode, group)


def _hand_to(path: Path, mode: int, group: int | None) -> None:
    if group is not None and path.stat().st_gid != group:
        os.chown(path, -1, group)
    _set_mode(path, mode)


def _set_mode(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o7777 != mode:
        path.chmod(mode)


def group_id(name: str | None) -> int | None:
    """The number of the group that VIGIL_GROUP names.

    Raises:
        ValueError: it is no group of this machine.
    """
    if name is None:
        return None
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise ValueError(
            f"VIGIL_GROUP is {name!r}, which is no group of this machine; make it, or unset it"
        ) from None
