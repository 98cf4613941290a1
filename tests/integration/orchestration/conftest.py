"""One refreshed home a session: what most tests of the nightly job look at."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from homes import make_home, vigil


@pytest.fixture(scope="session")
def refreshed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two data cuts, both released."""
    home = make_home(tmp_path_factory.mktemp("home"), cuts=2)
    assert vigil(home, "refresh") == 0
    return home
