"""One pass over a file's bytes: its digest, and the counts that decide how it can be read.

The line count taken here is the independent side of the accounting: what a decoder keeps and rejects must
add up to it. Not here: decoding.
"""

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

CHUNK = 2**20


@dataclass(frozen=True)
class ByteScan:
    """Counts over the bytes of one file. `n_lone_cr` are carriage returns not followed by a line feed."""

    sha256: str
    size: int
    n_line_feed: int
    n_lone_cr: int
    n_quote: int
    n_nul: int
    n_tab: int
    is_ascii: bool
    is_utf8: bool
    ends_with_line_feed: bool

    @property
    def n_line(self) -> int:
        """Physical lines; a last line without a line break counts."""
        return self.n_line_feed + (0 if self.ends_with_line_feed or self.size == 0 else 1)


class _Utf8Check:
    """Incremental validity check that costs nothing while the bytes are ASCII."""

    def __init__(self) -> None:
        self.ascii = True
        self.valid = True
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")

    def feed(self, block: bytes) -> None:
        if self.ascii and block.isascii():
            return
        self.ascii = False
        if self.valid:
            self._decode(block, final=False)

    def finish(self) -> None:
        if self.valid and not self.ascii:
            self._decode(b"", final=True)

    def _decode(self, block: bytes, *, final: bool) -> None:
        try:
            self._decoder.decode(block, final)
        except UnicodeDecodeError:
            self.valid = False


def scan_bytes(path: Path) -> ByteScan:
    """Read a file once, in pieces of 1 MiB, and count what matters."""
    digest, text = hashlib.sha256(), _Utf8Check()
    counts = dict.fromkeys((b"\n", b"\r", b"\r\n", b'"', b"\0", b"\t"), 0)
    size, last = 0, b""
    with path.open("rb", buffering=0) as file:
        while block := file.read(CHUNK):
            digest.update(block)
            text.feed(block)
            for pattern in counts:
                counts[pattern] += block.count(pattern)
            counts[b"\r\n"] += last == b"\r" and block[:1] == b"\n"
            size, last = size + len(block), block[-1:]
    text.finish()
    return ByteScan(
        sha256=digest.hexdigest(),
        size=size,
        n_line_feed=counts[b"\n"],
        n_lone_cr=counts[b"\r"] - counts[b"\r\n"],
        n_quote=counts[b'"'],
        n_nul=counts[b"\0"],
        n_tab=counts[b"\t"],
        is_ascii=text.ascii,
        is_utf8=text.valid,
        ends_with_line_feed=last == b"\n",
    )


def digest_bytes(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
