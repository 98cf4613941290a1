"""Which release becomes `current` when one is published, and making good what a killed publication left undone.

Light imports only: a night with nothing new looks here too.
"""

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest


def make_current(index: ReleaseIndex, manifest: Manifest, *, at: str) -> bool:
    """Point `current` at a release, unless a later data cut is released: an older snapshot never overwrites a newer.

    Returns:
        Whether it became current; the journal tells either way.
    """
    newest = index.newest()
    if newest is not None and newest.data_cut > manifest.data_cut:
        reason = f"published; {newest.data_cut} is released, so it did not become current"
        index.record(at=at, reason=reason, release=manifest.release_id)
        return False
    index.switch(manifest.release_id, at=at, reason="published")
    return True


def finish_interrupted(index: ReleaseIndex, *, at: str) -> list[str]:
    """Make current what was published whole but not switched to before the process died.

    Returns:
        Ids of such releases; the journal knows every other one.
    """
    told = {entry.get(key) for entry in index.journal() for key in ("to", "release")}
    late = [m for m in index.manifests() if m.has_database and m.release_id not in told]
    for manifest in late:
        make_current(index, manifest, at=at)
    return [manifest.release_id for manifest in late]
