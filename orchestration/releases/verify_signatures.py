"""Whether every release and the journal were signed by one key: who can write to the home folder cannot make that anew.

Belongs here: what must be signed, and signing it once a person has looked. Does not belong here: keys and single signatures
(`signing`), nor what hashes prove (`verify`, `verify_ledger`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.releases.copies import copy_of, keep_copy
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.journal import JOURNAL, Journal, write_in_ledger
from orchestration.releases.manifest import MANIFEST, as_published
from orchestration.releases.signing import (
    SigningError,
    is_signed,
    public_key,
    read_signatures,
    signature,
    signature_of,
    signing_key,
)

if TYPE_CHECKING:
    from minisign import PublicKey


def verify_signatures(index: ReleaseIndex, key_file: Path) -> list[str]:
    """What is not signed by a key, a line each; empty where everything is.

    Args:
        index: the releases. One whose manifest cannot be read is named by `verify_release`.
        key_file: the public key, from where whoever can write to the home folder cannot.

    Raises:
        SigningError: it is no such key.
    """
    key = public_key(key_file)
    return [*_unsigned_releases(index, key), *_unsigned_lines(Journal.of(index.root), key)]


def _unsigned_releases(index: ReleaseIndex, key: "PublicKey") -> Iterator[str]:
    for manifest in index.manifests():
        folder = index.root / manifest.release_id
        found = read_signatures(folder / MANIFEST, copy_of(index.root, folder.name))
        if not found:
            yield f"release {folder.name}: is not signed"
        elif not is_signed(as_published(folder, manifest), found, key):
            yield f"release {folder.name}: is not what was signed, or was signed by another key"


def _unsigned_lines(journal: Journal, key: "PublicKey") -> Iterator[str]:
    lines = (journal.path.read_bytes() if journal.path.is_file() else b"").splitlines(keepends=True)
    found = read_signatures(journal.path, journal.second)
    signed = next((n for n in range(len(lines), 0, -1) if is_signed(b"".join(lines[:n]), found, key)), 0)
    if not found:
        yield f"{JOURNAL} is not signed"
    elif not signed:
        yield f"{JOURNAL} is not what was signed, or was signed by another key"
    elif signed < len(lines):
        yield f"{JOURNAL}: lines from {signed + 1} on were written without the key: look at them, then vigil releases sign"


def sign_everything(index: ReleaseIndex) -> list[str]:
    """Sign the journal and every release that the key in force did not sign: an old home, another key, lines written without
    it. The caller holds the lock, has verified everything, and was asked by a person who looked.

    Returns:
        What was signed.

    Raises:
        SigningError: there is no key.
    """
    key = signing_key(index.root.parent)
    if key is None:
        raise SigningError("there is no key to sign with: VIGIL_SIGNING_KEY names it")
    public, signed = key.get_public_key(), []
    for manifest in index.manifests():
        path = index.root / manifest.release_id / MANIFEST
        content = as_published(path.parent, manifest)
        if not is_signed(content, read_signatures(path), public):
            write_in_ledger(signature_of(path), signature(key, content, f"release {manifest.release_id}"))
            signature_of(path).chmod(0o444)
            keep_copy(index.root, manifest.release_id)
            signed.append(manifest.release_id)
    journal = Journal.of(index.root)
    if any(_unsigned_lines(journal, public)):
        journal.sign(key)
        signed.append(JOURNAL)
    return signed
