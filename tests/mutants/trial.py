"""One mutant in a copy: put in, tried by its tests up to the first that fails, taken out again.

Belongs here: what killed, survived and hung mean. Does not belong here: which tests are chosen (`coverage_map`).
"""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.copies import python
from tests.mutants.sample import Mutant

KILLED, HUNG, SURVIVED, UNTESTED = "killed", "hung", "survived", "no test runs it"
DEAD = (KILLED, HUNG)
START_SECONDS = 60
BUSY = 10
"""How much longer than its processor seconds a run may take."""
_TIME_UP = (-signal.SIGXCPU, -signal.SIGKILL)
NOTHING_RAN = 5
"""pytest's status when no test is left."""


class TrialError(RuntimeError):
    """The tests could not be run; nothing is known of the mutant."""


@dataclass(frozen=True)
class Result:
    """How a mutant ended.

    Attributes:
        mutant: it.
        verdict: one of the words above.
        by: the first test that failed.
        n_test: how many it had to pass.
        seconds: how long that took.
        n_known: how many there are that run it.
    """

    mutant: Mutant
    verdict: str
    by: str
    n_test: int
    seconds: float
    n_known: int = 0


def tried(copy: Path, mutant: Mutant, tests: Sequence[str], expected_seconds: float) -> Result:
    """Run the tests on a mutant.

    Args:
        copy: a copy of the commit that nobody else uses.
        mutant: what to change.
        tests: their ids, in order.
        expected_seconds: of the processor, on the unchanged code; it gets the start and three times that.

    Raises:
        TrialError: none of the tests was found.
    """
    if not tests:
        return Result(mutant, UNTESTED, "", 0, 0.0)
    path, began = copy / mutant.file, time.monotonic()
    text = path.read_text(encoding="utf-8")
    try:
        _write(path, mutant.content)
        status, output = run_tests(copy, tests, START_SECONDS + 3 * expected_seconds)
    finally:
        _write(path, text)
    if status == NOTHING_RAN:
        raise TrialError(f"{mutant.file}: none of {len(tests)} tests was found")
    verdict = HUNG if status is None else KILLED if status else SURVIVED
    by, took = _first_failure(output) if status else "", time.monotonic() - began
    return Result(mutant, verdict, by, len(tests), took)


def run_tests(copy: Path, tests: Sequence[str], limit_seconds: float) -> tuple[int | None, str]:
    """Status and output of pytest over tests in this order, up to the first failure; no status when time was up.

    Args:
        copy: where they run.
        tests: their ids.
        limit_seconds: of the processor; what sleeps is ended after as much as a busy machine may make of them.
    """
    chosen = copy.with_name(f"{copy.name}.tests")
    chosen.write_text("\n".join(tests), encoding="utf-8")
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    # As one word, or pytest takes the file for a place of tests and its folder for theirs.
    command, environment = python(
        copy, "-m", "pytest", "-x", "-p", "tests.mutants.pytest_part", f"--chosen={chosen}", "-p", "no:cacheprovider",
        f"--cpu-limit={limit_seconds:.0f}", "--tb=no", f"--basetemp={copy.with_name(f'{copy.name}.tmp')}", *files,
    )  # fmt: skip
    # A group of its own: what hangs is ended with all that it started.
    with subprocess.Popen(
        command, cwd=copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    ) as run:  # fmt: skip
        try:
            output, _ = run.communicate(timeout=BUSY * limit_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            return None, ""
    return (None if run.returncode in _TIME_UP else run.returncode), output


def _write(path: Path, text: str) -> None:
    """Python judges bytecode by second and size: two versions of one second look alike."""
    path.write_text(text, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def _first_failure(output: str) -> str:
    """The test that failed, or the file that could not be collected."""
    said = [line for line in output.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return said[0].split(" - ")[0].split(" ", 1)[1] if said else "the import"


def refuse_failing(copy: Path, tests: Sequence[str]) -> None:
    """Stop where a copy fails as it is: nothing that died in it would have died of its fault.

    Raises:
        TrialError: it does; the end of pytest's words is in the message.
    """
    status, output = run_tests(copy, tests, 5 * START_SECONDS)
    if status != 0:
        raise TrialError(f"copy {copy.name} fails unchanged: {output[-500:]}")
