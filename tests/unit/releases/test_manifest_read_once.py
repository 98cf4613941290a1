"""A manifest is parsed once for the same bytes, and anew as soon as one of them is another."""

from dataclasses import asdict
from pathlib import Path

import pytest
from fabricated_build import FIRST, make_build, publication

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import MANIFEST, is_genuine, read_manifest
from orchestration.releases.publish import publish


@pytest.fixture
def release(tmp_path: Path) -> Path:
    index = ReleaseIndex(tmp_path / "releases")
    return publish(index, publication(index, make_build(tmp_path / "build", fingerprint="f"), FIRST, "f"))


def test_it_is_the_same_while_its_bytes_are_and_another_when_one_changes(release: Path) -> None:
    first = read_manifest(release)
    assert read_manifest(release) is first
    path = release / MANIFEST
    content = path.read_bytes()
    path.chmod(0o600)
    # As long as before, and within the same instant: nothing but the bytes tells.
    path.write_bytes(content.replace(first.logical_hash[:8].encode(), b"00000000", 1))
    changed = read_manifest(release)
    assert changed.logical_hash != first.logical_hash
    assert not is_genuine(changed, release.name)
    path.write_bytes(content)
    assert is_genuine(read_manifest(release), release.name)


def test_its_plain_values_are_those_of_every_field(release: Path) -> None:
    manifest = read_manifest(release)
    wanted = asdict(manifest)
    wanted["inputs"] = list(wanted["inputs"])
    assert manifest.tables
    assert manifest.as_dict() == wanted
