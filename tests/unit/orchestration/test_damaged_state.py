"""What can be made anew is set aside when it is damaged, each thing alone, with one line; what is whole stays."""

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from dagster import DagsterInstance

from orchestration.cli import main
from orchestration.dagster_parts import dbt_manifest
from orchestration.dagster_parts.damage import DATABASES, set_damage_aside
from orchestration.dagster_parts.instance import prepare_instance
from orchestration.extracts.store import ExtractStore
from orchestration.night.recovery import recover
from orchestration.settings import Settings

AT = "2026-07-01T02:00:00+09:00"


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(4096))


def half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def middle(path: Path) -> None:
    """A block of it overwritten, as a bad sector leaves it."""
    with open(path, "r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with Dagster's databases, a working file and a folder of machine code."""
    settings = Settings(tmp_path / "home")
    for name, value in (("VIGIL_HOME", settings.home), ("DAGSTER_HOME", ""), ("NUMBA_CACHE_DIR", "")):
        monkeypatch.setenv(name, str(value))
    prepare_instance(settings)
    with DagsterInstance.get() as instance:
        instance.add_dynamic_partitions("data_cut", ["2026-03-31"])
    settings.build_file.parent.mkdir(parents=True)
    duckdb.connect(str(settings.build_file)).close()
    code = settings.kernels / ("0" * 64) / "survival"
    code.mkdir(parents=True)
    for name in ("km.nbi", "km.1.nbc"):
        (code / name).write_bytes(b"\x80\x04" + bytes(2000) + b".")
    return settings


def set_aside(settings: Settings) -> list[str]:
    """What is said, all of it set aside under the home."""
    told = [*recover(settings, AT), *set_damage_aside(settings)]
    assert len(told) == len(list(settings.home.rglob("*.damaged-*")))
    return told


def test_what_is_whole_stays(settings: Settings) -> None:
    assert set_aside(settings) == []


@pytest.mark.parametrize("damage", [garbage, half, middle, empty])
@pytest.mark.parametrize("name", DATABASES)
def test_a_database_of_dagster(settings: Settings, name: str, damage: Callable[[Path], None]) -> None:
    for path in settings.dagster_home.rglob("*.db-*"):
        path.unlink()
    damage(settings.dagster_home / name)
    (told,) = set_aside(settings)
    assert told.startswith("dagster was damaged: set aside as ")
    prepare_instance(settings)
    with DagsterInstance.get() as instance:
        assert instance.get_runs() == []
    assert set_damage_aside(settings) is not None
    assert list(set_damage_aside(settings)) == []


def test_a_database_that_somebody_writes_is_whole(settings: Settings) -> None:
    import sqlite3

    with sqlite3.connect(settings.dagster_home / "history" / "runs.db") as writer:
        writer.execute("begin exclusive")
        assert set_aside(settings) == []


@pytest.mark.parametrize("damage", [garbage, half, empty])
@pytest.mark.parametrize("name", ["km.nbi", "km.1.nbc"])
def test_machine_code(settings: Settings, name: str, damage: Callable[[Path], None]) -> None:
    damage(next(settings.kernels.rglob(name)))
    (told,) = set_aside(settings)
    assert told.startswith(f"{'0' * 64} was damaged: set aside as ")
    assert set_aside(settings.__class__(settings.home / "none")) == []


@pytest.mark.parametrize("damage", [garbage, half])
def test_a_working_file(settings: Settings, damage: Callable[[Path], None]) -> None:
    damage(settings.build_file)
    (told,) = set_aside(settings)
    assert told.startswith("vigil.duckdb was damaged: set aside as ")
    assert not settings.build_file.exists()


def test_dagsters_configuration_is_written_anew(settings: Settings) -> None:
    config = settings.dagster_home / "dagster.yaml"
    said = config.read_bytes()
    garbage(config)
    prepare_instance(settings)
    assert config.read_bytes() == said


@pytest.mark.parametrize("text", ["[]", "7", "null", '"a"', "{", ""])
def test_a_description_in_the_store_that_is_none_is_read_anew(tmp_path: Path, text: str) -> None:
    store = ExtractStore(tmp_path)
    store.sidecar("0abc").write_text(text)
    assert store.get("0abc") is None
    assert list(store.entries()) == []


def test_the_manifest_of_dbt_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "target"
    monkeypatch.setattr(dbt_manifest, "TARGET", target)
    monkeypatch.setattr(dbt_manifest, "_parse", lambda folder: (folder / "manifest.json").write_text("{}"))
    dbt_manifest.manifest_path.__wrapped__()
    garbage(target / "manifest.json")
    assert dbt_manifest.manifest_path.__wrapped__().read_text() == "{}"


@pytest.mark.parametrize("place", ["refresh.lock", "store", "releases"])
def test_what_is_no_file_or_no_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    monkeypatch.setenv("VIGIL_HOME", str(tmp_path))
    path = tmp_path / place
    if place.endswith(".lock"):
        path.mkdir()
    else:
        path.write_text("")
    assert main(["refresh"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert place in said[0] or "landing" in said[0]
