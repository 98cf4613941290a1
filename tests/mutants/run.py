"""Puts faults into copies of the code and counts those that the tests notice: `python -m tests.mutants.run`.

Here: the order of the whole, two mutants at a time, and when the run has failed. Not here: any of its parts.
"""

import argparse
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Queue

from tests.mutants.copies import FOLDER, REPOSITORY, commit_of, lay_out
from tests.mutants.coverage_map import CoverageMap, measured, room_of
from tests.mutants.kept import Kept
from tests.mutants.named import named
from tests.mutants.page import Change, change_of, page, reasons, share_noticed, unexplained
from tests.mutants.sample import Mutant, drawn, sources
from tests.mutants.trial import DEAD, Result, refuse_failing, tried

LEAST_NOTICED_PCT = 90
WORKERS = 2


def main() -> int:
    """Runs everything; 1 when too few were noticed or a survivor is without a reason."""
    given = _arguments()
    began, commit = time.monotonic(), commit_of()
    # Everything below is of the commit, whatever the checkout holds by now.
    copies = [lay_out(str(number), commit) for number in range(WORKERS)]
    faults = named(copies[0])
    known = measured(copies[0], commit, {test for fault in faults for test in fault.also})
    mutants = [*drawn(sources(copies[0]), given.sample, given.seed), *faults[: given.named]]
    texts = {mutant.file: (copies[0] / mutant.file).read_text(encoding="utf-8") for mutant in mutants}
    kept = Kept(FOLDER / f"{commit}.results.jsonl")
    why = reasons()
    results = Trials(texts, known, kept, given.seconds_each, why).of(mutants, copies)
    sampled, by_hand = results[: given.sample], results[given.sample :]
    text = page(sampled, by_hand, why, commit, given.seed)
    given.page.write_text(text, encoding="utf-8")
    print(f"{text}\n{(time.monotonic() - began) / 60:.0f} minutes; written to {given.page}")
    noticed, without = min(share_noticed(sampled), share_noticed(by_hand)), len(unexplained(results, why))
    print(f"{noticed:.1f} % noticed, {LEAST_NOTICED_PCT} wanted; {without} survivors without a reason")
    return 1 if noticed < LEAST_NOTICED_PCT or without else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=300, help="how many to draw")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--named", type=int, help="the first so many of the named ones; without, all")
    parser.add_argument(
        "--seconds-each", type=float, default=150,
        help="of the processor, for the tests of a mutant; its room's run at any price; with more, survivors run again",
    )  # fmt: skip
    parser.add_argument("--page", type=Path, default=REPOSITORY / "docs" / "mutants.md")
    return parser.parse_args()


@dataclass(frozen=True)
class Trials:
    """What every trial of a run needs: texts of the files, the map, what is known already, and what one may cost.

    Attributes:
        why: changes whose survival has a reason.
    """

    texts: Mapping[str, str]
    known: CoverageMap
    kept: Kept
    seconds_each: float
    why: Collection[Change]

    def of(self, mutants: Sequence[Mutant], copies: Sequence[Path]) -> list[Result]:
        """How each mutant ended, in order; as many are tried at a time as there are copies."""
        free: Queue[Path] = Queue()
        for copy in copies:
            refuse_failing(copy, self.known.in_order(self.known.seconds)[:5])
            free.put(copy)
        with ThreadPoolExecutor(len(copies)) as pool:
            return list(pool.map(lambda mutant: self._one(mutant, free), mutants))

    def _one(self, mutant: Mutant, free: "Queue[Path]") -> Result:
        """Tried again is only what lived without a reason through fewer tests than it faces now."""
        there = self.known.tests_of(mutant, self.texts[mutant.file])
        tests = self.known.within(there, self.seconds_each, room_of(mutant))
        result = self.kept.result(mutant)
        if result is None or (
            result.verdict not in DEAD and result.n_test < len(tests) and change_of(result) not in self.why
        ):
            copy = free.get()
            try:
                took = sum(self.known.seconds[test] for test in tests)
                ordered = self.kept.killers_first(mutant, tests)
                result = replace(tried(copy, mutant, ordered, took), n_known=len(there))
            finally:
                free.put(copy)
            self.kept.keep(result)
        print(_told(result), flush=True)
        return result


def _told(result: Result) -> str:
    mutant, by = result.mutant, f", {result.by}" if result.by else ""
    ran = f"{result.n_test} of {result.n_known} tests, {result.seconds:.0f} s"
    return f"{result.verdict} {mutant.file}:{mutant.line} {mutant.what} ({ran}{by})"


if __name__ == "__main__":
    raise SystemExit(main())
