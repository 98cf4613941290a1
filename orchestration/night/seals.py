"""What is made once and taken over, sealed in the store: the working file as far as it rests on a PRO-ACT export alone, and
as far as it rests on the deliveries of a data cut.

A build begins with a copy of the furthest there is. Everything here can be made again. Does not belong here: how it is made
(`export_build`, `build`).
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.night.build_run import BuildRun, ExportRun
from orchestration.night.fingerprint import sources_hash
from orchestration.night.lineage import DECODERS, digest
from orchestration.settings import DATABASE, Settings

_CHECKERS = (*DECODERS, "expectations", "orchestration/defs")
_CHUNK = 1 << 22


def export_key(settings: Settings, run: ExportRun) -> str:
    """Name of what is made of an export: a hash of all it is made of, of where the views in it read, and of the engine, as
    not all comes back from Spark."""
    made_of = (run.proact_release, run.proact_hash, run.terms_hash, run.lock_hash)
    return digest(sources_hash(*DECODERS), *made_of, str(settings.store.resolve()), settings.engine)


def cut_key(settings: Settings, run: BuildRun) -> str:
    """Name of what is made of the deliveries of a data cut, checks included: whatever protocol and parent a build has."""
    made_of = (run.data_cut, run.registry_hash, run.key_id, run.columns_hash, run.answers_hash)
    return digest(export_key(settings, run), sources_hash(*_CHECKERS), *made_of)


@dataclass(frozen=True)
class Seals:
    """Sealed working files under one folder.

    Attributes:
        root: the folder; a folder for each key in it.
        kept: so many, the last used.
    """

    root: Path
    kept: int

    def seal(self, key: str, made: Path) -> Path:
        """Keep a copy of a working file under a key.

        Args:
            key: its name.
            made: the file; nobody has it open for writing.
        """
        file = self._file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        _digest_file(file).unlink(missing_ok=True)
        # Nothing here need outlast a power cut: what is not what its digest says is made again.
        _digest_file(file).write_text(_copied(made, file), encoding="utf-8")
        self._forget_others(file.parent)
        return file

    def take(self, key: str, target: Path) -> bool:
        """Copy a sealed file to where a build begins.

        Returns:
            False where there is none, or one that was changed since it was sealed, which is then removed.
        """
        file = self._file(key)
        if not (file.is_file() and _digest_file(file).is_file()):
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        if _copied(file, target).encode() != _digest_file(file).read_bytes():
            shutil.rmtree(file.parent)
            target.unlink()
            return False
        # The last used are kept.
        os.utime(file.parent)
        return True

    def files(self) -> Iterator[Path]:
        """Every sealed file."""
        return self.root.glob(f"*/{DATABASE}")

    def _file(self, key: str) -> Path:
        return self.root / key / DATABASE

    def _forget_others(self, newest: Path) -> None:
        others = [folder for folder in self.root.iterdir() if folder != newest]
        others.sort(key=lambda each: each.stat().st_mtime, reverse=True)
        for folder in others[self.kept - 1 :]:
            shutil.rmtree(folder)


def export_seals(settings: Settings) -> Seals:
    """Of PRO-ACT exports; an older one stays for data cuts that are made again from it."""
    return Seals(settings.exports, kept=2)


def cut_seals(settings: Settings) -> Seals:
    """Of data cuts; the newest alone is made again when the protocol changes."""
    return Seals(settings.cuts, kept=1)


def _copied(file: Path, target: Path) -> str:
    """Copy a file, and the SHA-256 of what was copied."""
    digest_of = hashlib.sha256()
    with open(file, "rb") as source, open(target, "wb") as copy:
        while chunk := source.read(_CHUNK):
            digest_of.update(chunk)
            copy.write(chunk)
    target.chmod(0o600)
    return digest_of.hexdigest()


def _digest_file(file: Path) -> Path:
    return file.with_name("sha256")
