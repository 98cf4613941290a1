"""Mutants that a careful reviewer would fear, named by hand: `named.toml` says where, what stands there, and what would be.

Not here: mutants that are drawn (`sample`).
"""

import tomllib
from pathlib import Path

from tests.mutants.sample import Mutant, mutant

LIST = Path(__file__).with_name("named.toml")


class NamedMutantError(ValueError):
    """An entry that does not fit the code any more; the message says which, in one line."""


def named(repository: Path, entries: Path = LIST) -> list[Mutant]:
    """Every named mutant, applied.

    Args:
        repository: the sources.
        entries: a TOML file, `[[mutant]]` with file, before, after, what and perhaps also (files of tests).

    Raises:
        NamedMutantError: the text is not there, or is there more than once.
    """
    found = tomllib.loads(entries.read_text(encoding="utf-8"))["mutant"]
    return [_applied(repository, **entry) for entry in found]


def _applied(
    repository: Path, file: str, before: str, after: str, what: str, also: tuple[str, ...] = ()
) -> Mutant:
    path = repository / file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if (n := text.count(before)) != 1:
        raise NamedMutantError(
            f"named.toml: {n} places of {file} have {before.splitlines()[0].strip()!r}, one is wanted: "
            f"name the fault anew where it is now ({what})"
        )
    content = text.replace(before, after)
    compile(content, file, "exec")
    return mutant(file, text, content, what, tuple(also))
