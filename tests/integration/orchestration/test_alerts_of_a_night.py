"""A night that releases is told once, and the addresses it is told to are nowhere afterwards."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from homes import environment, write_protocol
from local_webhook import SECRET, Webhook, listening

from orchestration.defs.alerts import tell_release


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with listening() as server:
        yield server


def test_a_release_is_told_once_and_its_addresses_nowhere(
    refreshed_home: Path, tmp_path: Path, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(refreshed_home, home, symlinks=True)
    write_protocol(home, "2.0.0")
    here = f"localhost:{webhook.server_port}"
    monkeypatch.setenv("VIGIL_ALERT_URLS", f"json://{here}/{SECRET} json://somebody:{SECRET}@{here}/two")
    monkeypatch.setenv("VIGIL_ALIVE_URL", f"http://{here}/{SECRET}")
    with environment(home):
        command = [sys.executable, "-m", "orchestration.cli", "refresh"]
        for _ in range(2):
            night = subprocess.run(
                command, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
            )
            assert night.returncode == 0, night.stdout
            assert SECRET.encode() not in night.stdout
        # The daemon saw a run end well, too.
        with dg.DagsterInstance.ephemeral() as instance:
            _refreshed(instance)
    (told,) = set(webhook.told)
    assert len(webhook.told) == 2
    assert told[0].startswith("release 0003-2026-06-30")
    assert "The SYNTHETIC data cut 2026-06-30 was released as 0003-2026-06-30." in told[1]
    assert str(home) not in told[1]
    assert webhook.asked == [f"/{SECRET}"] * 3
    files = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in files)
    assert [path.name for path in files if SECRET.encode() in path.read_bytes()] == []


def _refreshed(instance: dg.DagsterInstance) -> None:
    """The sensor `refreshed` looks at a run of the job's name that ended well."""

    @dg.op
    def night() -> None:
        pass

    done = dg.GraphDefinition("refresh", node_defs=[night]).to_job()
    ran = done.execute_in_process(instance=instance)
    (event,) = [e for e in ran.all_events if e.event_type_value == "PIPELINE_SUCCESS"]
    tell_release(dg.build_run_status_sensor_context("refreshed", event, instance, ran.dagster_run))
