"""A reproduction that died leaves no raw record and no process; one at work is left alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.night.orphan import recorded
from orchestration.night.scratch_home import PREFIX, REFRESH, clear_scratch_homes, scratch_home
from orchestration.processes import process
from orchestration.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def left_by(settings: Settings, owner: str) -> Path:
    folder = settings.home / "build" / f"{PREFIX}{owner}"
    (folder / "landing" / "registry").mkdir(parents=True)
    (folder / "landing" / "registry" / "DM.csv").write_text("raw")
    return folder


@pytest.mark.parametrize("owner", ["1-0", "999999999-5", "k3x9_q"])
def test_what_a_dead_owner_left_is_removed(settings: Settings, owner: str) -> None:
    folder = left_by(settings, owner)
    (folder / "landing" / "registry").chmod(0o500)
    assert clear_scratch_homes(settings)
    assert not folder.exists()
    assert not clear_scratch_homes(settings)


def test_one_at_work_is_left_alone_and_gone_afterwards(settings: Settings) -> None:
    with scratch_home(settings) as folder:
        assert not clear_scratch_homes(settings)
        assert folder.is_dir()
    assert not folder.exists()


def test_the_refresh_of_a_dead_owner_is_ended(settings: Settings) -> None:
    folder = left_by(settings, "1-0")
    own = Settings(home=folder)
    own.build_file.parent.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        known = process(child.pid)
        assert known is not None
        with recorded(own, child.pid, REFRESH):
            clear_scratch_homes(settings)
            assert not known.alive
    assert not folder.exists()
