"""A home with two registry cuts and one PRO-ACT export, all tiny."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "faults"))

from delivery_builder import CUT, RELEASE, Site, proact_files, registry_files, synthetic

LATER = "2026-06-30"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Complete deliveries, simulated, so that no key is needed."""
    site = Site(tmp_path / "home")
    site.deliver("PROACT", RELEASE, proact_files() | synthetic())
    for cut in (CUT, LATER):
        site.deliver("REGISTRY", cut, registry_files() | synthetic())
    return site
