"""The journal of releases: what became current, was published, deleted, found damaged, approved or held, when and by whom.

Every line names the hash of everything before it, and a second copy lies in `ledger/`, apart from the releases. Belongs
here: writing, reading and mending both. Does not belong here: what follows from it (`standing`, `recovery`).
"""

import fcntl
import hashlib
import json
import os
import pwd
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.aside import set_aside, set_aside_unless
from orchestration.durable import write_durably
from orchestration.releases.manifest import MANIFEST
from orchestration.releases.signing import is_signed, read_signatures, signature, signature_of, signing_key

if TYPE_CHECKING:
    from minisign import SecretKey

JOURNAL, LEDGER = "journal.jsonl", "ledger"
BEFORE = "before"
"""SHA-256 of all bytes before the line; lines of versions that did not write it can only come first."""
STAGED = re.compile(r"\.(current|journal\.jsonl(\.minisig)?|[0-9]+-.*\.json(\.found|\.minisig)?)-[0-9]+")
"""Names of files that are about to be put in their place: the process that writes them is in the name."""


@dataclass(frozen=True)
class Journal:
    """The journal of a folder of releases, and its second copy."""

    path: Path
    second: Path

    @classmethod
    def of(cls, releases: Path) -> "Journal":
        """The journal of `releases/`, whose copy lies in `ledger/` beside it."""
        return cls(releases / JOURNAL, releases.parent / LEDGER / JOURNAL)

    def entries(self) -> Iterator[dict[str, Any]]:
        """What happened, oldest first; what cannot be read is passed over, `problems` names it."""
        return iter(_entries(_read(self.path) or b""))

    def record(self, **entry: Any) -> None:
        """Add a line, durably, first to the journal and then to its copy; a copy that says otherwise is left as it is."""
        with alone(self.path.parent):
            self._record(entry)

    def _record(self, entry: Mapping[str, Any]) -> None:
        before = _read(self.path) or b""
        whole = before[: before.rfind(b"\n") + 1]
        said = {**entry, "by": user_name(), BEFORE: hashlib.sha256(whole).hexdigest()}
        content = whole + json.dumps(said).encode() + b"\n"
        copy, key = _read(self.second), signing_key(self.path.parent.parent)
        signed = _signed(key, content) if key is not None and self._goes_on(before, key) else None
        # One of both signatures is of the whole journal, wherever this is killed.
        if signed is not None:
            write_in_ledger(signature_of(self.second), signed)
        write_in_ledger(self.path, content)
        if copy is None or content.startswith(copy):
            write_in_ledger(self.second, content)
        if signed is not None:
            write_in_ledger(signature_of(self.path), signed)

    def _goes_on(self, before: bytes, key: "SecretKey") -> bool:
        """Whether all that was written before is signed, or nothing is: signed over what was written without the key, that
        would be vouched for."""
        found = read_signatures(self.path, self.second)
        begins = not found and not any(self.path.parent.glob(f"[0-9]*/{signature_of(Path(MANIFEST))}"))
        return begins or is_signed(before, found, key.get_public_key())

    def sign(self, key: "SecretKey") -> None:
        """Sign every line there is, whoever wrote it."""
        with alone(self.path.parent):
            for path in (self.second, self.path):
                write_in_ledger(signature_of(path), _signed(key, self.path.read_bytes()))

    def clear_staged(self) -> None:
        """Remove what a killed writer left of a file that it was about to put in its place."""
        with alone(self.path.parent):
            for folder in (self.path.parent, self.second.parent):
                for staged in folder.glob(".*"):
                    if STAGED.fullmatch(staged.name):
                        staged.unlink()

    def problems(self) -> list[str]:
        """Lines that cannot be read or do not follow on those before, and a copy that differs, a line each."""
        content, copy = _read(self.path), _read(self.second)
        if content is None:
            return [] if copy is None else [f"{JOURNAL} is gone; its copy in {LEDGER}/ is there"]
        problems = [f"{JOURNAL} line {line}: {what}" for line, what in _faults(content)]
        if copy is None and any(BEFORE in entry for entry in self.entries()):
            problems.append(f"the copy of {JOURNAL} in {LEDGER}/ is gone: the next vigil refresh writes it")
        elif copy is not None and copy != content:
            problems.append(f"{JOURNAL} and its copy in {LEDGER}/ say different things")
        return problems

    def mend(self) -> list[str]:
        """Make journal and copy whole from each other; where both can be read and contradict each other, neither is touched.

        Returns:
            What was mended or cannot be, a line each.
        """
        strange = set_aside_unless("folder", self.second.parent)
        strange += set_aside_unless("file", self.path, self.second)
        return strange + self._mended()

    def _mended(self) -> list[str]:
        content, copy = _read(self.path), _read(self.second)
        if content == copy or (content is not None and copy is not None and _both_stand(content, copy)):
            return [] if content == copy else [f"{JOURNAL} and its copy in {LEDGER}/ contradict each other: "
                                               "vigil releases verify"]  # fmt: skip
        if content is not None and not _faults(content) and content.startswith(copy or b""):
            write_in_ledger(self.second, content)
            return []
        if copy is not None and not _faults(copy):
            told = [set_aside(self.path)] if content else []
            write_in_ledger(self.path, copy)
            return [*told, f"{JOURNAL} is restored from its copy in {LEDGER}/"]
        return self._begin_anew(content or b"")

    def _begin_anew(self, content: bytes) -> list[str]:
        """Neither can be read to the end: a line that a crash cut off is dropped, anything else is kept beside."""
        whole = content[: content.rfind(b"\n") + 1]
        damaged = [self.path] if _faults(whole) else []
        damaged += [self.second] if self.second.exists() else []
        told = [set_aside(path) for path in damaged]
        for path in (self.path, self.second):
            write_in_ledger(path, b"" if self.path in damaged else whole)
        return told


def _signed(key: "SecretKey", content: bytes) -> bytes:
    return signature(key, content, f"journal of releases, {len(content.splitlines())} lines")


def _both_stand(content: bytes, copy: bytes) -> bool:
    ahead = content.startswith(copy) or copy.startswith(content)
    return not ahead and not _faults(content) and not _faults(copy)


def _faults(content: bytes) -> list[tuple[int, str]]:
    """Line numbers and what is wrong with the line."""
    faults, seen, chained = [], hashlib.sha256(), False
    for number, line in enumerate(content.splitlines(keepends=True), start=1):
        entry = _parsed(line)
        if entry is None or not line.endswith(b"\n"):
            faults.append((number, "cannot be read"))
        elif chained and BEFORE not in entry:
            faults.append((number, "was not written by Vigil"))
        elif BEFORE in entry and entry[BEFORE] != seen.hexdigest():
            faults.append((number, "does not follow on the lines before it"))
        chained = chained or (entry is not None and BEFORE in entry)
        seen.update(line)
    return faults


def _lines(content: bytes) -> list[bytes]:
    return [line for line in content.splitlines() if line.strip()]


@lru_cache(maxsize=2)
def _entries(content: bytes) -> tuple[dict[str, Any], ...]:
    """By content: a night asks a year's journal some seventy times."""
    return tuple(entry for line in _lines(content) if (entry := _parsed(line)) is not None)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """A rollback may write during a refresh: one after the other."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def user_name() -> str:
    """Who this process belongs to, for whatever is written of who did something."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def write_in_ledger(path: Path, content: bytes) -> None:
    """Put a file of the ledger in its place in one step, and on disk; the process that writes it is in the staged name."""
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, parents=True)
    # Who may read the folder may read what lies in it.
    mode = 0o640 if path.parent.stat().st_mode & 0o040 else 0o600
    write_durably(path, content, staged=path.with_name(f".{path.name}-{os.getpid()}"), mode=mode)
