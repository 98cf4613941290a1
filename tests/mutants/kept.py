"""Verdicts of a commit, a line each as they come: a run that was broken off goes on where it was.

Not here: how a verdict is reached (`trial`).
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from tests.mutants.sample import Mutant
from tests.mutants.trial import Result


class Kept:
    """What is known already of a commit's mutants."""

    def __init__(self, path: Path) -> None:
        """Of a file of JSON lines, which need not be there yet."""
        self._path, self._alone = path, Lock()
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        self._known = {said.pop("mutant"): said for said in map(json.loads, lines)}
        self._killers: dict[str, Counter[str]] = defaultdict(Counter)

    def result(self, mutant: Mutant) -> Result | None:
        """How a mutant ended, if it was tried before."""
        said = self._known.get(_name(mutant))
        result = Result(mutant, **said) if said else None
        self._note_killer(result)
        return result

    def killers_first(self, mutant: Mutant, tests: Sequence[str]) -> list[str]:
        """The same tests, those first that by now killed most mutants of its file, then of its folder."""
        of_file, of_folder = self._killers[mutant.file], self._killers[_folder(mutant)]
        return sorted(tests, key=lambda test: (-of_file[test], -of_folder[test]))

    def _note_killer(self, result: Result | None) -> None:
        if result is not None and result.by:
            for place in (result.mutant.file, _folder(result.mutant)):
                self._killers[place][result.by] += 1

    def keep(self, result: Result) -> None:
        """Write one down."""
        self._note_killer(result)
        said = {name: value for name, value in vars(result).items() if name != "mutant"}
        with self._alone, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"mutant": _name(result.mutant), **said}) + "\n")


def _folder(mutant: Mutant) -> str:
    return mutant.file.rpartition("/")[0]


def _name(mutant: Mutant) -> str:
    return hashlib.sha256(f"{mutant.file}\0{mutant.also}\0{mutant.content}".encode()).hexdigest()
