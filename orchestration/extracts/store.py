"""The content-addressed store: one Parquet file per accepted file, written once, shared by all data cuts.

The key hashes the delivered bytes, the decoder's version, the table's dictionary and the pseudonym key's
fingerprint, so that a change of any reads anew and nothing else does. Everything here can be rebuilt from
`landing/`. Not here: what goes into the Parquet file.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.durable import move_durably
from orchestration.extracts.contents import DeliveredFile, as_local
from orchestration.extracts.dictionary import SourceTable
from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.pseudonyms import PseudonymKey
from orchestration.extracts.scan import ByteScan, digest_bytes, scan_bytes

DECODER_VERSION = "4"
UNUSED_DAYS = 90
"""After so long an entry goes: a night reads the newest delivery, and what is asked for again is read from `landing/`."""
OWN_DIGEST = "description_sha256"
"""Field of a description beside those of `StoredExtract`: the digest of them all; older versions did not write it."""


@dataclass(frozen=True)
class StoredExtract:
    """What is known of a stored file; written beside it as JSON, last, so that its presence means complete.

    Attributes:
        key: name in the store.
        sha256: of the delivered bytes.
        source, table: dictionary table.
        n_record: records delivered = n_row + n_decode_reject.
        n_row: records in the Parquet file.
        n_decode_reject: records that could not be decoded.
        first_line: line of the first record where `_line` follows from the position; None if it is a column.
        encoding, delimiter: as found.
        unknown_columns, withheld_columns, missing_columns: header differences.
        pseudonym_key_id: fingerprint of the key used, or None.
        warnings: one line each, without values.
        date_forms: of date columns not all in ISO 8601, the fields of `DateForms`.
        parquet_bytes: size of the Parquet file.
        parquet_sha256: its digest.
        rejects_sha256: digest of the records set aside; empty where there are none, or an older version wrote them.
    """

    key: str
    sha256: str
    source: str
    table: str
    n_record: int
    n_row: int
    n_decode_reject: int
    first_line: int | None
    encoding: str
    delimiter: str | None
    unknown_columns: tuple[str, ...]
    withheld_columns: tuple[str, ...]
    missing_columns: tuple[str, ...]
    pseudonym_key_id: str | None
    warnings: tuple[str, ...] = ()
    date_forms: tuple[tuple[str, int, int, int], ...] = ()
    parquet_bytes: int = 0
    parquet_sha256: str = ""
    rejects_sha256: str = ""


_SCANNED = {field.name for field in fields(ByteScan)}


class ExtractStore:
    """The store under one folder. Not safe for two writers at once; the refresh lock sees to that."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.scratch = root / "tmp"
        self._known_scans: dict[str, dict[str, Any]] | None = None

    def parquet(self, key: str) -> Path:
        """The stored records."""
        return self.root / f"{key}.parquet"

    def rejects(self, key: str) -> Path:
        """The records set aside; present only if there are any."""
        return self.root / f"{key}.rejects.parquet"

    def sidecar(self, key: str) -> Path:
        """The description, whose presence makes the entry complete."""
        return self.root / f"{key}.json"

    def get(self, key: str) -> StoredExtract | None:
        """The description of an entry, or None if it is absent, incomplete or of another size."""
        try:
            fields = json.loads(self.sidecar(key).read_text())
            if fields.pop(OWN_DIGEST, None) not in (None, _digest_of(fields)):
                return None
            lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
            entry = StoredExtract(**{**fields, **lists})
            whole = self.parquet(key).stat().st_size == entry.parquet_bytes
            whole = whole and (entry.n_decode_reject == 0 or self.rejects(key).exists())
        except (OSError, ValueError, TypeError, AttributeError):
            return None
        return entry if whole else None

    def use(self, key: str) -> StoredExtract | None:
        """As `get_verified`; an entry that is used stays."""
        entry = self.get_verified(key)
        if entry is not None:
            os.utime(self.sidecar(key))
        return entry

    def get_verified(self, key: str) -> StoredExtract | None:
        """As `get`, and None where a byte changed since it was written: read as it is, it would give other values."""
        entry = self.get(key)
        if entry is None or digest_bytes(self.parquet(key)) != entry.parquet_sha256:
            return None
        if entry.rejects_sha256 and digest_bytes(self.rejects(key)) != entry.rejects_sha256:
            return None
        return entry

    def put(self, entry: StoredExtract, parquet: Path, rejects: Path | None) -> StoredExtract:
        """Move finished temporary files in: data first, description last, each synced to disk."""
        entry = replace(entry, parquet_bytes=parquet.stat().st_size, parquet_sha256=digest_bytes(parquet))
        if rejects is not None:
            entry = replace(entry, rejects_sha256=digest_bytes(rejects))
            move_durably(rejects, self.rejects(entry.key))
        move_durably(parquet, self.parquet(entry.key))
        description = self.scratch / f"{entry.key}.json"
        fields = json.loads(json.dumps(asdict(entry)))
        description.write_text(
            json.dumps({**fields, OWN_DIGEST: _digest_of(fields)}, indent=1, sort_keys=True)
        )
        move_durably(description, self.sidecar(entry.key))
        return entry

    def clear_leftovers(self) -> None:
        """Remove what killed readers left behind; call it while holding the refresh lock.

        Unpacked and re-encoded copies hold raw ids; records whose description was never written would outlive an erasure.
        """
        if self.scratch.exists():
            shutil.rmtree(self.scratch)
        described = {path.stem for path in self.root.glob("*.json")}
        for path in self.root.glob("*.parquet"):
            if path.name.partition(".")[0] not in described:
                path.unlink()

    def entries(self) -> Iterator[StoredExtract]:
        """All complete entries, by key."""
        for path in sorted(self.root.glob("*.json")):
            if (entry := self.get(path.stem)) is not None:
                yield entry

    def remove(self, key: str) -> None:
        """Delete an entry, description first."""
        for path in (self.sidecar(key), self.parquet(key), self.rejects(key)):
            path.unlink(missing_ok=True)

    def unused(self, now: datetime) -> list[StoredExtract]:
        """Entries that nobody has used for long."""
        before = now.timestamp() - UNUSED_DAYS * 86_400
        old = (path.stem for path in sorted(self.root.glob("*.json")) if path.stat().st_mtime < before)
        # Most are of late, and none of these is read.
        return [entry for key in old if (entry := self.get(key)) is not None]

    def damaged(self) -> tuple[str, ...]:
        """Keys of entries whose bytes have changed since they were written."""
        return tuple(e.key for e in self.entries() if self.get_verified(e.key) is None)

    def file_scan(self, file: DeliveredFile) -> ByteScan:
        """Digest and byte counts of a delivered file, remembered while the file on disk is unchanged.

        Raises:
            DeliveryError: the file changed while it was read.
        """
        if (known := self.known_scan(file)) is not None:
            return known
        stamp = file_stamp(file)
        with as_local(file, self.scratch) as local:
            scan = scan_bytes(local)
        if file_stamp(file) != stamp:
            raise DeliveryError(f"{quoted(file.name)}: changed while it was read; wait until it is delivered")
        self._write_scans({**self._scans(), _name_of(file): {"stamp": stamp, "scan": asdict(scan)}})
        return scan

    def known_scan(self, file: DeliveredFile) -> ByteScan | None:
        """What is remembered of a delivered file, without reading it; None where it is unknown, was touched since, or an
        earlier version counted other things."""
        known = self._scans().get(_name_of(file))
        if known is None or known["stamp"] != file_stamp(file) or known["scan"].keys() != _SCANNED:
            return None
        return ByteScan(**known["scan"])

    def forget_scans(self) -> None:
        """Forget all remembered digests and counts."""
        self._write_scans({})

    def _scans(self) -> dict[str, dict[str, Any]]:
        """What is remembered, read once: it grows with every delivery."""
        if self._known_scans is None:
            try:
                found = json.loads((self.root / "scans.cache").read_text())
            except (OSError, ValueError):
                found = {}
            self._known_scans = found if isinstance(found, dict) else {}
        return self._known_scans

    def _write_scans(self, cache: dict[str, dict[str, Any]]) -> None:
        self._known_scans = cache
        self.scratch.mkdir(parents=True, exist_ok=True)
        temporary = self.scratch / f"scans-{os.getpid()}.cache"
        temporary.write_text(json.dumps(cache))
        temporary.replace(self.root / "scans.cache")


def _name_of(file: DeliveredFile) -> str:
    """By which a delivered file is remembered."""
    return str(file.path.resolve()) + (f"!{file.member}" if file.member else "")


def file_stamp(file: DeliveredFile) -> list[int]:
    """Size, times and inode of the file on disk: equal while nobody has touched it."""
    status = file.path.stat()
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def extract_key(
    sha256: str, table: SourceTable, key: PseudonymKey | None, in_doubt: str | None = None
) -> str:
    """The name of a delivered file in the store.

    Args:
        sha256: of the delivered bytes.
        table: the dictionary table.
        key: pseudonym key.
        in_doubt: encoding of text that can be read both ways.
    """
    key_id = key.key_id if key is not None and table.has_pseudonyms else "none"
    content = "\n".join([sha256, DECODER_VERSION, table.content_hash, key_id, in_doubt or "refused"])
    return hashlib.sha256(content.encode()).hexdigest()


def _digest_of(fields: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
