"""Boundaries against the published Lan-DeMets tables (Reboussin et al. 2000): five equal looks, two-sided 0.05."""

from pathlib import Path

import pandas as pd
import pytest

from analytics.monitoring.alpha_spending import boundaries

PUBLISHED = pd.read_csv(Path(__file__).parent / "lan_demets_boundaries.csv")


@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock"])
def test_boundaries_equal_the_published_tables(spending: str) -> None:
    expected = PUBLISHED[PUBLISHED["spending"] == spending]
    found = boundaries(expected["information"].tolist(), alpha=0.05, spending=spending)
    assert found["boundary_z"].tolist() == pytest.approx(expected["boundary_z"].tolist(), abs=2e-4)
