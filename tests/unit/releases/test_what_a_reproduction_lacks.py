"""What `vigil releases reproduce` says before it begins, where something that a release was made of is gone."""

from dataclasses import replace
from pathlib import Path

import pytest
from delivery_builder import CUT, proact_files, registry_files
from fabricated_build import FIRST, SECOND, release

from orchestration.night.fingerprint import code_hash, lock_hash
from orchestration.night.inputs import key_id
from orchestration.night.reproduction import missing_parts
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import InputFile, Manifest, read_manifest
from orchestration.releases.purge import RETIRED, purge
from orchestration.releases.soundness import file_hash
from orchestration.settings import Settings

EXPORT = "2024_01_01"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two releases, and deliveries in landing."""
    release(tmp_path, FIRST)
    release(tmp_path, SECOND)
    for source, name, files in (("registry", CUT, registry_files()), ("proact", EXPORT, proact_files())):
        folder = tmp_path / "landing" / source / name
        folder.mkdir(parents=True)
        for file, content in files.items():
            (folder / file).write_bytes(content)
    return Settings(home=tmp_path, settle_seconds=0)


@pytest.fixture
def manifest(settings: Settings) -> Manifest:
    """The second release, as if made of them by the code and key of now."""
    inputs = [
        InputFile(source.upper(), path.parent.name, path.name, file_hash(path), 1)
        for source in ("registry", "proact")
        for path in sorted((settings.landing / source).glob("*/*.csv"))
    ]
    found = read_manifest(ReleaseIndex(settings.releases).folder("2"))
    return replace(
        found,
        code_hash=code_hash(),
        lock_hash=lock_hash(),
        pseudonym_key_id=key_id(settings),
        inputs=tuple(inputs),
    )


def test_nothing_is_missing_where_everything_is_there(settings: Settings, manifest: Manifest) -> None:
    assert missing_parts(settings, manifest) == []


def test_other_code_lock_and_key_are_named(settings: Settings, manifest: Manifest) -> None:
    other = replace(
        manifest, code_hash="e" * 64, lock_hash="f" * 64, pseudonym_key_id="other", code_commit="abc1234"
    )
    told = missing_parts(settings, other)
    assert [line.split(":")[0] for line in told] == ["code", "lock", "key"]
    assert "commit abc1234" in told[0]


def test_a_file_that_is_gone_or_changed_is_named(settings: Settings, manifest: Manifest) -> None:
    folder = settings.landing / "registry" / CUT
    first, second = sorted(folder.glob("*.csv"))[:2]
    first.unlink()
    second.write_bytes(second.read_bytes() + b"\n")
    told = missing_parts(settings, manifest)
    assert len(told) == 2
    assert [name in line for name, line in zip((first.name, second.name), told, strict=True)] == [True, True]


def test_a_delivery_that_is_gone_is_named_file_by_file(settings: Settings, manifest: Manifest) -> None:
    (settings.landing / "proact" / EXPORT).rename(settings.home / "elsewhere")
    told = missing_parts(settings, manifest)
    assert len(told) == sum(file.source == "PROACT" for file in manifest.inputs) > 0


def test_a_parent_of_which_only_the_manifest_is_left_is_named(settings: Settings, manifest: Manifest) -> None:
    index = ReleaseIndex(settings.releases)
    purge(index, index.folder("1"), RETIRED, "2026-10-02T03:00:00+09:00")
    assert missing_parts(settings, manifest) == [f"parent: of release 0001-{FIRST} only the manifest is left"]


def test_a_damaged_release_is_named(settings: Settings, manifest: Manifest) -> None:
    (settings.releases / manifest.release_id / "report" / "report.html").write_text("other")
    assert missing_parts(settings, manifest)[0].startswith("release, for its protocol")
