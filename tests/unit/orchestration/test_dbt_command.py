"""dbt is run as the packaged resource runs it, without asking for its version or opening an adapter first."""

from pathlib import Path

import pytest
from dagster_dbt import DbtCliResource
from dagster_dbt.core import resource

from orchestration.dagster_parts.dbt_command import DbtCommand, dbt_command


def test_what_is_overridden_is_there_in_the_packaged_resource() -> None:
    for name in ("_cli_version", "_initialize_dbt_core_adapter"):
        assert name in vars(DbtCliResource)
        assert name in vars(DbtCommand)


def test_no_process_and_no_adapter_is_made_before_dbt_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[dict] = []
    monkeypatch.setattr(resource, "check_output", lambda *_: pytest.fail("asked for a version"))
    monkeypatch.setattr(resource.DbtCliInvocation, "run", lambda **given: started.append(given))
    dbt_command().cli(["build"], target_path=tmp_path)
    (given,) = started
    assert given["adapter"] is None
    assert given["cli_version"].major == 1
    assert given["args"][-1] == "build"
