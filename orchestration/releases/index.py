"""Which releases there are, which one is current, and going back to an earlier one."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from orchestration.releases.manifest import MANIFEST, Manifest, read_manifest

CURRENT = "current"
JOURNAL = "journal.jsonl"
_ID = re.compile(r"^\d{4,}-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class ReleaseIndex:
    """The folder of releases."""

    root: Path

    def folders(self) -> list[Path]:
        """Release folders, oldest first; half-made ones (`.tmp-…`) are not releases."""
        if not self.root.is_dir():
            return []
        found = [p for p in self.root.iterdir() if _ID.match(p.name) and (p / MANIFEST).is_file()]
        return sorted(found, key=lambda p: int(p.name.split("-")[0]))

    def manifests(self) -> list[Manifest]:
        """Manifests of all releases, oldest first."""
        return [read_manifest(folder) for folder in self.folders()]

    def current(self) -> Path | None:
        """The folder that `current` points at, if any."""
        link = self.root / CURRENT
        return link.resolve() if link.exists() else None

    def folder(self, release_id: str) -> Path:
        """The folder of a release, by its id or its number.

        Raises:
            LookupError: there is no such release; the message lists those there are.
        """
        for folder in self.folders():
            if release_id in (folder.name, folder.name.split("-")[0], str(int(folder.name.split("-")[0]))):
                return folder
        if release_id == CURRENT and (current := self.current()):
            return current
        known = ", ".join(f.name for f in self.folders()) or "none yet"
        raise LookupError(f"no release {release_id}; there are: {known}")

    def next_number(self) -> int:
        """One more than any number used so far, purged releases included."""
        return 1 + max((int(folder.name.split("-")[0]) for folder in self.folders()), default=0)

    def newest_of(self, data_cut: str) -> Manifest | None:
        """The newest release of a data cut."""
        of_cut = [m for m in self.manifests() if m.data_cut == data_cut and not m.erased]
        return of_cut[-1] if of_cut else None

    def switch(self, release_id: str, *, at: str, reason: str) -> None:
        """Point `current` at a release, atomically, and record it in the journal."""
        folder = self.folder(release_id)
        previous = self.current()
        staged = self.root / f".current-{os.getpid()}"
        staged.unlink(missing_ok=True)
        staged.symlink_to(folder.name, target_is_directory=True)
        os.replace(staged, self.root / CURRENT)
        sync_folder(self.root)
        entry = {"at": at, "reason": reason, "from": previous.name if previous else None, "to": folder.name}
        with open(self.root / JOURNAL, "a", encoding="utf-8") as journal:
            journal.write(json.dumps(entry) + "\n")


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
