"""Every dbt project that the integration tests build on DuckDB is built on Sail as well, and must come out the same.

`pytest -p tests.spark.both_engines tests/integration/registry ...`: the records that strangers would deliver stand in those
tests, so that a construct which another engine reads otherwise meets them here. Compared are what dbt says of each node, and
the logical hash of each relation. `tests.spark.run` compares whole nights; this compares odd records.
"""

import json
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration.night.spark_run import TARGET, spark_run, take_back
from orchestration.settings import DBT_PROJECT, Settings
from orchestration.warehouse import Warehouse
from tests.spark.run import compared
from tests.spark.sail import sail

_SERVER = ExitStack()
_BUILT: list[Path] = []
_DIFFERENT: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    """A server, which is asked after each build on DuckDB; not with workers."""
    sys.path.insert(0, str(config.rootpath / "tests" / "integration"))
    import study_build

    os.environ["SPARK_REMOTE"] = _SERVER.enter_context(sail())
    study_build.BUILT.append(compare)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many projects were compared, and what differs."""
    _SERVER.close()
    terminalreporter.write_line(f"{len(_BUILT)} builds on both engines; not the same: {len(_DIFFERENT)}")
    for line in _DIFFERENT:
        terminalreporter.write_line(line)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A difference fails the run, though no test of its own fails."""
    if _DIFFERENT or not _BUILT:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def compare(database: Path, target: Path, options: list[str]) -> None:
    """Build what a test has built on DuckDB once more on Sail.

    Args:
        database: built on DuckDB.
        target: dbt's target folder of that build.
        options: of dbt's command line.
    """
    other = database.with_name("on_sail")
    _BUILT.append(database)
    expected, status = statuses(target), build_on_sail(database, other, options)
    told = {name: (expected.get(name), status.get(name)) for name in sorted(expected | status)}
    odd = [f"{name}: {one} and {two}" for name, (one, two) in told.items() if one != two]
    odd += compared(database, other / "vigil.duckdb")[0]
    if odd:
        _DIFFERENT.append(f"{database} and {other}: {', '.join(odd)}")
    else:
        shutil.rmtree(other)


def build_on_sail(database: Path, folder: Path, options: list[str]) -> dict[str, str]:
    """What dbt says of each node; the tables lie in `vigil.duckdb` of the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    settings = Settings(
        home=folder / "home",
        engine="spark",
        spark_remote=os.environ["SPARK_REMOTE"],
        shared_store=folder / "shared",
    )
    given = SimpleNamespace(settings=settings, warehouse=Warehouse(database))
    taken = SimpleNamespace(settings=settings, warehouse=Warehouse(folder / "vigil.duckdb"))
    target = folder / "target"
    with taken.warehouse.write() as connection:
        connection.execute("create schema build")
    with spark_run(given, "0123456789") as run:
        command = [
            str(Path(sys.executable).with_name("dbt")), "build", "--quiet", "--no-version-check", *TARGET,
            "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT),
            "--target-path", str(target), "--log-path", str(target / "logs"), *options,
        ]  # fmt: skip
        told = subprocess.run(
            command, env={**os.environ, "VIGIL_SPARK_BACK": "all"}, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert (run.folder / "back" / "engine").exists(), told.stdout[-3000:]
        nodes = json.loads((target / "manifest.json").read_text())["nodes"]
        for node in nodes.values():
            node["schema"] = node["schema"].removeprefix(f"{run.schema}_")
        take_back(taken, run, nodes)
    return statuses(target)


def statuses(target: Path) -> dict[str, str]:
    """Status of each node, with the number of rows that a test found."""
    results = json.loads((target / "run_results.json").read_text())["results"]
    return {
        result["unique_id"]: f"{result['status']} {result['failures'] or ''}".strip()
        for result in results
        if not result["unique_id"].startswith("operation.")
    }
