"""How kernels are compiled, and where their machine code lies: a folder named by all that it was compiled from.

numba judges a cached kernel by its own file, not by the kernels it inlines: under another kernel's change it would go on
with the old machine code. So the folder's name is a hash of every kernel's source and of numba's version. The only module
of `analytics` that looks at the environment and the disk, because machine code must lie somewhere; it holds nothing else.
"""

import hashlib
import os  # noqa: TID251 - NUMBA_CACHE_DIR names the place, as orchestration sets it for a home
import re
import shutil
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numba

PACKAGE = Path(__file__).resolve().parent
KEPT = 4
"""Folders kept in one place: the one in use, and those of versions that may still be running beside it."""


def kernel(**options: Any) -> Any:
    """numba's `njit` with a cache that no stale machine code comes out of; `options` are numba's own."""
    vars(numba.config)["CACHE_DIR"] = str(
        machine_code()
    )  # at every kernel: numba may have read its environment again
    return numba.njit(cache=True, **options)


def sources_hash(package: Path = PACKAGE) -> str:
    """Hash of this module, of every `*_kernel.py` under a package, and of numba's version."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in [package / "kernels.py", *sorted(package.rglob("*_kernel.py"))]:
        text = source.read_bytes()
        digest.update(f"\n{source.relative_to(package).as_posix()} {len(text)}\n".encode() + text)
    return digest.hexdigest()


def user_folder() -> Path:
    """Where machine code lies when nobody names a place.

    Raises:
        FileNotFoundError: this user has no home, as one that a container knows by its number alone.
    """
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "vigil" / "kernels"
    except RuntimeError as error:
        raise FileNotFoundError(str(error)) from None


@cache
def machine_code() -> Path:
    """This version's folder: under NUMBA_CACHE_DIR, else the user's cache, else one that ends with the process."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    places: list[Callable[[], Path]] = [*([partial(Path, named)] if named else []), user_folder]
    for place in places:
        try:
            return keyed_folder(place(), sources_hash())
        except OSError:
            continue
    return Path(_passing().name)


def keyed_folder(base: Path, key: str) -> Path:
    """The folder of a key, made and proved writable; a new one takes the place of the one longest unused.

    A process that runs on from a folder so taken away compiles anew and goes on: its code is in memory.

    Raises:
        OSError: nothing can be written there.
    """
    folder = base / key
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=folder).close()
    os.utime(folder)
    ours = [other for other in base.iterdir() if re.fullmatch("[0-9a-f]{64}", other.name)]
    for other in sorted(ours, key=_last_used, reverse=True)[KEPT:]:
        shutil.rmtree(other, ignore_errors=True)
    return folder


def _last_used(folder: Path) -> float:
    """When a folder was last asked for; one that another process has just removed is the oldest."""
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0


@cache
def _passing() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="vigil-kernels-")
