"""Which encoding a text file is in, and a UTF-8 copy of it.

Order: byte-order mark, UTF-16 by its NULs, UTF-8 if every byte fits; else the pieces beyond ASCII are judged
(`judge_pieces`): UTF-8 or CP949 with a few broken letters, cp1252, or in doubt. What is in doubt is refused, or
read as the caller says; nothing is ever turned into other letters.
Not here: how a piece of text is read (`letters`), delimiters and records. Our own because charset-normalizer guesses among
ninety encodings (a small cp1252 file of adverse events comes out as cp1250, "Fièvre" as "Fičvre") and has no answer for
UTF-8 with one broken line.
"""

import codecs
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from orchestration.extracts.delimited import physical_lines
from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.letters import Reading, fits, is_wide_utf8, reading_of
from orchestration.extracts.limits import DEFAULT_LIMITS
from orchestration.extracts.scan import CHUNK, ByteScan

SETTING = "VIGIL_REGISTRY_ENCODING"
READINGS = ("cp949", "cp1252")
BROKEN_SHARE = 0.02
# A rare syllable has an ASCII second byte; where such pairs outnumber plain Korean so far, they are no syllables.
_RARE_PER_KOREAN = 20
_UTF16_SAMPLE = 4096


_DO_NOT_FIT = {
    "utf-8": set(Reading) - {Reading.UTF8},
    "cp949": {Reading.KOREAN_BROKEN, Reading.WESTERN, Reading.UTF8_BROKEN, Reading.SHRED},
    "cp1252": {Reading.KOREAN, Reading.KOREAN_BROKEN, Reading.UTF8_BROKEN},
}


@dataclass(frozen=True)
class Encoding:
    """An encoding by its Python name."""

    name: str

    @property
    def needs_copy(self) -> bool:
        """Whether the bytes must be rewritten as UTF-8 before records are read."""
        return self.name not in ("utf-8", "utf-8-sig")


def sniff_encoding(name: str, path: Path, scan: ByteScan, in_doubt: str | None = None) -> Encoding:
    """Determine a text file's encoding.

    Args:
        name: delivered file name, for the message.
        path: the file.
        scan: its byte counts.
        in_doubt: the encoding to take where the bytes allow both CP949 and cp1252; None refuses.

    Raises:
        DeliveryError: in doubt, or letters are broken in more than 2 % of the lines.
    """
    with path.open("rb") as file:
        head = file.read(_UTF16_SAMPLE)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16")
    if wide := _utf16_without_mark(head):
        return Encoding(wide)
    if scan.is_utf8:
        return Encoding("utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8")
    found = judge_pieces(name, physical_lines(path, DEFAULT_LIMITS), scan.n_line, in_doubt)
    if head.startswith(codecs.BOM_UTF8):
        return _marked(name, found)
    return found


def _marked(name: str, found: Encoding) -> Encoding:
    if found.name != "utf-8":
        raise DeliveryError(f"{quoted(name)}: marked as UTF-8, but its text is not; save it again as UTF-8")
    return Encoding("utf-8-sig")


def _utf16_without_mark(head: bytes) -> str | None:
    half = max(len(head) // 2, 1)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.5 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.5 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def judge_pieces(
    name: str, pieces: Iterable[bytes], n_piece: int, in_doubt: str | None = None, declared: str | None = None
) -> Encoding:
    """Judge pieces of text (lines, observations), not all of them valid UTF-8.

    Args:
        name: delivered file name, for the message.
        pieces: the pieces; those beyond ASCII decide.
        n_piece: how many pieces the file has, ASCII ones included.
        in_doubt: the encoding to take in doubt; None refuses.
        declared: the encoding that the file itself says, and is held to: utf-8, cp949 or cp1252.

    Raises:
        DeliveryError: in doubt, or letters are broken in more than 2 % of the pieces (one is always let pass).
    """
    count = Counter(reading_of(piece) for piece in pieces if not piece.isascii())
    encoding = declared or _evident(count) or in_doubt
    if encoding is None:
        raise DeliveryError(
            f"{quoted(name)}: {count.total()} of {n_piece} records hold letters that can be read as CP949 (Korean) or"
            f" as cp1252 (Western); save it as UTF-8, or set {SETTING} to cp949 or cp1252"
        )
    n_broken = sum(count[reading] for reading in _DO_NOT_FIT[encoding])
    if n_broken > max(1, BROKEN_SHARE * n_piece):
        raise DeliveryError(
            f"{quoted(name)}: text in {encoding.upper()}, but with broken letters in {n_broken} of {n_piece} records,"
            f" more than {BROKEN_SHARE:.0%}; export it again, with text columns long enough, or as UTF-8"
        )
    return Encoding(encoding)


def _evident(count: "Counter[Reading]") -> str | None:
    """The encoding that the readings of the pieces say, or None where they leave it open."""
    n_utf8 = count[Reading.UTF8] + count[Reading.UTF8_BROKEN]
    n_korean = count[Reading.KOREAN] + count[Reading.KOREAN_BROKEN]
    n_western = count[Reading.WESTERN]
    if 2 * n_utf8 >= count.total():
        return "utf-8"
    if n_korean > n_western and count[Reading.EITHER] <= _RARE_PER_KOREAN * n_korean:
        return "cp949"
    return "cp1252" if n_western > n_korean else None


def write_utf8_copy(path: Path, encoding: Encoding, out: Path) -> None:
    """Copy a text file as UTF-8, line breaks unchanged.

    A line that does not fit the encoding gets a NUL in place of every byte beyond ASCII, so that it, and only
    it, is rejected.

    Raises:
        DeliveryError: UTF-16 that is cut or damaged (nothing behind the damage can be trusted).
    """
    if encoding.name.startswith("utf-16"):
        _copy_utf16(path, encoding.name, out)
        return
    with path.open("rb") as source, out.open("wb") as target:
        for line in source:
            text = decode_piece(line, encoding.name)
            target.write(_blanked(line) if text is None else text.encode())


def decode_piece(piece: bytes, encoding: str) -> str | None:
    """The text of one piece, or None where it does not fit the file's encoding.

    A piece of UTF-8 among cp1252 or CP949 text is read as such. What is plainly Korean among cp1252 text, where every
    byte means something, is not read at all, nor is what is CP949 and UTF-8 at once.
    """
    if piece.isascii():
        return piece.decode("ascii")
    if encoding == "cp1252":
        reading = reading_of(piece)
        encoding = "utf-8" if reading is Reading.UTF8 else encoding
        if reading in _DO_NOT_FIT["cp1252"]:
            return None
    elif encoding == "cp949" and is_wide_utf8(piece):
        return None if fits(piece, encoding) else piece.decode("utf-8")
    try:
        return piece.decode(encoding)
    except UnicodeDecodeError:
        return None


def _blanked(line: bytes) -> bytes:
    return bytes(byte if byte < 0x80 else 0 for byte in line)


def _copy_utf16(path: Path, encoding: str, out: Path) -> None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as source, out.open("wb") as target:
            while block := source.read(CHUNK):
                target.write(decoder.decode(block).encode())
            target.write(decoder.decode(b"", final=True).encode())
    except UnicodeError as error:
        raise DeliveryError(
            f"{quoted(path.name)}: damaged {encoding.upper()} text; copy the file again, or save it as UTF-8"
        ) from error
