"""F01, F02, F04, F31: the nightly job killed at one step after another, and two of them at once.

After every kill the last release is still current and whole, and the next run ends with what an undisturbed one gives.
"""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from dagster import DagsterInstance, RunsFilter
from homes import environment, vigil, write_protocol
from refreshing import start_refresh

from orchestration.dagster_parts.unfinished_runs import UNFINISHED
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain

KILLED_AT = ("dbt export", "dbt", "matching", "release  published")


@pytest.fixture(scope="module")
def released(refreshed_home: Path) -> Path:
    """Two released data cuts."""
    return refreshed_home


def kill_at(process: subprocess.Popen, step: str) -> None:
    """Wait for the step's line of progress, then take the whole group down as a power cut would."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.rstrip().endswith(step):
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_at_any_step_the_last_release_stays_and_the_next_run_is_as_if_nothing_had_happened(
    released: Path, tmp_path: Path
) -> None:
    home, undisturbed = tmp_path / "home", tmp_path / "undisturbed"
    for folder in (home, undisturbed):
        shutil.copytree(released, folder, symlinks=True)
        write_protocol(folder, "2.0.0")
    # What one takes over the other makes again, and is killed while it does.
    for kept in ("exports", "cuts"):
        shutil.rmtree(home / "store" / kept)
    index = ReleaseIndex(home / "releases")
    before = index.current()
    for step in KILLED_AT:
        kill_at(start_refresh(home), step)
        current = index.current()
        assert current is not None
        assert verify_release(current) == []
        if step != KILLED_AT[-1]:
            assert current == before
    assert vigil(home, "refresh") == 0
    assert vigil(undisturbed, "refresh") == 0
    expected = ReleaseIndex(undisturbed / "releases").manifests()[-1]
    assert index.manifests()[-1].logical_hash == expected.logical_hash
    assert verify_chain(index) == []
    with environment(home):
        assert DagsterInstance.get().get_runs(RunsFilter(statuses=UNFINISHED)) == []


def test_a_second_refresh_says_that_one_is_running_and_leaves_it_alone(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    shutil.copytree(released, home, symlinks=True)
    write_protocol(home, "3.0.0")
    first = start_refresh(home)
    assert first.stdout is not None
    for line in first.stdout:
        if line.rstrip().endswith("dbt"):
            break
    assert vigil(home, "refresh") == 1
    said = capsys.readouterr().err
    assert f"pid {first.pid}" in said
    first.communicate(timeout=300)
    assert first.returncode == 0
    assert len(ReleaseIndex(home / "releases").manifests()) == 3
