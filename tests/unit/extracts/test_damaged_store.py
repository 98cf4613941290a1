"""A stored file in which a bit has changed is never read as other values: it is read anew from landing."""

import json

import pytest
from delivery_builder import CUT, Site, registry_files


def _flip(content: bytes, at: float) -> bytes:
    damaged = bytearray(content)
    damaged[int(at * (len(damaged) - 1))] ^= 4
    return bytes(damaged)


@pytest.mark.parametrize("at", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0])
def test_a_flipped_bit_of_a_stored_file_is_found_and_the_file_read_anew(site: Site, at: float) -> None:
    site.deliver("REGISTRY", CUT, registry_files())
    before = site.accept("REGISTRY").files
    whole = {file.path: file.path.read_bytes() for file in before}
    for path, content in whole.items():
        path.write_bytes(_flip(content, at))
    assert {file.reused for file in site.accept("REGISTRY").files} == {False}
    assert {path: path.read_bytes() for path in whole} == whole
    assert {file.reused for file in site.accept("REGISTRY").files} == {True}


def test_a_number_changed_in_a_description_is_found(site: Site) -> None:
    site.deliver("REGISTRY", CUT, registry_files())
    entry = site.accept("REGISTRY").files[0].entry
    path = site.store.sidecar(entry.key)
    fields = json.loads(path.read_text())
    path.write_text(json.dumps(fields | {"n_record": entry.n_record + 1}))
    assert site.store.get(entry.key) is None
    again = next(file for file in site.accept("REGISTRY").files if file.entry.key == entry.key)
    assert (again.reused, again.entry) == (False, entry)


def test_a_description_of_an_older_version_is_read(site: Site) -> None:
    site.deliver("REGISTRY", CUT, registry_files())
    entry = site.accept("REGISTRY").files[0].entry
    path = site.store.sidecar(entry.key)
    later = ("rejects_sha256", "description_sha256")
    path.write_text(json.dumps({k: v for k, v in json.loads(path.read_text()).items() if k not in later}))
    assert {file.reused for file in site.accept("REGISTRY").files} == {True}
