"""F06, a night without memory: it says so in one line, leaves the last release, and the next one goes on."""

import shutil
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter
from homes import environment, vigil, write_protocol
from refreshing import start_refresh

from orchestration.dagster_parts.unfinished_runs import UNFINISHED
from orchestration.memory import DuckDbShare
from orchestration.releases.index import ReleaseIndex


def test_a_night_that_wants_more_memory_than_it_may_take_ends_with_the_way_out(
    refreshed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(refreshed_home, home, symlinks=True)
    write_protocol(home, "4.0.0")
    index = ReleaseIndex(home / "releases")
    before = index.current()
    monkeypatch.setenv("VIGIL_MEMORY", "0.1")
    said, _ = (run := start_refresh(home)).communicate(timeout=300)
    reason = (
        "memory: 0.1 GiB (VIGIL_MEMORY, by default most of the machine's) are not enough: give the night more, or "
        "VIGIL_THREADS=1, which takes longer and less; the last release stays current"
    )
    assert (run.returncode, said.splitlines()[-1]) == (1, f"vigil: {reason}")
    assert index.current() == before
    with environment(home):
        instance = DagsterInstance.get()
        (last, *_) = instance.get_run_records(limit=1)
        assert last.dagster_run.status == DagsterRunStatus.FAILURE
        assert instance.get_runs(RunsFilter(statuses=UNFINISHED)) == []
    monkeypatch.delenv("VIGIL_MEMORY")
    assert vigil(home, "refresh") == 0
    assert index.current() != before


def test_duckdb_says_what_to_do_where_its_share_is_too_small(
    refreshed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    shutil.copytree(refreshed_home, home, symlinks=True)
    write_protocol(home, "4.0.0")
    shutil.rmtree(home / "store" / "cuts")
    monkeypatch.setattr("orchestration.memory.LEAST_SHARE", 1)
    monkeypatch.setattr("orchestration.settings.Settings.duckdb", DuckDbShare(2, 1, home / "build" / "spill"))
    assert vigil(home, "refresh") == 1
    assert "VIGIL_MEMORY" in capsys.readouterr().err
