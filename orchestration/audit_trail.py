"""What was done and must stay known: lines of JSON, each naming the hash of the line before, beside a second copy.

Every line is on disk before it counts; either copy is restored from the other. Here: keeping, mending and judging such a
file. Not here: what its lines say (`erasure.audit`, `queries.disclosures`).
"""

import hashlib
import json
import os
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from orchestration.aside import set_aside_unless
from orchestration.durable import write_durably

_FIRST = "0" * 64


class AuditError(RuntimeError):
    """What was done cannot be read; the message names file and line, and the way out, in one line."""


@dataclass(frozen=True)
class AuditTrail:
    """One kind of audit.

    Attributes:
        name: file of the audit, in the home folder.
        second_copy: file beside it.
        fields: what a line must have to be one of it.
        mended_by: the command that restores one copy from the other.
    """

    name: str
    second_copy: str
    fields: frozenset[str]
    mended_by: str

    def entries(self, home: Path) -> list[dict[str, Any]]:
        """What is written, oldest first.

        Raises:
            AuditError: the audit cannot be read.
        """
        return [json.loads(line) for line in self.lines(home)]

    def append(self, home: Path, entry: dict[str, Any]) -> None:
        """Write an entry into the audit and its second copy, durably; once where all of it is written already.

        Raises:
            AuditError: the audit cannot be read.
        """
        lines = self.lines(home)
        told = [json.loads(line) for line in lines]
        if any(all(line.get(field) == value for field, value in entry.items()) for line in told):
            return
        before = _hash(lines[-1]) if lines else _FIRST
        line = json.dumps({**entry, "before": before})
        for copy in (self.name, self.second_copy):
            _write(home / copy, [*lines, line])

    def mend(self, home: Path, at: str) -> list[str]:
        """Make both copies whole again from each other, after a kill or a damage; nobody else writes meanwhile.

        A damaged file is kept beside under the time's name.

        Returns:
            What was mended, a line each.

        Raises:
            AuditError: a line can be read in neither.
        """
        told = set_aside_unless("file", home / self.name, home / self.second_copy)
        lines = self.lines(home)
        for name, other in ((self.name, self.second_copy), (self.second_copy, self.name)):
            found = _read(home / name)
            if (found or []) == lines:
                continue
            if found is not None and found != lines[: len(found)]:
                aside = f"{name}.damaged-{at.replace(':', '')}"
                os.replace(home / name, home / aside)
                told.append(f"{name} was damaged and is restored from {other}; the damaged file is {aside}")
            _write(home / name, lines)
        return told

    def problems(self, home: Path) -> list[str]:
        """What is wrong with it, a line each: lines that cannot be read or do not follow on the line before, and a copy
        that differs."""
        try:
            lines = self.lines(home)
        except AuditError as error:
            return [str(error)]
        problems = []
        # Before erasures were chained there was no second copy.
        chained = any("before" in json.loads(line) for line in lines)
        for name in (self.name, self.second_copy):
            found = _read(home / name)
            if found != lines and (chained or found is not None):
                problems.append(
                    f"{name} is damaged or short: the next {self.mended_by} restores it from its other copy"
                )
        for number, (before, line) in enumerate(zip(["", *lines], lines, strict=False), start=1):
            told = json.loads(line).get("before")
            if told is not None and told != (_hash(before) if before else _FIRST):
                problems.append(f"{self.name} line {number} does not follow on the line before it")
        return problems

    def lines(self, home: Path) -> list[str]:
        """The lines of the audit, each from the copy in which it can be read.

        Raises:
            AuditError: one can be read in neither, or they say different things.
        """
        here, there = (_read(home / name) or [] for name in (self.name, self.second_copy))
        lines = []
        for number, pair in enumerate(zip_longest(here, there), start=1):
            readable = dict.fromkeys(line for line in pair if line is not None and self._is_entry(line))
            if len(readable) == 1:
                lines.append(next(iter(readable)))
            elif readable:
                raise AuditError(
                    f"{self.name} and {self.second_copy} differ in line {number}: restore the right one from a backup over "
                    "both"
                )
            else:
                raise AuditError(
                    f"{self.name} line {number} cannot be read, nor its copy in {self.second_copy}: restore one of them "
                    "from a backup"
                )
        return lines

    def _is_entry(self, line: str) -> bool:
        try:
            entry: Any = json.loads(line)
        except ValueError:
            return False
        return isinstance(entry, dict) and self.fields <= entry.keys()


def _read(path: Path) -> list[str] | None:
    """Lines of a copy; None where there is none."""
    if not path.is_file():
        return None
    return [line for line in path.read_bytes().decode(errors="replace").splitlines() if line.strip()]


def _write(path: Path, lines: list[str]) -> None:
    write_durably(path, "".join(f"{line}\n" for line in lines).encode())


def _hash(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
