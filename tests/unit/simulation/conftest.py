"""One small study for every test that only reads."""

import pytest

from analytics.simulation import SimulatedStudy, SimulationSettings, simulate


@pytest.fixture(scope="session")
def small_study() -> SimulatedStudy:
    return simulate(SimulationSettings.small())
