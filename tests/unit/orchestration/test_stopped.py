"""A run that Dagster broke off for a signal is stopped, not failed: one line and the status of the signal."""

import os
import signal
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest

from orchestration import refresh
from orchestration.cli import main
from orchestration.interruption import StoppedError
from orchestration.settings import Settings


@dg.op
def stopped_by_a_signal() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


@dg.op
def failing() -> None:
    raise OSError("a failure")


@dg.job
def stopped() -> None:
    stopped_by_a_signal()


@dg.job
def failed() -> None:
    failing()


def run(job: dg.JobDefinition, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refresh of a cut, whose job is another."""
    with dg.DagsterInstance.ephemeral() as instance:
        monkeypatch.setattr(refresh.DagsterInstance, "get", lambda: instance)
        monkeypatch.setattr(refresh, "Build", lambda *given: SimpleNamespace(released_already=lambda: False))
        monkeypatch.setattr(refresh, "unwritten", lambda instance: 0)
        monkeypatch.setattr(refresh, "write_failure_report", lambda *given: None)
        monkeypatch.setattr(Settings, "from_environment", lambda: Settings(Path()))
        done = job.execute_in_process
        plain = SimpleNamespace(
            execute_in_process=lambda **given: done(instance=instance, raise_on_error=False)
        )
        monkeypatch.setattr(refresh, "defs", SimpleNamespace(resolve_job_def=lambda name: plain))
        refresh.run_refresh(SimpleNamespace(data_cut="2026-06-30"), lambda line: None)


def test_a_run_that_a_signal_broke_off_has_not_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoppedError):
        run(stopped, monkeypatch)
    with pytest.raises(refresh.RefreshFailedError, match="a failure"):
        run(failed, monkeypatch)


def test_a_stopped_command_says_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(arguments: object) -> int:
        raise StoppedError

    monkeypatch.setattr("orchestration.commands.protocol.run", stop)
    assert main(["protocol", "show"]) == 143
    assert capsys.readouterr().err == "vigil: stopped by SIGTERM; the last release stays current\n"
