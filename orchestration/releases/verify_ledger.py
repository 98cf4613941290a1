"""Verifying what binds the releases: chain, journal, second copies, `current`, and that none is missing or strange.

Nothing is mended here; that is `recovery`. What lies inside a release is `verify`'s.
"""

import os
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from orchestration.releases.copies import copy_of, genuine_copy
from orchestration.releases.index import CURRENT, ReleaseIndex
from orchestration.releases.journal import BEFORE, JOURNAL, LEDGER, STAGED, Journal
from orchestration.releases.manifest import GENESIS, Manifest, number_of, read_manifest
from orchestration.releases.signing import signature_of
from orchestration.releases.standing import ERASED, RETIRED, deleted, published, switched_to


def verify_chain(index: ReleaseIndex) -> list[str]:
    """What is wrong with the releases as a whole, a line each; empty when nothing is."""
    journal = list(index.journal())
    manifests = {release: found for release in index.known_ids() if (found := _manifest(index, release))}
    problems = Journal.of(index.root).problems()
    problems += _missing(index, journal) + _strangers(index)
    for manifest in manifests.values():
        problems += _links(manifest, manifests)
        problems += _told(manifest, journal)
        problems += _copied(index, manifest) if any(BEFORE in entry for entry in journal) else []
    return problems + _current(index, journal)


def _manifest(index: ReleaseIndex, release_id: str) -> Manifest | None:
    """The manifest of a release; of one that is damaged or gone, its copy."""
    try:
        return read_manifest(index.root / release_id)
    except ValueError:
        return genuine_copy(index.root, release_id)


def _missing(index: ReleaseIndex, journal: list[dict[str, Any]]) -> list[str]:
    """Releases that the journal or the ledger knows and that are not there, and numbers nobody knows."""
    known, there = index.known_ids(), {folder.name for folder in index.folders()}
    problems = [
        f"release {release}: its folder or manifest is gone" for release in known if release not in there
    ]
    numbers = [0, *map(number_of, known)]
    for before, number in pairwise(numbers):
        if number == before:
            problems.append(f"release number {number} is there twice")
        problems += [f"release number {gap} is gone without a trace" for gap in range(before + 1, number)]
    if there and not journal:
        problems.append(f"{JOURNAL} is empty or gone, though there are releases")
    return problems


def _strangers(index: ReleaseIndex) -> list[str]:
    known = {CURRENT, JOURNAL, signature_of(Path(JOURNAL)).name, *index.known_ids()}
    strange = sorted(p.name for p in index.root.iterdir() if p.name not in known and not _under_way(p.name))
    ledger = index.root.parent / LEDGER
    copies = (ledger / JOURNAL, *(copy_of(index.root, release) for release in index.known_ids()))
    expected = {path.name for copy in copies for path in (copy, signature_of(copy))}
    beside = [p.name for p in ledger.iterdir()] if ledger.is_dir() else []
    kept = sorted(name for name in beside if name not in expected and not _under_way(name))
    looked = ": delete it once it has been looked at"
    return [
        f"{name} does not belong to {index.root.name}/{looked if '.damaged-' in name else ''}"
        for name in strange
    ] + [f"{name} does not belong to {LEDGER}/{looked}" for name in kept]


def _under_way(name: str) -> bool:
    """What a publication that runs now, or died, writes first; the next one removes it."""
    return name.startswith(".tmp-") or STAGED.fullmatch(name) is not None


def _links(manifest: Manifest, manifests: Mapping[str, Manifest]) -> Iterator[str]:
    """The chain: each release follows on one that is there, was made before it and is of no later data cut."""
    name, parent_id = manifest.release_id, manifest.parent_id
    parent = manifests.get(parent_id) if parent_id is not None else None
    expected = GENESIS if parent_id is None else parent.chain if parent is not None else None
    if expected != manifest.parent_chain:
        yield f"release {name}: does not follow on its parent {parent_id or 'genesis'}"
    elif parent is not None and not (
        parent.number < manifest.number and parent.data_cut <= manifest.data_cut
    ):
        yield f"release {name}: comes before its parent {parent_id}"


def _told(manifest: Manifest, journal: list[dict[str, Any]]) -> Iterator[str]:
    """What the journal says of a release that is there."""
    name, known, gone = manifest.release_id, published(journal), deleted(journal)
    if name not in known:
        yield (
            f"release {name}: its publication is not in the journal: interrupted, and finished by the next refresh, "
            "or not Vigil's"
        )
    elif known[name] not in (None, manifest.chain):
        yield f"release {name}: is not the one whose publication is in the journal"
    for flagged, reason in ((manifest.erased, ERASED), (manifest.retired, RETIRED)):
        if flagged and gone.get(name) != reason:
            yield f"release {name}: its deletion ({reason}) is not in the journal"
    if name in gone and manifest.has_database:
        yield f"release {name}: is deleted ({gone[name]}) by the journal and is there"


def _copied(index: ReleaseIndex, manifest: Manifest) -> Iterator[str]:
    name = manifest.release_id
    copy = genuine_copy(index.root, name)
    if copy is None:
        yield f"release {name}: the copy of its manifest in {LEDGER}/ is gone or damaged: the next vigil refresh writes it"
    elif copy.chain != manifest.chain:
        yield f"release {name}: its manifest and the copy in {LEDGER}/ say different things"


def _current(index: ReleaseIndex, journal: list[dict[str, Any]]) -> list[str]:
    link, found, wanted = index.root / CURRENT, index.current(), switched_to(journal)
    if found is None and os.path.lexists(link):
        return [f"{CURRENT} points at no release" if link.is_symlink() else f"{CURRENT} is no link"]
    if (found.name if found else None) != wanted and journal:
        return [
            f"{CURRENT} is {found.name if found else 'gone'}; by the journal it is {wanted or 'withdrawn'}"
        ]
    return []
