"""Puts faults into copies of the code and counts those that the tests notice: `python -m tests.mutants.run`.

Here: the order of the whole, two mutants at a time, and when the run has failed. Not here: any of its parts.
"""

import argparse
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tests.mutants.copies import FOLDER, REPOSITORY, commit_of, lay_out
from tests.mutants.coverage_map import CoverageMap, measured
from tests.mutants.kept import Kept
from tests.mutants.named import named
from tests.mutants.page import page, reasons, share_noticed, unexplained
from tests.mutants.sample import Mutant, drawn, sources
from tests.mutants.trial import Result, refuse_failing, tried

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
    results = _tried(copies, mutants, known, Kept(FOLDER / f"{commit}.results.jsonl"))
    sampled, by_hand, why = results[: given.sample], results[given.sample :], reasons()
    text = page(sampled, by_hand, why, commit, given.seed)
    given.page.write_text(text, encoding="utf-8")
    print(f"{text}\n{(time.monotonic() - began) / 60:.0f} minutes; written to {given.page}")
    noticed = min(share_noticed(sampled), share_noticed(by_hand))
    without = len(unexplained(results, why))
    print(f"{noticed:.1f} % noticed, {LEAST_NOTICED_PCT} wanted; {without} survivors without a reason")
    return 1 if noticed < LEAST_NOTICED_PCT or without else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=300, help="how many to draw")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--named", type=int, help="the first so many of the named ones; without, all")
    parser.add_argument("--page", type=Path, default=REPOSITORY / "docs" / "mutants.md")
    return parser.parse_args()


def _tried(copies: Sequence[Path], mutants: Sequence[Mutant], known: CoverageMap, kept: Kept) -> list[Result]:
    """Every mutant, in order, as many at a time as there are copies; one that was tried before is not tried again."""
    free: Queue[Path] = Queue()
    for copy in copies:
        refuse_failing(copy, known.in_order(known.seconds)[:5])
        free.put(copy)

    def one(mutant: Mutant) -> Result:
        result = kept.result(mutant)
        if result is None:
            copy = free.get()
            try:
                tests = known.tests_of(mutant, (copy / mutant.file).read_text(encoding="utf-8"))
                result = tried(copy, mutant, tests, sum(known.seconds[test] for test in tests))
            finally:
                free.put(copy)
            kept.keep(result)
        print(_told(result), flush=True)
        return result

    with ThreadPoolExecutor(len(copies)) as pool:
        return list(pool.map(one, mutants))


def _told(result: Result) -> str:
    mutant, by = result.mutant, f", {result.by}" if result.by else ""
    return f"{result.verdict} {mutant.file}:{mutant.line} {mutant.what} ({result.n_test} tests, {result.seconds:.0f} s{by})"


if __name__ == "__main__":
    raise SystemExit(main())
