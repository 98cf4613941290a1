"""Processes that start together make the manifest once, and none reads half of it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orchestration.dagster_parts import dbt_manifest


@pytest.fixture
def parses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When the project was parsed: slowly, the manifest written in two halves, as by dbt."""
    target = tmp_path / "target"
    monkeypatch.setattr(dbt_manifest, "TARGET", target)
    monkeypatch.setenv("VIGIL_HOME", str(tmp_path / "home"))
    done: list[float] = []

    def parse(target: Path) -> None:
        done.append(time.monotonic())
        (target / "manifest.json").write_text('{"no')
        time.sleep(0.2)
        (target / "manifest.json").write_text('{"nodes": {}}')

    monkeypatch.setattr(dbt_manifest, "_parse", parse)
    return done


def _read(_: int) -> dict:
    return json.loads(dbt_manifest.manifest_path.__wrapped__().read_text())


def test_four_that_start_together_parse_once_and_read_it_whole(parses: list[float]) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(_read, range(4))) == [{"nodes": {}}] * 4
    assert len(parses) == 1


def test_a_parse_that_was_killed_is_made_again(parses: list[float]) -> None:
    _read(0)
    (dbt_manifest.TARGET / "manifest.sources").unlink()  # As a parse leaves it that did not come to its end.
    (dbt_manifest.TARGET / "manifest.json").write_text('{"no')
    assert _read(0) == {"nodes": {}}
    assert len(parses) == 2


def test_a_service_that_may_not_write_beside_the_sources_keeps_it_in_its_home(
    parses: list[float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sources").write_text("as read-only as a folder of somebody else")
    monkeypatch.setattr(dbt_manifest, "TARGET", tmp_path / "sources" / "target")
    assert _read(0) == _read(1) == {"nodes": {}}
    assert dbt_manifest.manifest_path.__wrapped__() == tmp_path / "home" / "store" / "dbt" / "manifest.json"
    assert len(parses) == 1
