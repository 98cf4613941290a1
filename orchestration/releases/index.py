"""Which releases there are, which one is current, and going back to an earlier one."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.releases.manifest import MANIFEST, Manifest, read_manifest
from orchestration.settings import DATABASE

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
        """Manifests of all releases, oldest first.

        Raises:
            ValueError: one of them is damaged; the message names it.
        """
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

    def database(self, release_id: str) -> Path:
        """The database of a release.

        Raises:
            LookupError: there is no such release, or only its manifest is left.
        """
        folder = self.folder(release_id)
        if not (folder / DATABASE).is_file():
            raise LookupError(f"release {folder.name}: only its manifest is left; its database was deleted")
        return folder / DATABASE

    def next_number(self) -> int:
        """One more than any number used so far, purged releases included."""
        return 1 + max((int(folder.name.split("-")[0]) for folder in self.folders()), default=0)

    def newest_of(self, data_cut: str) -> Manifest | None:
        """The newest release of a data cut."""
        of_cut = [m for m in self.manifests() if m.data_cut == data_cut and not m.erased]
        return of_cut[-1] if of_cut else None

    def last_of(self, data_cut: str) -> Manifest | None:
        """The last manifest of a data cut, be its database erased or not: it tells which PRO-ACT export was used."""
        of_cut = [m for m in self.manifests() if m.data_cut == data_cut]
        return of_cut[-1] if of_cut else None

    def newest(self, not_after: str | None = None) -> Manifest | None:
        """The newest release of the latest data cut, or of the latest one up to a date; erased ones do not count."""
        kept = [
            m for m in self.manifests() if not m.erased and (not_after is None or m.data_cut <= not_after)
        ]
        return max(kept, key=lambda m: (m.data_cut, m.number), default=None)

    def switch(self, release_id: str, *, at: str, reason: str) -> None:
        """Point `current` at a release, atomically, and record it in the journal.

        Raises:
            LookupError: there is no such release, or only its manifest is left.
        """
        folder = self.database(release_id).parent
        previous = self.current()
        staged = self.root / f".current-{os.getpid()}"
        staged.unlink(missing_ok=True)
        staged.symlink_to(folder.name, target_is_directory=True)
        os.replace(staged, self.root / CURRENT)
        sync_folder(self.root)
        self.record(at=at, reason=reason, **{"from": previous.name if previous else None, "to": folder.name})

    def withdraw(self, *, at: str, reason: str) -> None:
        """Remove the link `current`: there is no release left to point at."""
        previous = self.current()
        (self.root / CURRENT).unlink(missing_ok=True)
        sync_folder(self.root)
        self.record(at=at, reason=reason, **{"from": previous.name if previous else None, "to": None})

    def record(self, **entry: Any) -> None:
        """Add a line to the journal, durably."""
        with open(self.root / JOURNAL, "a", encoding="utf-8") as journal:
            journal.write(json.dumps(entry) + "\n")
            journal.flush()
            os.fsync(journal.fileno())

    def journal(self) -> Iterator[dict[str, Any]]:
        """What happened to the releases, oldest first; a line cut off by a crash is passed over."""
        path = self.root / JOURNAL
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            try:
                yield json.loads(line)
            except ValueError:
                continue


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
