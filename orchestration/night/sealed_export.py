"""What is made of a PRO-ACT export alone, sealed in the store: once for each export and the code that reads it.

All data cuts share it: a build begins with a copy of it.

Everything here can be made again. Does not belong here: how it is made (`export_build`).
"""

import hashlib
import os
import shutil
from pathlib import Path

from orchestration.durable import move_durably, sync_folder, write_durably
from orchestration.night.build_run import ExportRun
from orchestration.night.fingerprint import sources_hash
from orchestration.night.lineage import DECODERS, digest
from orchestration.releases.soundness import file_hash
from orchestration.settings import DATABASE, Settings

KEPT = 2
"""Older exports stay for data cuts that are made again from them."""
_CHUNK = 1 << 22


def export_key(settings: Settings, run: ExportRun) -> str:
    """Name of what is made of an export: a hash of all it is made of, and of where the views in it read."""
    made_of = (run.proact_release, run.proact_hash, run.terms_hash, run.lock_hash)
    return digest(sources_hash(*DECODERS), *made_of, str(settings.store.resolve()))


def sealed(settings: Settings, key: str) -> Path | None:
    """The sealed file; None where there is none, or one that was not written to its end."""
    file = _file(settings, key)
    return file if file.is_file() and _digest_file(file).is_file() else None


def seal(settings: Settings, key: str, made: Path) -> Path:
    """Keep a copy of a finished working file, and of older ones the newest few.

    Args:
        settings: the home folder.
        key: its name.
        made: the file; nobody has it open.
    """
    file = _file(settings, key)
    file.parent.mkdir(parents=True, exist_ok=True)
    _digest_file(file).unlink(missing_ok=True)
    staged = file.with_name(f".{file.name}")
    shutil.copyfile(made, staged)
    staged.chmod(0o600)
    move_durably(staged, file)
    # Its presence says that the file is whole.
    write_durably(_digest_file(file), file_hash(file).encode())
    sync_folder(file.parent.parent)
    _forget_older(file.parent)
    return file


def take(settings: Settings, key: str, target: Path) -> bool:
    """Copy a sealed file to where a build begins.

    Returns:
        False where there is none, or one that was changed since it was sealed, which is then removed.
    """
    file = sealed(settings, key)
    if file is None:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    if _copied(file, target).encode() != _digest_file(file).read_bytes():
        shutil.rmtree(file.parent)
        target.unlink()
        return False
    # The last used are kept.
    os.utime(file.parent)
    return True


def _copied(file: Path, target: Path) -> str:
    """Copy a file, and the SHA-256 of what was copied."""
    digest_of = hashlib.sha256()
    with open(file, "rb") as source, open(target, "wb") as copy:
        while chunk := source.read(_CHUNK):
            digest_of.update(chunk)
            copy.write(chunk)
    target.chmod(0o600)
    return digest_of.hexdigest()


def _forget_older(newest: Path) -> None:
    others = [folder for folder in newest.parent.iterdir() if folder != newest]
    for folder in sorted(others, key=lambda each: each.stat().st_mtime)[: 1 - KEPT or None]:
        shutil.rmtree(folder)


def _file(settings: Settings, key: str) -> Path:
    return settings.exports / key / DATABASE


def _digest_file(file: Path) -> Path:
    return file.with_name("sha256")
