"""A home that an older version wrote, unpacked once; and a copy of it on which this version ran a night."""

import shutil
import tarfile
from pathlib import Path

import pytest
from homes import vigil, write_protocol

PACKED = Path(__file__).with_name("home_dbce2ed.tar.xz")


@pytest.fixture(scope="session")
def old_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home as it was left; for tests that only read."""
    home = tmp_path_factory.mktemp("upgrade") / "old"
    with tarfile.open(PACKED) as archive:
        archive.extractall(home, filter="data")
    return home


@pytest.fixture(scope="session")
def upgraded_home(old_home: Path) -> Path:
    """The home after a night of this version, under a protocol that leaves out the slow parts."""
    home = old_home.with_name("upgraded")
    shutil.copytree(old_home, home, symlinks=True)
    write_protocol(home, "1.0.1")
    assert vigil(home, "refresh", key=None) == 0
    return home
