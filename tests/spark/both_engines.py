"""Every dbt project that the integration tests build on DuckDB is built on Sail as well, and must come out the same.

`pytest -p tests.spark.both_engines tests/integration/registry ...`, without workers: the records that strangers would
deliver stand in those tests, so that a construct which another engine reads otherwise meets them here. Compared are what dbt
says of each node, and the logical hash of each relation. `test_night_on_sail` compares whole nights; this compares records.
"""

import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from orchestration.settings import DATABASE
from tests.spark.dbt_on_spark import dbt_on_spark, statuses
from tests.spark.nights import compared
from tests.spark.sail import sail

_SERVER = ExitStack()
_BUILT: list[Path] = []
_DIFFERENT: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    """A server, which is asked after each build on DuckDB."""
    sys.path.insert(0, str(config.rootpath / "tests" / "integration"))
    import study_build

    os.environ["SPARK_REMOTE"] = _SERVER.enter_context(sail())
    study_build.BUILT.append(compare)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A difference fails the run, though no test of its own fails."""
    _SERVER.close()
    if _DIFFERENT or not _BUILT:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many projects were compared, and what differs."""
    terminalreporter.write_line(f"{len(_BUILT)} builds on both engines; not the same: {len(_DIFFERENT)}")
    for line in _DIFFERENT:
        terminalreporter.write_line(line)


def compare(database: Path, target: Path, options: list[str]) -> None:
    """Build what a test has built on DuckDB once more on Sail.

    Args:
        database: built on DuckDB.
        target: dbt's target folder of that build.
        options: of dbt's command line.
    """
    other = database.with_name("on_sail")
    _BUILT.append(database)
    expected, status = statuses(target), dbt_on_spark(database, other, os.environ["SPARK_REMOTE"], options)
    told = {name: (expected.get(name), status.get(name)) for name in sorted(expected | status)}
    odd = [f"{name}: {one} and {two}" for name, (one, two) in told.items() if one != two]
    odd += compared(database, other / DATABASE)[0]
    if odd:
        _DIFFERENT.append(f"{database} and {other}: {', '.join(odd)}")
    else:
        shutil.rmtree(other)
