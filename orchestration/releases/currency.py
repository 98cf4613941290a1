"""Which release becomes `current` when one is published, and making good what a killed publication left undone.

Light imports only: a night with nothing new looks here too.
"""

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.journal import BEFORE
from orchestration.releases.manifest import Manifest
from orchestration.releases.soundness import unsound
from orchestration.releases.standing import PUBLISHED, begun, published


def make_current(index: ReleaseIndex, manifest: Manifest, *, at: str) -> bool:
    """Point `current` at a release, unless a later data cut is released: an older snapshot never overwrites a newer.

    Returns:
        Whether it became current; the journal tells either way.
    """
    newest = index.newest()
    if newest is not None and newest.data_cut > manifest.data_cut:
        reason = f"published; {newest.data_cut} is released, so it did not become current"
        index.record(at=at, act=PUBLISHED, reason=reason, release=manifest.release_id, chain=manifest.chain)
        return False
    index.switch(manifest.release_id, at=at, reason="published")
    return True


def finish_interrupted(index: ReleaseIndex, *, at: str) -> list[str]:
    """Make current what was published whole but not switched to before the process died.

    The journal tells of each publication that it began; only a journal of older versions does not.

    Returns:
        Ids of such releases.
    """
    entries = list(index.journal())
    told, intended, older = published(entries), begun(entries), not any(BEFORE in entry for entry in entries)
    late = []
    for manifest in index.standing():
        name = manifest.release_id
        meant = name not in told and (older or intended.get(name) == manifest.chain)
        if meant and manifest.has_database and not unsound(index.root / name, told):
            make_current(index, manifest, at=at)
            late.append(name)
    return late
