"""F06: how much memory a night may take, which share is DuckDB's, and what is ended first where it wants more."""

import time
from pathlib import Path
from threading import Event

import duckdb
import pytest

from orchestration import memory
from orchestration.memory import DuckDbShare, anonymous_mib, explained, machine_mib
from orchestration.night import memory_watch
from orchestration.night.memory_watch import MemoryWatch
from orchestration.settings import Settings

PHYSICAL = machine_mib()


@pytest.mark.parametrize("text", ["0", "-1", "much"])
def test_memory_that_cannot_be_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("VIGIL_MEMORY", text)
    with pytest.raises(ValueError, match="VIGIL_MEMORY is"):
        Settings.from_environment()


def test_half_of_what_is_given_is_duckdbs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VIGIL_MEMORY", "1.5")
    monkeypatch.setenv("VIGIL_HOME", str(tmp_path))
    monkeypatch.setenv("VIGIL_THREADS", "3")
    settings = Settings.from_environment()
    assert settings.memory == 1536
    # Two files are open at once; a process of dbt's opens one.
    with duckdb.connect(config=settings.duckdb.config()) as connection:
        found = connection.sql(
            "select current_setting('memory_limit'), current_setting('threads'), current_setting('temp_directory')"
        ).fetchone()
    assert found == ("384.0 MiB", 3, str(tmp_path / "build" / "spill"))
    assert settings.duckdb.environment() == {
        "VIGIL_THREADS": "3",
        "VIGIL_DBT_MEMORY": "768MiB",
        "VIGIL_DBT_SPILL": str(tmp_path / "build" / "spill"),
    }
    assert DuckDbShare(memory=10).config()["memory_limit"] == "64MiB"


@pytest.mark.parametrize(
    ("said", "limits", "mib"),
    [
        ("0::/a/b", {"a/memory.max": "2097152000", "a/b/memory.max": "max"}, 1800),
        ("0::/of/the/host", {"memory.max": "734003200"}, 572),
        ("4:cpu,memory:/a\n0::/", {"memory/a/memory.limit_in_bytes": "104857600"}, 64),
        ("4:memory:/a", {"memory/a/memory.limit_in_bytes": "9223372036854771712"}, PHYSICAL),
        ("", {}, PHYSICAL),
    ],
    ids=["second version", "little, in a container", "hardly any, first version", "no limit", "no groups"],
)
def test_a_control_group_divides_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, limits: dict[str, str], mib: int
) -> None:
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "cgroup").write_text(said)
    for name, limit in limits.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{limit}\n")
    monkeypatch.setattr(memory, "PROC", tmp_path)
    monkeypatch.setattr(memory, "CGROUPS", tmp_path)
    assert machine_mib() == mib


def test_what_a_process_holds_is_seen() -> None:
    import os

    before = anonymous_mib([os.getpid()])
    held = bytearray(64 * 2**20)
    assert anonymous_mib([os.getpid()]) - before > 60
    assert held is not None
    assert anonymous_mib([2**22 + 1]) == 0


def test_the_second_process_is_ended_before_the_night(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = [90.0, 120.0, 90.0, 120.0]
    monkeypatch.setattr(memory_watch, "SECONDS", 0.001)
    monkeypatch.setattr(memory_watch, "anonymous_mib", lambda family: taken.pop(0))
    order, ended = [], Event()
    spared = iter([True, False])

    def spare() -> bool:
        order.append("spare")
        return next(spared)

    def end() -> None:
        order.append("end")
        ended.set()

    MemoryWatch(100, spare=spare, end=end)
    assert ended.wait(5)
    assert (order, taken) == (["spare", "spare", "end"], [])


def test_a_closed_watch_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_watch, "SECONDS", 0.01)
    ended = []
    MemoryWatch(0, spare=lambda: True, end=lambda: ended.append(1)).close()
    time.sleep(0.05)
    assert ended == []


def test_only_a_failure_for_want_of_memory_gets_this_way_out() -> None:
    reason = "Runtime Error in model adsl: Out of Memory Error: could not allocate block"
    assert explained(reason, 1024) == (
        f"{reason}; 1.0 GiB (VIGIL_MEMORY, by default most of the machine's) are not enough: give the night more, or "
        "VIGIL_THREADS=1, which takes longer and less"
    )
    assert explained("no control to match", 1024) == "no control to match"


@pytest.mark.parametrize("words", memory.OF_SPARK)
def test_what_spark_wants_is_given_to_spark(words: str) -> None:
    reason = f"error: test a_rule could not be asked ({words}); 1 failed in all"
    told = explained(reason, 1024)
    assert told.startswith(f"{reason}; way out: give Spark's driver more (half of VIGIL_MEMORY")
    assert "VIGIL_THREADS" not in told
    assert explained(told, 1024) == told
