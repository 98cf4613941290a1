"""Runs the validation studies and writes their tables: `python -m tests.validation.run`.

Here: how many replicates, on how many processes, what is kept of a run that was interrupted, and the page
`docs/validation.md`, of which the tables that were run are renewed. Not here: the studies (`studies`).
"""

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.one_thread import one_blas_thread
from tests.validation.studies import STUDIES, Study
from tests.validation.summary import markdown, rejections, summarise
from tests.validation.waiting_figure import draw_waits

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"
BEGIN, END = "<!-- results -->", "<!-- end of results -->"
CHUNK = 25
SEED = 20260101
"""Of the run that every study has; another seed is a second look at what missed its mark, under a heading of its own."""
AGAIN = ": again, seed "
KEPT = ["replicate", "estimator", "estimate", "standard_error", "degrees_of_freedom"]
"""Degrees of freedom are infinite where a study gives none."""


def main() -> None:
    """Runs the studies and renews their tables on the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", default="", help="studies whose title holds this")
    parser.add_argument(
        "--kept", type=Path, default=Path("data/validation"), help="folder of finished replicates"
    )
    given = parser.parse_args()
    started = time.perf_counter()
    with ProcessPoolExecutor(given.processes) as pool:
        for study in (study for study in STUDIES if given.only in study.title):
            made = _replicates(pool, study, given.replicates, given.seed, given.kept)
            table = _table(study, made, given.seed)
            print(f"{study.title}\n{table}", flush=True)
            _renew(PAGE, heading(study, given.seed), given.replicates, table)
    draw_waits(PAGE)
    print(f"{time.perf_counter() - started:.0f} s")


def heading(study: Study, seed: int) -> str:
    """Of a study's table on the page."""
    return study.title if seed == SEED else f"{study.title}{AGAIN}{seed}"


def _replicates(
    pool: ProcessPoolExecutor, study: Study, n_replicate: int, seed: int, kept: Path
) -> pd.DataFrame:
    """`KEPT` of every replicate; finished chunks are read, the others made and kept."""
    number = STUDIES.index(study)
    folder = kept / f"{seed}" / study.title.lower().replace(" ", "-").replace(",", "")
    folder.mkdir(parents=True, exist_ok=True)
    chunks = {first: folder / f"{first:05d}.csv" for first in range(0, n_replicate, CHUNK)}
    for rows, path in _made(pool, number, seed, {f: p for f, p in chunks.items() if not p.exists()}):
        pd.DataFrame(rows, columns=KEPT).to_csv(path, index=False)
    made = pd.concat([pd.read_csv(path) for path in chunks.values()], ignore_index=True)
    return made[made["replicate"] < n_replicate]


def _made(
    pool: ProcessPoolExecutor, number: int, seed: int, chunks: dict[int, Path]
) -> Iterator[tuple[list[tuple], Path]]:
    firsts = list(chunks)
    n = len(firsts)
    yield from zip(pool.map(_chunk, [number] * n, [seed] * n, firsts), chunks.values(), strict=True)


def _chunk(number: int, seed: int, first: int) -> list[tuple]:
    estimates = STUDIES[number].estimates
    with one_blas_thread():
        return [
            (replicate, name, *found, *[np.inf] * (3 - len(found)))
            for replicate in range(first, first + CHUNK)
            for name, found in estimates(seed, replicate).items()
        ]


def _table(study: Study, made: pd.DataFrame, seed: int) -> str:
    if study.tests:
        return rejections(made)
    truth = {} if study.truths is None else study.truths(seed)
    known = made.assign(truth=made["estimator"].map(lambda name: truth.get(name, 0.0)))
    return markdown(summarise(known, differences=study.differences), differences=study.differences)


def _renew(page: Path, title: str, replicates: int, table: str) -> None:
    """One table replaced, the others kept but those of studies that are no more; each study before its second look."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    results, _, after = rest.partition(END)
    found = dict(part.split("\n", 1) for part in results.split("\n### ")[1:])
    found[title] = f"\n{replicates} replicates.\n\n{table}\n"
    placed = (name for study in STUDIES for name in sorted(found) if name.partition(AGAIN)[0] == study.title)
    text = "".join(f"\n### {name}\n{found[name]}" for name in placed)
    page.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
