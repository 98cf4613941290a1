"""The database that the tests of this folder read: the hand-made records, built once."""

from pathlib import Path

import pytest
from proact_records import handmade
from study_build import StudyBuild, build_study

MODELS = (
    "resource_type:seed",
    "stg_delivery__product",
    "stg_delivery__term",
    "path:models/staging/proact",
    "path:models/intermediate/proact",
    "path:tests/proact",
)


@pytest.fixture(scope="package")
def built(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> StudyBuild:
    return build_study(tmp_path_factory.mktemp("proact"), proact=handmade(), select=MODELS, target=dbt_target)


@pytest.fixture
def shuffled(tmp_path: Path, dbt_target: Path) -> StudyBuild:
    """The same records in another order of lines, on other threads, and without checks."""
    return build_study(
        tmp_path, proact=handmade(), select=MODELS, target=dbt_target, shuffle=7, threads=8, dbt_tests=False
    )
