"""What one piece of text beyond ASCII can be: UTF-8, Korean in CP949, Western in cp1252, or more than one of them.

A KS X 1001 pair (both bytes from A1) is Korean, whatever it stands for: a syllable, Hanja, a unit. The exception are two
bytes that together make a Western word as well (`Größe`, `medicação`, `«été»`): they prove nothing. Nor does a
pair with an ASCII second byte (`’s` in cp1252 is a rare syllable in CP949). Not here: a file as a whole (`encoding`).
"""

import re
from enum import Enum

_PAIR = re.compile(rb"[\xa1-\xfe]{2}")
_UTF8_WIDE = re.compile(
    rb"[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]"
)
_HIGH = re.compile(rb"[\x80-\xff]+")
# Two Western letters, or a letter in guillemets, as a word of cp1252 would hold them: between ASCII letters, in
# the case that its neighbours have.
_LOWER, _UPPER = rb"[\xdf-\xf6\xf8-\xff]", rb"[\xc0-\xd6\xd8-\xde]"
_WESTERN_PAIR = re.compile(
    rb"(?<=[A-Za-z])" + _LOWER + rb"{2}(?![\x80-\xff])"
    rb"|(?<![\x80-\xff])" + _LOWER + rb"{2}(?=[a-z])"
    rb"|(?<![A-Za-z\x80-\xff])" + _UPPER + _LOWER + rb"(?=[a-z])"
    rb"|(?<![a-z\x80-\xff])" + _UPPER + rb"{2}(?=[A-Z])"
    rb"|(?<=[A-Z])" + _UPPER + rb"{2}(?![a-z\x80-\xff])"
    rb"|(?<![A-Za-z\x80-\xff])[\xa1\xab\xbf](?:" + _LOWER + rb"|" + _UPPER + rb")(?=[A-Za-z])"
    rb"|(?<=[A-Za-z])(?:" + _LOWER + rb"|" + _UPPER + rb")\xbb(?![A-Za-z\x80-\xff])"
)  # fmt: skip
# Cells that hold nothing but high bytes: the remains of a cut letter, or a letter alone; no evidence of either.
_CELL = re.compile(rb'(?:^|(?<=[,;|\t"]))[\x80-\xff]+(?=$|[,;|\t"\r\n])')


class Reading(Enum):
    """What the bytes of a piece say by themselves.

    UTF8, KOREAN: valid. UTF8_BROKEN, KOREAN_BROKEN: such text with letters cut. WESTERN: not Korean, so cp1252.
    EITHER: valid CP949 and valid cp1252. SHRED: high bytes alone in their cells, valid in neither Korean nor UTF-8.
    """

    UTF8 = 1
    UTF8_BROKEN = 2
    KOREAN = 3
    KOREAN_BROKEN = 4
    WESTERN = 5
    EITHER = 6
    SHRED = 7


def reading_of(piece: bytes) -> Reading:
    """Judge one piece of text that holds bytes beyond ASCII."""
    if fits(piece, "utf-8"):
        return Reading.UTF8
    if fits(piece, "cp949"):
        return Reading.KOREAN if n_korean(piece) else Reading.EITHER
    n_wide = len(_UTF8_WIDE.findall(piece))
    if n_wide and n_wide >= len(_HIGH.findall(_UTF8_WIDE.sub(b" ", piece))):
        return Reading.UTF8_BROKEN
    if n_korean(piece) >= piece.decode("cp949", "replace").count("\ufffd"):
        return Reading.KOREAN_BROKEN
    return Reading.WESTERN if _HIGH.search(_CELL.sub(b"", piece)) else Reading.SHRED


def n_korean(piece: bytes) -> int:
    """KS X 1001 pairs that are not at the same time a Western word's letters."""
    return sum(len(_PAIR.findall(run)) for run in _HIGH.findall(_WESTERN_PAIR.sub(b" ", piece)))


def is_wide_utf8(piece: bytes) -> bool:
    """Whether the piece is UTF-8 with letters of three bytes, such as Hangul, which CP949 text is hardly ever by chance."""
    return _UTF8_WIDE.search(piece) is not None and fits(piece, "utf-8")


def fits(piece: bytes, encoding: str) -> bool:
    """Whether every byte is valid in an encoding."""
    try:
        piece.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
