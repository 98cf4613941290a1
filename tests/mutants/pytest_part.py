"""A pytest plugin (`-p tests.mutants.pytest_part`): runs chosen tests in their order, and notes which passed, how fast.

Not here: which tests are chosen (`coverage_map`), and what a failure means (`trial`).
"""

import json
import os
import resource
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

PROFILE = "mutants"
"""Hypothesis on a loaded machine: the same examples, no deadline, and no search for a smaller counterexample."""
settings.register_profile(
    PROFILE, derandomize=True, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
_BEGAN, _TOOK = pytest.StashKey[float](), "cpu_seconds"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two files and a limit; without them nothing changes."""
    parser.addoption("--chosen", type=Path, help="ids of the tests to run, a line each, in order")
    parser.addoption("--seconds", type=Path, help="where to write test → processor seconds, of what passed")
    parser.addoption("--cpu-limit", type=int, help="processor seconds after which the system ends this")


def pytest_configure(config: pytest.Config) -> None:
    """Set the limit. Whoever started the workers writes; the workers report to it."""
    if (limit := config.getoption("cpu_limit")) is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    target: Path | None = config.getoption("seconds")
    if target is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Seconds(target))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the chosen tests, in the chosen order; where none is left, pytest ends with a status of its own."""
    chosen: Path | None = config.getoption("chosen")
    if chosen is not None:
        found = {item.nodeid: item for item in items}
        wanted = chosen.read_text(encoding="utf-8").splitlines()
        items[:] = [found[test] for test in wanted if test in found]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """The clock begins."""
    item.stash[_BEGAN] = _cpu_seconds()
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """The clock stops; what it shows goes with the report."""
    try:
        return (yield)
    finally:
        item.user_properties.append((_TOOK, _cpu_seconds() - item.stash[_BEGAN]))


def _cpu_seconds() -> float:
    """Of this process and the children it waited for: the same on a busy machine as on a quiet one."""
    return sum(os.times()[:4])


class Seconds:
    """What every test took: setup, call and teardown."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.taken: dict[str, float] = {}
        self.not_passed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of one test; what was skipped has not passed."""
        if _TOOK in (told := dict(report.user_properties)):
            self.taken[report.nodeid] = told[_TOOK]
        if not report.passed:
            self.not_passed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Write, fit for a reader."""
        passed = {test: round(s, 4) for test, s in sorted(self.taken.items()) if test not in self.not_passed}
        self.target.write_text(json.dumps(passed, indent=0), encoding="utf-8")
