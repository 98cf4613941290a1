"""The same first night by what dbt runs on, by the size of PRO-ACT: DuckDB, Sail, and Spark with two executors.

Run with `python tests/benchmarks/bench_engines.py [--times 1 10] [--engines duckdb sail spark] [--folder DIR]`; Spark needs
Java and SPARK_HOME. Ten times take 40 GB of disk. Told are dbt's steps and the whole night, with whatever the engine's own
processes cost. Prints figures; asserts nothing, as machines are noisy: nothing else should run.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench_growth import HERE, SUBJECTS
from watched import Cost, Watched, remove, watched

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.demonstration.writer import write_demonstration

sys.path.insert(0, str(HERE))

from tests.spark.sail import sail_process

ENGINES = ("duckdb", "sail", "spark")
DBT = ("dbt export", "dbt")
"""The steps that run on the engine: what is made of the export alone, and the rest."""


def main() -> None:
    """Simulate, run, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, nargs="+", default=[1], help="sizes of PRO-ACT")
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=ENGINES)
    parser.add_argument("--folder", type=Path, help="where homes are laid out")
    given = parser.parse_args()
    for times in given.times:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            home = Path(folder, "home")
            settings = SimulationSettings.full(cuts=default_cuts(1), n_proact=times * SUBJECTS)
            write_demonstration(home, settings, lambda line: None)
            for engine in given.engines:
                _tell(times, engine, night(home, engine))


def night(home: Path, engine: str) -> Watched:
    """A night with nothing stored; the deliveries stay."""
    with on(engine) as (settings, beside):
        done = watched(HERE, home, "refresh", settings=settings, beside=beside)
    for made in home.iterdir():
        if made.name != "landing":
            remove(made) if made.is_dir() else made.unlink()
    return done


@contextmanager
def on(engine: str) -> Iterator[tuple[dict[str, str], tuple[int, ...]]]:
    """The environment that names it, and processes of its own that are no children of Vigil's."""
    with ExitStack() as stack:
        if engine == "sail":
            remote, pid = stack.enter_context(sail_process())
            yield {"VIGIL_ENGINE": "spark", "SPARK_REMOTE": remote}, (pid,)
        elif engine == "spark":
            yield {"VIGIL_ENGINE": "spark", "VIGIL_SPARK_MASTER": "local-cluster[2,1,4096]"}, ()
        else:
            yield {"VIGIL_ENGINE": "duckdb"}, ()


def _tell(times: int, engine: str, done: Watched) -> None:
    print(f"{times} x on {engine}, ended with {done.status}", flush=True)
    if done.status not in (0, 3):
        print("\n".join(done.said.splitlines()[-5:]), flush=True)
    for name, cost in [*((step, done.steps.get(step)) for step in DBT), ("whole night", done.cost)]:
        if cost is not None:
            print(f"  {name:12s}{_words(cost)}", flush=True)


def _words(cost: Cost) -> str:
    return f"{cost.wall:8.1f} s  {cost.cpu:8.1f} CPU s  {cost.peak:7.0f} MiB"


if __name__ == "__main__":
    main()
