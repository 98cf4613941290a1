"""One refresh at a time, and nobody else's process: the lock, and children that outlived their refresh (F31)."""

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from orchestration.cli import main
from orchestration.lock import NoLocksError, refresh_lock
from orchestration.night.orphan import end_orphan, recorded
from orchestration.processes import process
from orchestration.settings import Settings

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path)
    settings.build_file.parent.mkdir(parents=True)
    return settings


def test_a_second_refresh_says_who_runs_and_since_when_and_touches_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGIL_HOME", str(settings.home))
    copy = settings.store / "tmp" / "unzip-1-dm.csv"
    copy.parent.mkdir(parents=True)
    copy.write_text("being read")
    with refresh_lock(settings.home, "2026-07-01T02:00:00+09:00"):
        assert main(["refresh"]) == 1
    said = capsys.readouterr().err
    running = f"pid {os.getpid()} since 2026-07-01T02:00:00+09:00"
    assert said == f"vigil: a refresh of {settings.home.name}/ is already running: {running}\n"
    assert copy.exists()
    assert not settings.failures.exists()


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_system_without_locks_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with (
        pytest.raises(NoLocksError, match=r"a file system without locks .*; put VIGIL_HOME on a local disk"),
        refresh_lock(settings.home, "now"),
    ):
        pass


def test_a_new_lock_is_its_users_alone_whatever_the_umask(settings: Settings) -> None:
    before = os.umask(0)
    try:
        with refresh_lock(settings.home, "now"):
            assert (settings.home / "refresh.lock").stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)


def test_a_lock_file_of_any_content_is_no_obstacle(settings: Settings) -> None:
    (settings.home / "refresh.lock").write_bytes(os.urandom(1000))
    with refresh_lock(settings.home, "now"):
        assert (settings.home / "refresh.lock").read_text() == f"pid {os.getpid()} since now"


def test_a_child_that_outlived_its_refresh_is_ended(settings: Settings) -> None:
    code = """
import os, subprocess, sys
from pathlib import Path
from orchestration.night.orphan import recorded
from orchestration.settings import Settings
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdout=-3, stderr=-3)
with recorded(Settings(Path(sys.argv[1])), child.pid):
    print(child.pid, flush=True)
    os.kill(os.getpid(), 9)
"""
    died = subprocess.run(
        [sys.executable, "-c", code, str(settings.home)], capture_output=True, text=True, check=False
    )
    assert died.returncode == -signal.SIGKILL
    child = process(int(died.stdout))
    assert child is not None
    assert end_orphan(settings)
    assert not child.alive
    assert not end_orphan(settings)


def test_nobody_elses_process_is_taken_for_it(settings: Settings) -> None:
    other = subprocess.Popen(SLEEPER)
    found = process(other.pid)
    assert found is not None
    left = replace(found, started="1")
    (settings.build_file.parent / "dbt.process").write_text(json.dumps(asdict(left)))
    assert not end_orphan(settings)
    assert found.alive
    other.kill()
    other.wait()


@pytest.mark.parametrize("text", ["", "[]", "{}", "7", '{"pid": "a", "started": 1}', "\x00"])
def test_a_record_that_says_nothing_ends_nobody(settings: Settings, text: str) -> None:
    (settings.build_file.parent / "dbt.process").write_text(text)
    assert not end_orphan(settings)


def test_a_child_is_ended_where_the_wait_for_it_is_broken_off_and_left_to_end_where_not(
    settings: Settings,
) -> None:
    child = subprocess.Popen(SLEEPER)
    with pytest.raises(KeyError), recorded(settings, child.pid):
        raise KeyError
    # Asked to; on a busy machine it may be killed before it could.
    assert child.wait(5) in (-signal.SIGTERM, -signal.SIGKILL)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.5)"])
    with recorded(settings, child.pid):
        pass
    assert child.wait(5) == 0


def test_a_run_of_dagster_that_found_another_at_work_leaves_no_report(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dagster as dg

    from orchestration.dagster_parts.build_resource import build_resource
    from orchestration.defs.automation import report_failure

    monkeypatch.setenv("VIGIL_HOME", str(settings.home))

    @dg.op(required_resource_keys={"build"})
    def needs_the_lock() -> None:
        pass

    @dg.op
    def fails() -> None:
        raise KeyError("a defect")

    with dg.DagsterInstance.ephemeral() as instance:
        for op, reports in ((needs_the_lock, 0), (fails, 1)):
            job = dg.GraphDefinition("night", node_defs=[op]).to_job(
                resource_defs={"build": build_resource()}
            )
            with refresh_lock(settings.home, "now"):
                failed = job.execute_in_process(instance=instance, raise_on_error=False)
            assert not failed.success
            (event,) = [e for e in failed.all_events if e.event_type_value == "PIPELINE_FAILURE"]
            context = dg.build_run_status_sensor_context(
                "failed_refresh", event, instance, failed.dagster_run
            ).for_run_failure()
            report_failure(context)
            assert len(list(settings.failures.glob("*.md"))) == reports
