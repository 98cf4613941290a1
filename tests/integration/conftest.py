"""Fixtures that several integration tests share; what they build is described in the modules they call."""

from pathlib import Path

import pytest
from simulated_marts import build_simulated_marts
from study_build import StudyBuild

from analytics.simulation.settings import SimulationSettings
from analytics.simulation.study import SimulatedStudy


@pytest.fixture(scope="session")
def dbt_target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One dbt target folder for the session, so that the project is parsed in full only once."""
    return tmp_path_factory.mktemp("dbt_target")


@pytest.fixture(scope="session")
def simulated_marts(
    tmp_path_factory: pytest.TempPathFactory, dbt_target: Path
) -> tuple[StudyBuild, SimulatedStudy]:
    """The whole dbt project built on a small simulated study: the build (its database path) and the study itself."""
    folder = tmp_path_factory.mktemp("simulated_marts")
    return build_simulated_marts(folder, SMALL, target=dbt_target)


SMALL = SimulationSettings(scale="small", n_proact=600, n_registry=240, lab_visit_share=0.05)
