"""Makes the fabricated build and the delivery builder importable."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "faults"))

from delivery_builder import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty home folder."""
    return Site(tmp_path)
