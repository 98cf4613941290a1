"""Fixtures of the extract tests: the delivery builder shared with the fault tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "faults"))

from delivery_builder import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty home folder."""
    return Site(tmp_path)
