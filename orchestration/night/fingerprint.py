"""What a release is a function of, as one hash: accepted files, protocol, code, pseudonym key.

Light imports only: this decides whether there is anything to do.
"""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from orchestration.settings import REPOSITORY

PACKAGES = ("analytics", "dbt_project", "expectations", "orchestration")
SOURCE_SUFFIXES = {".py", ".sql", ".yml", ".toml", ".csv", ".html", ".css", ".js", ".ftl", ".jinja", ".j2"}
_MADE = {"target", "logs", "__pycache__"}


@cache
def code_hash() -> str:
    """SHA-256 over the packages' sources, as they were when this process first asked."""
    return sources_hash(*PACKAGES)


def code_on_disk() -> str:
    """SHA-256 over the packages' sources as they lie there now, which is what dbt and a late import read."""
    return _hash_of(PACKAGES)


@cache
def sources_hash(*folders: str) -> str:
    """SHA-256 over the sources under folders of this repository, as they were when this process first asked."""
    return _hash_of(folders)


def _hash_of(folders: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted(_sources(folders)):
        digest.update(path.relative_to(REPOSITORY).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(folders: Iterable[str]) -> Iterable[Path]:
    for folder in folders:
        for path in (REPOSITORY / folder).rglob("*"):
            if path.suffix in SOURCE_SUFFIXES and not _MADE.intersection(path.parts):
                yield path


@cache
def lock_hash() -> str:
    """SHA-256 of `uv.lock`; of nothing where it is not beside the sources."""
    lock = REPOSITORY / "uv.lock"
    return hashlib.sha256(lock.read_bytes() if lock.exists() else b"").hexdigest()


def build_fingerprint(
    *,
    files: Iterable[tuple[str, str, str]],
    protocol_hash: str,
    code_hash: str,
    lock_hash: str,
    key_id: str,
    data_cut: str,
) -> str:
    """Fingerprint of one build.

    Args:
        files: (source, file name, sha256) of every accepted file; their order does not matter.
        protocol_hash: hash of the protocol's canonical form.
        code_hash: hash of the packages' sources.
        lock_hash: hash of the locked dependencies.
        key_id: public fingerprint of the pseudonym key.
        data_cut: ISO date.
    """
    content = {
        "files": sorted(files),
        "protocol": protocol_hash,
        "code": code_hash,
        "lock": lock_hash,
        "key": key_id,
        "data_cut": data_cut,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
