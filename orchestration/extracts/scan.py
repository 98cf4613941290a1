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
    """What the bytes of one file hold. `n_lone_cr` are carriage returns not followed by a line feed."""

    sha256: str
    size: int
    n_line_feed: int
    n_lone_cr: int
    n_comma: int
    has_quote: bool
    has_nul: bool
    has_tab: bool
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
    """Read a file once, in pieces of 1 MiB, and note what matters."""
    digest, text = hashlib.sha256(), _Utf8Check()
    has = dict.fromkeys((b'"', b"\0", b"\t"), False)
    n_line_feed = n_lone_cr = n_comma = size = 0
    last = b""
    with path.open("rb", buffering=0) as file:
        while block := file.read(CHUNK):
            digest.update(block)
            text.feed(block)
            for byte in has:
                has[byte] = has[byte] or byte in block
            n_comma += block.count(b",")
            line_feeds, lone = _count_line_ends(last + block)
            n_line_feed, n_lone_cr = n_line_feed + line_feeds, n_lone_cr + lone
            # A carriage return at the very end of a block is judged together with the next block.
            last = block[-1:] if block.endswith(b"\r") else b""
            size, ending = size + len(block), block[-1:]
    text.finish()
    return ByteScan(
        sha256=digest.hexdigest(),
        size=size,
        n_line_feed=n_line_feed,
        n_lone_cr=n_lone_cr + len(last),
        n_comma=n_comma,
        has_quote=has[b'"'],
        has_nul=has[b"\0"],
        has_tab=has[b"\t"],
        is_ascii=text.ascii,
        is_utf8=text.valid,
        ends_with_line_feed=size > 0 and ending == b"\n",
    )


def _count_line_ends(block: bytes) -> tuple[int, int]:
    """Line feeds, and carriage returns followed by something else; one at the very end is left out."""
    import numpy as np

    values = np.frombuffer(block, np.uint8)
    is_line_feed = values == ord("\n")
    n_line_feed = int(np.count_nonzero(is_line_feed))
    if b"\r" not in block:
        return n_line_feed, 0
    returns = values[:-1] == ord("\r")
    return n_line_feed, int(np.count_nonzero(returns & ~is_line_feed[1:]))


def digest_bytes(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
