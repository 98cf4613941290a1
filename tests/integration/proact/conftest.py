"""The database that the tests of this folder read: the hand-made records, built once."""

import pytest
from proact_build import Build, build
from proact_records import handmade


@pytest.fixture(scope="package")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build(handmade(), tmp_path_factory.mktemp("proact"))
