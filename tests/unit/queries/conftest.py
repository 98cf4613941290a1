"""Makes the fabricated build and the home of these tests importable."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "faults"))
sys.path.insert(0, str(Path(__file__).parent))

from asking_home import AskingHome


@pytest.fixture
def asking(tmp_path: Path) -> AskingHome:
    """A home whose only release asks of several sites."""
    home = AskingHome(tmp_path / "home")
    home.deliver()
    home.release()
    return home
