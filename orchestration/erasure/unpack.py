"""What lies inside archives and compressed files, however deep: each member as a file of its own, to be searched.

Not here: what is looked for (`search`).
"""

import bz2
import gzip
import lzma
import os
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from orchestration.extracts.contents import DAMAGED as DAMAGED_ZIP
from orchestration.extracts.limits import DEFAULT_LIMITS

_MAGIC = {b"PK\x03\x04": "zip", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz"}
_TAR_AT, _TAR = 257, b"ustar"
_OPENED: dict[str, Callable[[Path, str], Any]] = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}
SEALED = (
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x9d",
    b"\x04\x22\x4d\x18",
)
"""How files begin that hold text in a form nobody here can read: 7z, RAR, Zstandard, PDF, old Office, compress, LZ4."""
DAMAGED = (*DAMAGED_ZIP, zlib.error, lzma.LZMAError, tarfile.TarError, gzip.BadGzipFile)
ARCHIVES = ("tar", *_MAGIC.values())
_DEPTH = 8
_BLOCK = 2**20


class TooMuchError(RuntimeError):
    """An archive is nested deeper, or unpacks to more, than is looked into."""


def archive_kind(head: bytes) -> str | None:
    """Which archive or compressed file begins so; None where it is none."""
    if head[_TAR_AT:].startswith(_TAR):
        return "tar"
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)


@contextmanager
def members(path: Path, kind: str, scratch: Path, depth: int) -> Iterator[Iterator[tuple[str, Path]]]:
    """Names and bytes of what an archive holds; each file is gone when the next is asked for.

    Raises:
        TooMuchError: over the caps.
        DAMAGED: it is damaged, or encrypted.
    """
    if depth > _DEPTH:
        raise TooMuchError
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="search-", dir=scratch) as folder:
        yield _unpacked(path, kind, Path(folder))


def _unpacked(path: Path, kind: str, folder: Path) -> Iterator[tuple[str, Path]]:
    left = DEFAULT_LIMITS.delivery_bytes
    for name, stream in _streams(path, kind):
        # A decoder goes by the suffix; the rest of a foreign name has no place in a path.
        out = folder / f"member{PurePosixPath(name).suffix.lower()[:12]}"
        with out.open("wb") as target:
            while block := stream.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise TooMuchError
                target.write(block)
        yield name, out
        os.unlink(out)


def _streams(path: Path, kind: str) -> Iterator[tuple[str, IO[bytes]]]:
    if kind == "zip":
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                with archive.open(info) as stream:
                    yield info.filename, stream
    elif kind == "tar":
        with tarfile.open(path, "r:") as tar:
            for entry in tar:
                content = tar.extractfile(entry) if entry.isreg() else None
                if content is not None:
                    yield entry.name, content
    else:
        with _OPENED[kind](path, "rb") as stream:
            yield path.with_suffix("").name, stream
