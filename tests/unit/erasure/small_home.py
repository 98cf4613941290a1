"""A home with deliveries of both sources, read into the store, and two fabricated releases that hold all their subjects.

Here belongs the home. What an erasure must leave of it stands in the tests.
"""

from dataclasses import replace
from pathlib import Path

from delivery_builder import CUT, KEY, N_SUBJECT, RELEASE, Site, manifest, proact_files, registry_files
from fabricated_build import FIRST, SECOND, make_build, publication

from orchestration.extracts.pseudonyms import PseudonymKey, pseudonym
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.publish import publish
from orchestration.settings import Settings

SECRET = KEY.secret.decode()
RAW = "LENZ-003"
CONTROL = "9000003"


def name_of(raw: str, key: PseudonymKey = KEY) -> str:
    """The pseudonym of an id."""
    found = pseudonym(raw, key)
    assert found is not None
    return found


def make_home(home: Path) -> Settings:
    """Deliveries, store and releases; the settings that name them."""
    site = Site(home)
    files = registry_files()
    site.deliver("REGISTRY", CUT, {**files, "MANIFEST.sha256": manifest(files)})
    site.deliver("PROACT", RELEASE, proact_files())
    site.accept("REGISTRY")
    site.accept("PROACT")
    for cut in (FIRST, SECOND):
        release_cut(home, cut)
    return Settings(home, pseudonym_key=SECRET, settle_seconds=0)


def release_cut(home: Path, cut: str, key: PseudonymKey = KEY, skipped: str = "") -> Path:
    """A release of everybody delivered but one."""
    raws = [f"LENZ-{i:03d}" for i in range(1, N_SUBJECT + 1)]
    subjects = [f"LENZ-{name_of(raw, key)}" for raw in raws if raw != skipped]
    subjects += [f"PROACT-{9_000_001 + i}" for i in range(N_SUBJECT)]
    index = ReleaseIndex(home / "releases")
    fingerprint = f"fingerprint {index.next_number()}"
    build = make_build(home / "build", fingerprint=fingerprint, usubjid=subjects)
    made = publication(index, build, cut, fingerprint)
    return publish(index, replace(made, manifest=replace(made.manifest, pseudonym_key_id=key.key_id)))
