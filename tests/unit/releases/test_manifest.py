"""What the hashes of a manifest close over."""

from dataclasses import replace
from pathlib import Path

from fabricated_build import FIRST, release

from orchestration.releases.manifest import TableDigest, overall_hash, read_manifest


def test_the_chain_closes_over_the_release_before(tmp_path: Path) -> None:
    manifest = read_manifest(release(tmp_path, FIRST))
    assert manifest.expected_chain == manifest.chain
    assert replace(manifest, parent_chain="e" * 64).expected_chain != manifest.chain


def test_the_logical_hash_is_one_of_contents() -> None:
    one, other = {"marts.adsl": TableDigest(3, "a" * 64)}, {"marts.adsl": TableDigest(3, "b" * 64)}
    assert overall_hash(one) != overall_hash(other)
