"""The manifest of a release: what went in, what came out, and the hash chain to the release before it."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from importlib import metadata
from pathlib import Path
from platform import python_version
from typing import Any

MANIFEST = "manifest.json"
KEPT = frozenset({MANIFEST, f"{MANIFEST}.minisig"})
"""What stays of a release whose database is deleted: its manifest, and the signature of it as it was published."""
MARK = "SYNTHETIC"
PYTHON = "python"
"""As the versions that a release was made with name Python itself."""
GENESIS = "0" * 64
_LIBRARIES = [
    "dagster",
    "dagster-dbt",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "numba",
    "numpy",
    "pandas",
    "pyarrow",
    "scikit-learn",
    "scipy",
]


@dataclass(frozen=True)
class InputFile:
    """One delivered file that the release rests on."""

    source: str
    release: str
    file_name: str
    sha256: str
    n_record: int


@dataclass(frozen=True)
class TableDigest:
    """Rows and logical hash of one published table."""

    n_row: int
    logical_hash: str


@dataclass(frozen=True)
class Manifest:
    """Everything about a release that is not in its database. `chain` closes over all fields of its publication."""

    release_id: str
    number: int
    data_cut: str
    proact_release: str
    created_at: str
    time_zone: str
    fingerprint: str
    simulated: bool
    protocol: Mapping[str, str]
    seed: int
    code_hash: str
    lock_hash: str
    pseudonym_key_id: str
    libraries: Mapping[str, str]
    inputs: tuple[InputFile, ...]
    tables: Mapping[str, TableDigest]
    files: Mapping[str, str]
    logical_hash: str
    parent_id: str | None
    parent_chain: str
    erased: bool = False
    """Its database was deleted because a subject was erased. Like `retired` outside the chain, as it comes later."""
    retired: bool = False
    """Its database was deleted by retention."""
    code_commit: str | None = None
    """The commit of the sources; `+` behind it where they had been changed, None where no repository was there."""
    operating_characteristics: str | None = None
    """Hash of what the operating characteristics it carries were made from; None where it carries none."""
    engine: str | None = None
    """What dbt ran on, with its version."""
    chain: str = field(default="")

    @property
    def has_database(self) -> bool:
        """Whether there is more of it than this manifest."""
        return not (self.erased or self.retired)

    @property
    def mark(self) -> str | None:
        """What everything made of simulated deliveries says."""
        return MARK if self.simulated else None

    def sealed(self) -> "Manifest":
        """The same manifest with its chain hash."""
        return Manifest(**{**_shallow(self), "chain": self.expected_chain})

    @cached_property
    def expected_chain(self) -> str:
        """SHA-256 of the parent's chain hash and everything else here, as it was when it was published.

        A manifest whose database was deleted later keeps its chain, so that what follows on it still verifies.
        """
        body = {key: value for key, value in self.as_dict().items() if key not in ("chain", "retired")}
        body["erased"] = False
        # Versions that did not write it closed their manifests without it.
        for later in ("code_commit", "operating_characteristics", "engine"):
            if body[later] is None:
                del body[later]
        return hashlib.sha256((self.parent_chain + _canonical(body)).encode()).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        # `dataclasses.asdict` copies every word of it, three times a release and night.
        return _shallow(self) | {
            "inputs": [dict(vars(file)) for file in self.inputs],
            "tables": {name: dict(vars(digest)) for name, digest in self.tables.items()},
        }


def number_of(release_id: str) -> int:
    """The number that a release's id begins with."""
    return int(release_id.partition("-")[0])


def is_genuine(manifest: Manifest, release_id: str) -> bool:
    """Whether a manifest is of this release and closed by its own chain hash."""
    own = f"{manifest.number:04d}-{manifest.data_cut}"
    return manifest.release_id == release_id == own and manifest.expected_chain == manifest.chain


def _shallow(manifest: Manifest) -> dict[str, Any]:
    return {name: getattr(manifest, name) for name in manifest.__dataclass_fields__}


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def library_versions() -> dict[str, str]:
    """Installed versions of Python and of the libraries that the numbers rest on."""
    return {PYTHON: python_version()} | {name: metadata.version(name) for name in _LIBRARIES}


def overall_hash(tables: Mapping[str, TableDigest]) -> str:
    """One logical hash over all tables."""
    lines = "\n".join(f"{name} {digest.logical_hash}" for name, digest in sorted(tables.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest.json` readable by people and programs."""
    # Never half written: a tombstone takes the place of the manifest it came from in one step.
    staged = folder / f".{MANIFEST}"
    staged.write_text(_text(manifest), encoding="utf-8")
    staged.chmod(0o444)
    os.replace(staged, folder / MANIFEST)


def as_published(folder: Path, manifest: Manifest) -> bytes:
    """The bytes of a manifest as it was published, also where its database was deleted later: what a signature is of."""
    if manifest.has_database:
        return (folder / MANIFEST).read_bytes()
    return _text(replace(manifest, erased=False, retired=False)).encode()


def _text(manifest: Manifest) -> str:
    return json.dumps(manifest.as_dict(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a release folder.

    Raises:
        ValueError: it is not there or not a manifest; the message names the release.
    """
    return read_manifest_file(folder / MANIFEST, folder.name)


def read_manifest_file(path: Path, release_id: str) -> Manifest:
    """Read a manifest, or a copy of it.

    Raises:
        ValueError: it is not there or not a manifest; the message names the release.
    """
    try:
        # A pipe would be waited for.
        if not path.is_file():
            raise FileNotFoundError
        return _parsed(path.read_bytes())
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"release {release_id}: {MANIFEST} is missing or damaged ({type(error).__name__})"
        ) from error


@lru_cache(maxsize=1024)
def _parsed(content: bytes) -> Manifest:
    """By content: a night looks at each of a year's manifests some ten times."""
    raw = json.loads(content.decode())
    raw["inputs"] = tuple(InputFile(**item) for item in raw["inputs"])
    raw["tables"] = {name: TableDigest(**digest) for name, digest in raw["tables"].items()}
    return Manifest(**raw)
