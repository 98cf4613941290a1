"""dbt's step by what it runs on, by the size of PRO-ACT: DuckDB, Sail, and Spark with two executors.

Run with `python tests/benchmarks/bench_engines.py [--times 1 10] [--engines sail spark] [--folder DIR]`: a first night on
DuckDB at each size, then its raw tables on the others, with what goes out and comes back. Spark needs Java and SPARK_HOME.
Ten times take 30 GB of disk. Prints figures; asserts nothing, as machines are noisy: nothing else should run.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench_growth import HERE, SUBJECTS
from watched import Cost, released, sampled, watched

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.dagster_parts.dbt_translator import PER_EXPORT
from orchestration.demonstration.writer import write_demonstration
from orchestration.night.spark_server import spark_server
from orchestration.settings import DATABASE, Settings

sys.path.insert(0, str(HERE))

from tests.spark.dbt_on_spark import dbt_on_spark
from tests.spark.sail import sail

CLUSTER = "local-cluster[2,1,3072]"
DBT = ("dbt export", "dbt")
"""The steps of a night that run on the engine: what is made of the export alone, and the rest."""


def main() -> None:
    """Simulate, run, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, nargs="+", default=[1], help="sizes of PRO-ACT")
    parser.add_argument("--engines", nargs="+", default=["sail"], choices=["sail", "spark"])
    parser.add_argument("--folder", type=Path, help="where homes are laid out")
    given = parser.parse_args()
    for times in given.times:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            database = _on_duckdb(times, Path(folder, "home"))
            for engine in given.engines:
                _on_engine(times, engine, database, Path(folder, engine))


def _on_duckdb(times: int, home: Path) -> Path:
    """A first night; its working file."""
    settings = SimulationSettings.full(cuts=default_cuts(1), n_proact=times * SUBJECTS)
    write_demonstration(home, settings, lambda line: None)
    night = released(watched(HERE, home, "refresh"))
    for step in DBT:
        _tell(times, f"duckdb, {step}", night.steps[step])
    _tell(times, "duckdb, night", night.cost)
    return home / "build" / "work" / DATABASE


def _on_engine(times: int, engine: str, database: Path, folder: Path) -> None:
    """All of dbt, marts and quality coming back."""
    # The server is a child of this process, as dbt is.
    with _server(engine, folder) as remote, sampled(os.getpid()) as costs:
        status = dbt_on_spark(
            database, folder / "run", remote, ["--exclude-resource-type", "unit_test"], back=""
        )
    _tell(times, engine, costs[0])
    _tell_export(folder / "run" / "target")
    odd = [
        f"{name} ({told})"
        for name, told in status.items()
        if told.split()[0] not in ("success", "pass", "warn")
    ]
    print(
        f"    {len(status)} nodes, {len(odd)} of them failed{': ' if odd else ''}{', '.join(odd[:5])}",
        flush=True,
    )
    shutil.rmtree(folder)


def _tell_export(target: Path) -> None:
    """The part of the nodes' time that an export alone would need: a cluster makes it anew each night."""
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    of_export = {name for name, node in nodes.items() if PER_EXPORT in node["tags"]}
    of_export |= {
        name
        for name, node in nodes.items()
        if node["resource_type"] == "test" and of_export.issuperset(node["depends_on"]["nodes"])
    }
    seconds = {
        result["unique_id"]: result["execution_time"]
        for result in json.loads((target / "run_results.json").read_text())["results"]
    }
    part = sum(took for name, took in seconds.items() if name in of_export) / sum(seconds.values())
    print(f"    {part:.0%} of the nodes' time for what depends on the export alone", flush=True)


@contextmanager
def _server(engine: str, folder: Path) -> Iterator[str]:
    """Its address."""
    if engine == "sail":
        with sail() as remote:
            yield remote
    else:
        settings = Settings(home=folder / "home", engine="spark", spark_master=CLUSTER)
        settings.build_file.parent.mkdir(parents=True)
        with spark_server(settings, folder / "server") as where:
            yield where["SPARK_REMOTE"]


def _tell(times: int, what: str, cost: Cost) -> None:
    print(
        f"{times:4d} x  {what:20s}{cost.wall:8.1f} s  {cost.cpu:8.1f} CPU s  {cost.peak:7.0f} MiB", flush=True
    )


if __name__ == "__main__":
    main()
