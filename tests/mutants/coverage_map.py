"""Which tests run which line, and how long each takes: measured once a commit, with coverage.py's contexts.

Belongs here: measuring, keeping, and asking for the tests of a line. Not here: running them on a mutant (`trial`).
"""

import ast
import json
import subprocess
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from coverage import CoverageData

from tests.mutants.copies import FOLDER, python
from tests.mutants.sample import ROOMS, Mutant

KINDS = ("tests/unit", "tests/reference")
MEASURED = tuple(room.rpartition("/")[0] if room.endswith(".py") else room for room in ROOMS)
NAMED_ROOMS = ("orchestration/night", "orchestration/releases")


@dataclass(frozen=True)
class CoverageMap:
    """What a measurement found.

    Attributes:
        copy: the copy that was measured.
        lines: coverage's data file, whose contexts are `<test>|<phase>`.
        seconds: test → processor seconds it took, of all that passed.
    """

    copy: Path
    lines: Path
    seconds: dict[str, float]

    @cached_property
    def _data(self) -> CoverageData:
        data = CoverageData(str(self.lines))
        data.read()
        return data

    def tests_of(self, mutant: Mutant, text: str) -> list[str]:
        """The tests to run on a mutant: those named after its file first, then its room's, then all others.

        These are the tests that run the statement, and those that may share the setup that runs it. A statement outside
        functions is run by the import: all tests that run anything of the file see it.
        """
        lines = statement_lines(text, mutant.line)
        ran = self._contexts(mutant.file)
        contexts = {c for line, found in ran.items() if lines is None or line in lines for c in found}
        beside = {test for test in self.seconds if _file(test) in mutant.also}
        return self.in_order(self._tests(contexts) | beside, room_of(mutant), Path(mutant.file).stem)

    def in_order(self, tests: Collection[str], room: str = "", subject: str = "") -> list[str]:
        """Files of tests that name a subject, then those of a room; of these the ones that cost least first.

        Files stay whole, so that a fixture is made once a file.
        """
        cost: dict[str, float] = {}
        for test in tests:
            cost[_file(test)] = cost.get(_file(test), 0.0) + self.seconds[test]
        ordered = sorted(tests, key=lambda test: (cost[_file(test)], _file(test), self.seconds[test], test))
        return sorted(
            ordered, key=lambda test: (subject not in _file(test).rpartition("/")[2], room not in test)
        )

    def within(self, tests: Sequence[str], limit_seconds: float, room: str) -> list[str]:
        """All tests of a room, and of the others, in order, as many as there is time for."""
        spent = accumulate(self.seconds[test] for test in tests)
        return [
            test for test, until in zip(tests, spent, strict=True) if until <= limit_seconds or room in test
        ]

    def _contexts(self, file: str) -> dict[int, list[str]]:
        measured = [path for path in self._data.measured_files() if path.endswith(f"/{file}")]
        return self._data.contexts_by_lineno(measured[0]) if measured else {}

    def _tests(self, contexts: Iterable[str]) -> set[str]:
        phases = {tuple(context.rsplit("|", 1)) for context in contexts if "|" in context}
        run = {test for test, _ in phases}
        shared = {place for test, phase in phases if phase == "setup" for place in self._sharing(test)}
        tests = run | {test for test in self.seconds if _file(test) in shared}
        return {test for test in tests if test in self.seconds and test.startswith(KINDS)}

    def _sharing(self, test: str) -> set[str]:
        """Files whose tests may use what the setup of a test made: its own, and where fixtures last a session its folder."""
        folder = _folder(_file(test))
        shared = {_file(other) for other in self.seconds} if folder in self._lasting else set()
        return {_file(test)} | {file for file in shared if _folder(file) == folder}

    @cached_property
    def _lasting(self) -> set[str]:
        """Folders whose `conftest.py` has fixtures that last a session."""
        found = {
            folder: self.copy / folder / "conftest.py" for folder in {_folder(_file(t)) for t in self.seconds}
        }
        return {
            f for f, path in found.items() if path.is_file() and 'scope="session"' in path.read_text("utf-8")
        }


def room_of(mutant: Mutant) -> str:
    """What the path of a test has in it that stands beside a mutant: tests/unit/safety/ for analytics/safety/."""
    return f"/{mutant.file.split('/')[1]}/"


def _folder(file: str) -> str:
    return file.rpartition("/")[0]


def _file(test: str) -> str:
    return test.partition("::")[0]


def statement_lines(text: str, line: int) -> range | None:
    """Lines of the innermost statement on a line, of a compound one its head; None outside functions."""
    tree = ast.parse(text)
    inside = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.body[0].lineno <= line <= (node.end_lineno or 0)
    ]  # fmt: skip
    if not inside:
        return None
    statements = [
        n for function in inside for n in ast.walk(function) if isinstance(n, ast.stmt) and n is not function
    ]
    spans = [_head(node) for node in statements]
    around = [span for span in spans if line in span]
    return min(around, key=len, default=range(line, line + 1))


def _head(node: ast.stmt) -> range:
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
    return range(node.lineno, max(node.lineno, last) + 1)


def measured(copy: Path, commit: str, also: Collection[str] = ()) -> CoverageMap:
    """The map of a commit; measured in a copy where it is not there yet.

    Args:
        copy: a copy of the commit.
        commit: names what is kept.
        also: files of tests beside unit and reference tests.

    Raises:
        RuntimeError: pytest did not come to its end.
    """
    seconds, lines = FOLDER / f"{commit}.seconds.json", FOLDER / f"{commit}.coverage"
    if not seconds.is_file():
        _measure(copy, lines, seconds, (*KINDS, *sorted(also)))
    return CoverageMap(copy, lines, json.loads(seconds.read_text(encoding="utf-8")))


def _measure(copy: Path, lines: Path, seconds: Path, tests: Iterable[str]) -> None:
    print(f"measuring which tests run which line ({copy.name}): once a commit", flush=True)
    staged = seconds.with_name(f".{seconds.name}")
    command, environment = python(
        copy, "-m", "pytest", "-p", "tests.mutants.pytest_part", f"--seconds={staged}", "-p", "no:cacheprovider",
        "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder",
        *(f"--cov={room}" for room in (*MEASURED, *NAMED_ROOMS)), "--cov-context=test", "--cov-report=", *tests,
    )  # fmt: skip
    ended = subprocess.run(command, cwd=copy, env=environment | {"COVERAGE_FILE": str(lines)}, check=False)
    if ended.returncode not in (0, 1):
        raise RuntimeError(f"pytest ended with status {ended.returncode}; see above")
    staged.rename(seconds)
