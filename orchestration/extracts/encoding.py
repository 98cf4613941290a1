"""Which encoding a text file is in, and a UTF-8 copy of it.

Order: byte-order mark, UTF-16 by its NULs, UTF-8 if every byte fits, then line by line: mostly valid UTF-8
with a few broken lines stays UTF-8 (those lines are rejected one by one), mostly Hangul is CP949, the rest
cp1252.
Not here: delimiters and records. Our own because charset-normalizer guesses among ninety encodings (a small cp1252
file of adverse events comes out as cp1250, "Fièvre" as "Fičvre") and has no answer for UTF-8 with one broken line.
"""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.scan import CHUNK, ByteScan

_UTF16_SAMPLE = 4096
_HANGUL_SHARE = 0.8
_MAX_LINES = 20_000


@dataclass(frozen=True)
class Encoding:
    """An encoding by its Python name; `clean` says that every byte is known to fit it."""

    name: str
    clean: bool = True

    @property
    def needs_copy(self) -> bool:
        """Whether the bytes must be rewritten as UTF-8 before records are read."""
        return self.name not in ("utf-8", "utf-8-sig")


def sniff_encoding(path: Path, scan: ByteScan) -> Encoding:
    """Determine a text file's encoding.

    Args:
        path: the file.
        scan: its byte counts.
    """
    with path.open("rb") as file:
        head = file.read(_UTF16_SAMPLE)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16")
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig", clean=scan.is_utf8)
    if wide := _utf16_without_mark(head):
        return Encoding(wide)
    if scan.is_utf8:
        return Encoding("utf-8")
    with path.open("rb") as file:
        return sniff_texts(file)


def _utf16_without_mark(head: bytes) -> str | None:
    half = max(len(head) // 2, 1)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.5 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.5 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def sniff_texts(lines: Iterable[bytes]) -> Encoding:
    """Judge pieces of text (lines, character fields): UTF-8, CP949 or cp1252.

    Args:
        lines: the pieces; those beyond ASCII decide, the first 20,000 of them.
    """
    n_utf8 = n_other = n_pair = n_hangul = 0
    cp949 = True
    for line in lines:
        if line.isascii():
            continue
        if _fits(line, "utf-8"):
            n_utf8 += 1
        else:
            n_other += 1
            cp949 = cp949 and _fits(line, "cp949")
            pairs, hangul = _korean_pairs(line)
            n_pair, n_hangul = n_pair + pairs, n_hangul + hangul
        if n_utf8 + n_other >= _MAX_LINES:
            break
    if n_utf8 >= n_other:
        return Encoding("utf-8", clean=False)
    if cp949 and n_pair and n_hangul >= _HANGUL_SHARE * n_pair:
        return Encoding("cp949", clean=False)
    return Encoding("cp1252", clean=False)


def _korean_pairs(line: bytes) -> tuple[int, int]:
    """Count the high bytes' runs as pairs, and those in the Hangul block of KS X 1001 (B0–C8, A1–FE)."""
    pairs = hangul = i = 0
    while i < len(line):
        if line[i] < 0x80:
            i += 1
            continue
        follower = line[i + 1] if i + 1 < len(line) else 0
        pairs += 1
        hangul += 0xB0 <= line[i] <= 0xC8 and follower >= 0xA1
        i += 2 if follower >= 0x80 else 1
    return pairs, hangul


def _fits(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def write_utf8_copy(path: Path, encoding: Encoding, out: Path) -> None:
    """Copy a text file as UTF-8, line breaks unchanged, in pieces of 1 MiB.

    A byte that is undefined in the encoding becomes a NUL, so that its line, and only it, is rejected.

    Raises:
        DeliveryError: UTF-16 that is cut or damaged (nothing behind the damage can be trusted).
    """
    errors = "strict" if encoding.name.startswith("utf-16") else "vigil_nul"
    decoder = codecs.getincrementaldecoder(encoding.name)(errors)
    try:
        with path.open("rb") as source, out.open("wb") as target:
            while block := source.read(CHUNK):
                target.write(decoder.decode(block).encode())
            target.write(decoder.decode(b"", final=True).encode())
    except UnicodeError as error:
        raise DeliveryError(
            f"{quoted(path.name)}: damaged {encoding.name.upper()} text; copy the file again,"
            " or save it as UTF-8"
        ) from error


def _nul(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\0", error.start + 1


codecs.register_error("vigil_nul", _nul)
