"""A home with two released data cuts, and a copy of it to damage."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "faults"))

from released_home import environment, release_all


@pytest.fixture(scope="session")
def pristine_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two simulated data cuts, released one after the other."""
    home = tmp_path_factory.mktemp("released")
    release_all(home)
    return home


@pytest.fixture
def home(pristine_home: Path) -> Iterator[Path]:
    """The released home, with the environment pointing at it; for tests that only read."""
    with environment(pristine_home):
        yield pristine_home


@pytest.fixture
def home_to_change(pristine_home: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy that a test may change."""
    copy = tmp_path / "home"
    shutil.copytree(pristine_home, copy, symlinks=True)
    with environment(copy):
        yield copy
