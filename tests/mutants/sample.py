"""A seeded sample of mutants over the rooms in which numbers are made.

Every place where an operator can act has a rank, the hash of seed, file, line text and column; the first ones are drawn, one
operator each. So a change of the code leaves the rest of the sample as it was, and with it the reasons that are kept of
survivors. Not here: what an operator does (`operators`), mutants that a person named (`named`).
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path

from tests.mutants.operators import Mutation, Position, mutations

ROOMS = (
    "analytics/cohort",
    "analytics/stages",
    "analytics/comparison",
    "analytics/safety",
    "analytics/report/findings.py",
)


@dataclass(frozen=True)
class Mutant:
    """A file, changed.

    Attributes:
        file: path in the repository.
        line: where the change begins, in the unchanged file.
        what: the operator, or what the fault would do.
        before, after: the changed lines, without indentation.
        content: the whole file, changed.
        also: files of tests to run beside those that run the line.
    """

    file: str
    line: int
    what: str
    before: str
    after: str
    content: str
    also: tuple[str, ...] = ()


def sources(repository: Path, rooms: tuple[str, ...] = ROOMS) -> dict[str, str]:
    """File → text of every Python file of some rooms."""
    paths = [p for room in rooms for p in (repository / room).rglob("*.py")]
    paths += [repository / room for room in rooms if room.endswith(".py")]
    return {
        path.relative_to(repository).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)
    }


def drawn(texts: Mapping[str, str], n: int, seed: int) -> list[Mutant]:
    """The first `n` mutants by rank; a place where the change would be none gives way to the next."""
    return list(islice(_by_rank(texts, seed), n))


def _by_rank(texts: Mapping[str, str], seed: int) -> Iterator[Mutant]:
    ranked = sorted(
        (place for file, text in texts.items() for place in _places(file, text, seed)), key=lambda p: p[0]
    )
    for rank, file, choices in ranked:
        content = choices[rank % len(choices)].of(texts[file])
        if content is not None:
            yield mutant(file, texts[file], content, choices[rank % len(choices)].operator)


def _places(file: str, text: str, seed: int) -> Iterator[tuple[int, str, list[Mutation]]]:
    """Rank and choices of every place of a file."""
    lines, seen = text.splitlines(), Counter[tuple[str, int]]()
    by_place: dict[Position, list[Mutation]] = {}
    for mutation in mutations(text):
        by_place.setdefault(mutation.start, []).append(mutation)
    for (line, column), choices in by_place.items():
        said = lines[line - 1].strip()
        within = column - (len(lines[line - 1]) - len(lines[line - 1].lstrip()))
        seen[said, within] += 1
        named = f"{seed} {file} {seen[said, within]} {within} {said}"
        yield int.from_bytes(hashlib.sha256(named.encode()).digest()[:8]), file, choices


def mutant(file: str, text: str, content: str, what: str, also: tuple[str, ...] = ()) -> Mutant:
    """A changed file, with the lines in which it differs."""
    old, new = text.splitlines(), content.splitlines()
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [step for step in steps if step[0] != "equal"]
    (_, old_from, _, new_from, _), (_, _, old_to, _, new_to) = changed[0], changed[-1]
    return Mutant(
        file, old_from + 1, what, _told(old[old_from:old_to]), _told(new[new_from:new_to]), content, also
    )


def _told(lines: list[str]) -> str:
    return "\n".join(line.strip() for line in lines)
