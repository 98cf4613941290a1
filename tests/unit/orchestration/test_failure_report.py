"""The report of a failed run is written whatever state the working file is in, and says what it could not read."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from orchestration import refresh
from orchestration.disk import RESERVE, ROOM, keep_room
from orchestration.night.build import Build
from orchestration.night.failures import write_failure_report
from orchestration.night.inputs import CutInputs
from orchestration.night.quality import dbt_check_results
from orchestration.settings import Settings

HOLDER = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path)
    settings.build_file.parent.mkdir(parents=True)
    return settings


def report(settings: Settings) -> str:
    return write_failure_report(settings, "0123456789", "2026-03-31", "a reason").read_text()


def test_where_another_refresh_writes_the_working_file(settings: Settings) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(settings.build_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open\n"
    written = report(settings)
    holder.communicate("", timeout=30)
    assert "a reason" in written
    assert "The working database cannot be read." in written


def test_where_the_working_file_is_damaged(settings: Settings) -> None:
    settings.build_file.write_bytes(b"no database" * 1000)
    assert "The working database cannot be read." in report(settings)


def test_where_there_is_none(settings: Settings) -> None:
    assert "No check had run yet." in report(settings)


def test_it_takes_the_room_that_was_kept_for_it(settings: Settings) -> None:
    """Neither a file nor a block is asked for, so that a full disk is no hindrance (F05)."""
    keep_room(settings.failures)
    kept = (settings.failures / RESERVE).stat()
    written = write_failure_report(settings, "0123456789", "2026-03-31", "a reason")
    found = written.stat()
    assert (found.st_ino, found.st_size) == (kept.st_ino, len(written.read_bytes()))
    assert found.st_blocks <= kept.st_blocks
    assert written.read_text().startswith("# Refresh of data cut 2026-03-31 failed\n")
    assert written.read_text().endswith("No check had run yet.\n")
    assert not (settings.failures / RESERVE).exists()
    keep_room(settings.failures)
    assert (settings.failures / RESERVE).stat().st_size == ROOM


def test_room_is_not_kept_by_holes(settings: Settings) -> None:
    keep_room(settings.failures)
    assert (settings.failures / RESERVE).stat().st_blocks * 512 >= ROOM


def test_a_test_that_could_not_run_is_said_to_be_skipped() -> None:
    node = {
        "resource_type": "test",
        "config": {"severity": "error"},
        "depends_on": {"nodes": []},
        "name": "a_b",
    }
    ran = [{"unique_id": "a", "status": status, "failures": None} for status in ("skipped", "fail")]
    found = dbt_check_results({"results": ran}, {"nodes": {"a": node}})
    assert [check.description for check in found] == ["a b (skipped: what it reads failed before it)", "a b"]
    assert {check.status for check in found} == {"fail"}


def test_a_night_that_dagster_cannot_go_on_with_for_want_of_room_leaves_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event log is a file on the same disk: what it raises comes out of no step."""
    from sqlalchemy.exc import OperationalError

    def full(*given: object) -> bool:
        raise OperationalError("insert", {}, Exception("database or disk is full"))

    monkeypatch.setenv("VIGIL_HOME", str(settings.home))
    monkeypatch.setattr(refresh, "_run", full)
    monkeypatch.setattr(Build, "released_already", lambda build: False)
    inputs = cast(CutInputs, SimpleNamespace(data_cut="2026-03-31"))
    with pytest.raises(refresh.RefreshFailedError, match=r"disk full: .* make room and refresh") as failed:
        refresh.run_refresh(inputs, print)
    assert failed.value.report is not None
    assert str(failed.value) in failed.value.report.read_text()


def test_what_is_no_full_disk_stays_the_defect_it_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> bool:
        raise ZeroDivisionError("a defect")

    monkeypatch.setenv("VIGIL_HOME", str(settings.home))
    monkeypatch.setattr(refresh, "_run", broken)
    monkeypatch.setattr(Build, "released_already", lambda build: False)
    with pytest.raises(ZeroDivisionError):
        refresh.run_refresh(cast(CutInputs, SimpleNamespace(data_cut="2026-03-31")), print)
