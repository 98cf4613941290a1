"""Spark itself, a driver and two executors of their own: one release with DuckDB's, and what a loss in the middle leaves.

`make spark-test`, with Java and SPARK_HOME; Spark's own processes are ended as an operator's machine would end them.
"""

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.processes import PROC, Process, descendants
from tests.integration.orchestration.homes import make_home
from tests.spark.nights import command, compared, published_otherwise, released, vigil, working_file

CLUSTER = {"VIGIL_SPARK_MASTER": "local-cluster[2,1,1024]"}
COMES_BACK = ("marts", "quality", "results")
AT_WORK = 150
"""Jobs that Spark has ended, of some 700: dbt is in the middle of its models."""
NOTICED = 60
"""Seconds in which Spark notices that an executor is gone."""


@dataclass
class Night:
    """A refresh under way, with the lines it said."""

    process: subprocess.Popen[str]
    home: Path

    def __post_init__(self) -> None:
        self.said: list[str] = []
        self._reading = threading.Thread(target=lambda: self.said.extend(self.process.stdout or ()))
        self._reading.start()

    def in_the_middle(self) -> "Night":
        """Waits until dbt is in the middle of its models."""
        while self._n_job() < AT_WORK:
            assert self.process.poll() is None, "".join(self.said)
            time.sleep(0.5)
        return self

    def has_lost_an_executor(self) -> bool:
        """Waits until Spark says so of one that was killed; of those that end with it, it says another number."""
        last = time.monotonic() + NOTICED
        while (
            not (noticed := re.search(r"Lost executor .* code 137", self._log())) and time.monotonic() < last
        ):
            time.sleep(0.5)
        return bool(noticed)

    def running(self, name: str) -> list[Process]:
        """Processes of it whose command line holds a name."""
        return [each for each in descendants(self.process.pid) if name.encode() in _command_line(each.pid)]

    def ended(self) -> int:
        """Its status, once it has ended."""
        status = self.process.wait()
        self._reading.join()
        return status

    def _n_job(self) -> int:
        return len(re.findall(r"Job \d+ finished", self._log()))

    def _log(self) -> str:
        log = self.home / "build" / "work" / "spark.log"
        return log.read_text(errors="replace") if log.exists() else ""


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with its release, once it is known that there is a Spark to compare it with."""
    assert shutil.which("java"), "a JRE is needed: apt-get install default-jre-headless"
    assert Path(os.environ.get("SPARK_HOME", ""), "bin", "spark-submit").is_file(), "SPARK_HOME is no Spark"
    home = make_home(tmp_path_factory.mktemp("duckdb") / "home")
    vigil(home, "refresh")
    return home


@pytest.fixture
def home(on_duckdb: Path, tmp_path: Path) -> Path:
    """The same deliveries, of which nothing has been made."""
    for name in ("landing", "protocol.toml"):
        subprocess.run(["cp", "-a", str(on_duckdb / name), str(tmp_path)], check=True)
    return tmp_path


def test_a_killed_night_leaves_nobody_at_work_and_the_next_makes_what_duckdb_makes(
    home: Path, on_duckdb: Path
) -> None:
    killed = Night(command(home, "refresh", spark=CLUSTER), home).in_the_middle()
    left = killed.running("SparkConnectServer") + killed.running("dbt build")
    os.kill(killed.process.pid, signal.SIGKILL)
    assert killed.ended() == -signal.SIGKILL
    assert left
    assert not (home / "releases" / "current").exists()
    said = vigil(home, "refresh", spark=CLUSTER)
    assert "the Spark server of a refresh that died was ended" in said
    assert "what a refresh that died had laid out for Spark was removed" in said
    assert not any(each.alive for each in left)
    assert list((home / "build" / "spark").iterdir()) == []
    _is_what_duckdb_makes(home, on_duckdb)
    assert "1 releases verified" in vigil(home, "releases", "verify")
    asked = ("trace", "effect_estimate", "specification=matched", "endpoint=OS", "measure=hazard_ratio")
    assert vigil(home, *asked) == vigil(on_duckdb, *asked)


def test_a_lost_executor_changes_nothing_or_stops_the_night(home: Path, on_duckdb: Path) -> None:
    night = Night(command(home, "refresh", spark=CLUSTER), home).in_the_middle()
    lost = night.running("CoarseGrainedExecutorBackend")[0]
    os.kill(lost.pid, signal.SIGKILL)
    assert night.has_lost_an_executor()
    if night.ended() == 0:
        _is_what_duckdb_makes(home, on_duckdb)
    else:
        _stopped(night)


@pytest.mark.parametrize(
    "lost", [lambda night: night.running("SparkConnectServer")[0], lambda night: night.running("dbt build")[0]],
    ids=["the driver", "dbt"],
)  # fmt: skip
def test_a_lost_driver_or_dbt_stops_the_night(home: Path, lost: Callable[[Night], Process]) -> None:
    night = Night(command(home, "refresh", spark=CLUSTER), home).in_the_middle()
    os.kill(lost(night).pid, signal.SIGKILL)
    assert night.ended() == 1
    _stopped(night)


def _is_what_duckdb_makes(home: Path, on_duckdb: Path) -> None:
    differ, n_same = compared(working_file(on_duckdb), working_file(home), COMES_BACK)
    assert differ == []
    assert n_same >= 50
    differ, n_same = published_otherwise(released(on_duckdb), released(home))
    assert differ == []
    assert n_same >= 55
    assert (released(home).engine or "").startswith("spark 4.")


def _stopped(night: Night) -> None:
    """Nothing published, nobody at work, no records of subjects left, one line that says what to do."""
    assert not (night.home / "releases" / "current").exists()
    assert list((night.home / "build" / "spark").iterdir()) == []
    assert "Way out:" in night.said[-1], "".join(night.said)
    left = [name for name in _command_lines() if str(night.home) in name]
    assert left == []


def _command_line(pid: int) -> bytes:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ")
    except OSError:
        return b""


def _command_lines() -> list[str]:
    return [_command_line(int(entry.name)).decode(errors="replace") for entry in PROC.glob("[0-9]*")]
