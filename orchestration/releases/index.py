"""Which releases there are, which one is current, and going back to an earlier one."""

import os
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.durable import sync_folder
from orchestration.releases.copies import copied_ids
from orchestration.releases.journal import Journal, alone
from orchestration.releases.manifest import MANIFEST, Manifest, number_of, read_manifest
from orchestration.releases.standing import AUTOMATIC, damaged, deleted, held, published
from orchestration.settings import DATABASE

CURRENT = "current"
_ID = re.compile(r"[0-9]{4,}-[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class ReleaseIndex:
    """The folder of releases."""

    root: Path

    def folders(self) -> list[Path]:
        """Release folders, oldest first; half-made ones (`.tmp-…`) are not releases."""
        if not self.root.is_dir():
            return []
        return sorted(filter(_is_release, self.root.iterdir()), key=lambda p: number_of(p.name))

    def known_ids(self) -> list[str]:
        """Every release there was by folders, copies of manifests or the journal, by number: more than there are, if any
        was taken away."""
        folders = [p.name for p in self.root.iterdir()] if self.root.is_dir() else []
        entries = list(self.journal())
        known = {*folders, *copied_ids(self.root), *published(entries), *deleted(entries)}
        return sorted(filter(_ID.fullmatch, known), key=number_of)

    def manifests(self) -> list[Manifest]:
        """Manifests of all releases, oldest first. One that cannot be read stops nothing: `verify` names it."""
        return [manifest for folder in self.folders() if (manifest := _readable(folder)) is not None]

    def standing(self) -> list[Manifest]:
        """Manifests of the releases whose word still holds, oldest first: neither erased nor found damaged."""
        broken = damaged(self.journal())
        return [m for m in self.manifests() if not m.erased and m.release_id not in broken]

    def current(self) -> Path | None:
        """The release that `current` points at, if any."""
        link = self.root / CURRENT
        if not link.is_symlink():
            return None
        home = self.root.resolve()
        folder = Path(os.path.normpath(home / os.readlink(link)))
        return folder if folder.parent == home and _is_release(folder) else None

    def folder(self, release_id: str) -> Path:
        """The folder of a release, by its id or its number.

        Raises:
            LookupError: there is no such release; the message lists those there are.
        """
        for folder in self.folders():
            if release_id in (folder.name, folder.name.split("-")[0], str(number_of(folder.name))):
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
        if folder.name in damaged(self.journal()):
            raise LookupError(f"release {folder.name} is damaged: vigil releases verify {folder.name}")
        return folder / DATABASE

    def next_number(self) -> int:
        """One more than any number used so far, be the release purged or taken away."""
        return 1 + max(map(number_of, self.known_ids()), default=0)

    def newest_of(self, data_cut: str) -> Manifest | None:
        """The newest release of a data cut."""
        of_cut = [m for m in self.standing() if m.data_cut == data_cut]
        return of_cut[-1] if of_cut else None

    def last_of(self, data_cut: str) -> Manifest | None:
        """The last manifest of a data cut, be its database erased or not: it tells which PRO-ACT export was used."""
        of_cut = [m for m in self.manifests() if m.data_cut == data_cut]
        return of_cut[-1] if of_cut else None

    def newest(self, not_after: str | None = None) -> Manifest | None:
        """The newest release of the latest data cut, or of the latest one up to a date; erased and damaged ones apart."""
        return newest(self.standing(), not_after)

    def choice(self, but: Collection[str] = ()) -> Manifest | None:
        """The release that becomes current where nobody asked for one: the newest that is whole and not held.

        Args:
            but: ids that are about to be emptied.
        """
        return self.choice_of(self.standing(), but)

    def choice_of(self, standing: Collection[Manifest], but: Collection[str] = ()) -> Manifest | None:
        """As `choice`, of what stands by a look before."""
        barred = held(self.journal()) | set(but)
        return newest(m for m in standing if m.has_database and m.release_id not in barred)

    def switch(self, release_id: str, *, at: str, reason: str, automatic: bool = False) -> None:
        """Point `current` at a release. The journal says so first: a link that was not moved any more follows it.

        Args:
            release_id: its id or number.
            at: when, for the journal.
            reason: why, for the journal.
            automatic: nobody asked for it.

        Raises:
            LookupError: there is no such release, it is damaged, or only its manifest is left.
        """
        folder = self.database(release_id).parent
        previous = self.current()
        chain = read_manifest(folder).chain
        moved = {"from": previous.name if previous else None, "to": folder.name, "chain": chain}
        self.record(at=at, reason=reason, **moved, **({"act": AUTOMATIC} if automatic else {}))
        self.point_at(folder.name)

    def point_at(self, name: str) -> None:
        """Make the link `current` what the journal says, atomically."""
        staged = self.root / f".{CURRENT}-{os.getpid()}"
        with alone(self.root):
            staged.unlink(missing_ok=True)
            staged.symlink_to(name, target_is_directory=True)
            os.replace(staged, self.root / CURRENT)
            sync_folder(self.root)

    def withdraw(self, *, at: str, reason: str) -> None:
        """Remove the link `current`: there is no release left to point at; never what a person asks for."""
        previous = self.current()
        moved = {"from": previous.name if previous else None, "to": None}
        self.record(at=at, act=AUTOMATIC, reason=reason, **moved)
        (self.root / CURRENT).unlink(missing_ok=True)
        sync_folder(self.root)

    def record(self, **entry: Any) -> None:
        """Add a line to the journal, durably."""
        Journal.of(self.root).record(**entry)

    def journal(self) -> Iterator[dict[str, Any]]:
        """What happened to the releases, oldest first."""
        return Journal.of(self.root).entries()


def newest(manifests: Iterable[Manifest], not_after: str | None = None) -> Manifest | None:
    """The newest release of the latest data cut, or of the latest one up to a date, of a look at the releases."""
    kept = (m for m in manifests if not_after is None or m.data_cut <= not_after)
    return max(kept, key=lambda m: (m.data_cut, m.number), default=None)


def _is_release(folder: Path) -> bool:
    return _ID.fullmatch(folder.name) is not None and (folder / MANIFEST).is_file()


def _readable(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except ValueError:
        return None
