"""Where files about subjects may lie: out of the home's rooms and of git.

Not here: what is written there (`queries`, `export`).
"""

import os
import subprocess
from pathlib import Path

from orchestration.extracts.errors import quoted
from orchestration.settings import Settings

_GIT = ".git"


class RefusedPlaceError(ValueError):
    """Files that name subjects may not be written there; one line with the way out."""


def refuse_place(out: Path, settings: Settings) -> None:
    """Stop where subjects would get into a release, be taken for a delivery, or be committed.

    Raises:
        RefusedPlaceError: the folder is the home or in one of its rooms, in a git work tree that does not ignore it, or no
            folder.
    """
    place = out.resolve()
    _refuse_home(place, settings)
    _refuse_git(place)
    if os.path.lexists(place) and not place.is_dir():
        raise RefusedPlaceError(f"--out {quoted(out.name)} is no folder; give a new one")


def refuse_used(out: Path) -> None:
    """Stop where a folder that is to hold files of one release alone holds any.

    Raises:
        RefusedPlaceError: it does.
    """
    if out.is_dir() and any(out.iterdir()):
        raise RefusedPlaceError(
            f"--out {quoted(out.name)} holds files already; give a new folder, so that what is in it is of one release"
        )


def ignored_folder(folder: Path) -> Path:
    """A folder of the user's own that git passes over, wherever it lies; made if missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    return folder


def _refuse_home(place: Path, settings: Settings) -> None:
    home = settings.home.resolve()
    rooms = (settings.releases, settings.landing, settings.store, settings.build, settings.trials,
             settings.dagster_home, settings.home / "ledger")  # fmt: skip
    for room in rooms:
        if place.is_relative_to(room.resolve()):
            raise RefusedPlaceError(
                f"--out lies in {room.name}/ of the home folder, where no file about subjects belongs; give a folder "
                "elsewhere"
            )
    if place == home:
        raise RefusedPlaceError("--out is the home folder itself; give a folder of its own")


def _refuse_git(place: Path) -> None:
    tree = next((folder for folder in (place, *place.parents) if os.path.lexists(folder / _GIT)), None)
    if tree is not None and not _is_ignored(place, tree):
        raise RefusedPlaceError(
            f"--out lies in a git work tree ({quoted(tree.name)}) that does not ignore it, so that subjects could be "
            "committed; give a folder elsewhere, or name it in .gitignore"
        )


def _is_ignored(place: Path, tree: Path) -> bool:
    """Whether git would pass over a file there; not where nobody can say."""
    # A service reads sources that are root's, which git refuses to look at unless it is told.
    command = [
        "git",
        "-C",
        str(tree),
        "-c",
        f"safe.directory={tree}",
        "check-ignore",
        "-q",
        str(place / "subjects"),
    ]
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(command, capture_output=True, timeout=20, check=False, env=own)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
