"""Delivered words made comparable: one normal form, and the part of a word that is left without doses and forms.

Both are worked out in Python, once per distinct word, since SQL cannot (NFKC, Hangul). What a word means is decided in SQL
by the seeds of terms (`dbt_project/seeds/terms`), never here.
"""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from orchestration.settings import DBT_PROJECT

_DASHES = re.compile(r"[\u002d\u005f\u00ad\u058a\u2010-\u2015\u2212\u30fb\ufe58\ufe63\uff0d]")
_QUOTES = re.compile(r"[\u0022\u0027\u0060\u00b4\u2018-\u201f\u2032\u2033]")
_TOKEN = re.compile(r"[^\W_]+")
_HANGUL_NUMBER = re.compile(r"(?<=[가-힣])(?=\d)|(?<=\d)(?=[가-힣])")
_TIMES = re.compile(r"(?<=\d)\s*[X×^]\s*(?=\d)")
_NUMBER = re.compile(r"\d+")
_AMOUNT = re.compile(r"\d+([A-Z]+)")
_KINDS = ("FILLER", "UNIT", "LINK", "NEGATIVE", "DOUBT", "SPLIT")
_SEEDS = DBT_PROJECT / "seeds" / "terms"


@dataclass(frozen=True)
class Tokens:
    """The tokens of one vocabulary: which say nothing by themselves (`filler`), behind a number (`unit`) or beside a
    negative (`link`), and which turn the rest into something else (`negative`, with what it is turned into).

    `splits` parts a cell that lists several words, unless one of `doubt` or a negative stands in it: RILUZOLE; ASPIRIN
    are two words, RILUZOLE; STOPPED IN MAY are not.
    """

    filler: frozenset[str]
    link: frozenset[str]
    negative: Mapping[str, str]
    unit: frozenset[str] = frozenset()
    doubt: frozenset[str] = frozenset()
    splits: re.Pattern[str] | None = None


def normalised(word: str) -> str:
    """One form for all spellings of a word: NFKC, upper case, every dash a blank, no quotes, single blanks.

    Full-width letters, half-width Hangul and letters composed of parts become the usual ones; invisible characters go;
    blanks around a slash go, and full stops, commas and the like at either end.
    """
    text = unicodedata.normalize("NFKC", word)
    text = "".join(" " if character.isspace() else character for character in text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc"))
    text = _QUOTES.sub("", _DASHES.sub(" ", unicodedata.normalize("NFKC", text.upper())))
    text = re.sub(r"\s*/\s*", "/", text).strip(" .,;:")
    return " ".join(text.split())


def core(word: str, tokens: Tokens, names: Collection[str] = ()) -> tuple[str, str | None]:
    """What is left of a normalised word without amounts, forms and negatives, and what the negatives make of it.

    `RILUZOLE 50 MG TAB` leaves `RILUZOLE`; `RILUZOLE PLACEBO` leaves `RILUZOLE`, made into `NONE`; `RILUZOLE STOPPED`
    stays as it is, since STOPPED is in no list: a word counts only if each of its parts is understood. A number is
    an amount only with its unit: `PRODUCT 2` is not `PRODUCT`.

    Args:
        word: in its normal form.
        tokens: of the word's vocabulary.
        names: terms the site taught, in normal form; one that begins the word is left as it is, numbers and all.
    """
    name = max((name for name in names if f"{word} ".startswith(f"{name} ")), key=len, default="")
    found = _TOKEN.findall(_HANGUL_NUMBER.sub(" ", _TIMES.sub(" ", word.removeprefix(name))))
    negative = next((tokens.negative[part] for part in found if part in tokens.negative), None)
    dropped = tokens.filler | (tokens.link | set(tokens.negative) if negative else frozenset())
    kept = [part for part in _without_amounts(found, tokens) if part not in dropped]
    return " ".join([*([name] if name else []), *kept]), negative


def _without_amounts(found: list[str], tokens: Tokens) -> list[str]:
    """The parts that are neither a number with its unit nor, where the vocabulary numbers its words, a number."""
    kept: list[str] = []
    behind_is_amount = False
    for part in reversed(found):
        attached = _AMOUNT.fullmatch(part)
        is_number = _NUMBER.fullmatch(part) is not None
        is_amount = part in tokens.unit or (attached is not None and attached[1] in tokens.unit)
        if not (is_amount or (is_number and (behind_is_amount or "#" in tokens.filler))):
            kept.append(part)
        behind_is_amount = is_amount or (is_number and behind_is_amount)
    return kept[::-1]


def parts(word: str, tokens: Tokens) -> tuple[str, ...]:
    """The words that a normalised cell lists; none where it is one word."""
    if tokens.splits is None or set(_TOKEN.findall(word)) & (tokens.doubt | set(tokens.negative)):
        return ()
    found = [part.strip(" .,;:") for part in tokens.splits.split(word)]
    return tuple(part for part in found if part) if len(found) > 1 else ()


@cache
def token_lists() -> dict[str, Tokens]:
    """The tokens of every vocabulary that has some, from the seed `term_token`."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    with (_SEEDS / "term_token.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            kinds = found.setdefault(row["vocabulary"], {kind: {} for kind in _KINDS})
            token = (
                row["token"] if row["kind"] == "SPLIT" or row["token"] == "#" else normalised(row["token"])
            )
            kinds[row["kind"]][token] = row["meaning"]
    return {vocabulary: _tokens(kinds) for vocabulary, kinds in found.items()}


def _tokens(kinds: Mapping[str, Mapping[str, str]]) -> Tokens:
    splits = "|".join(re.escape(token) for token in kinds["SPLIT"])
    return Tokens(
        frozenset(kinds["FILLER"]),
        frozenset(kinds["LINK"]),
        kinds["NEGATIVE"],
        frozenset(kinds["UNIT"]),
        frozenset(kinds["DOUBT"]),
        re.compile(splits) if splits else None,
    )


@cache
def terms() -> dict[str, dict[str, str]]:
    """The listed words of a vocabulary in normal form with their meaning, by vocabulary, from the seeds of terms."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(_SEEDS.glob("term_*.csv")):
        for row in _seed(path.stem):
            if "term" in row:
                found.setdefault(row["vocabulary"], {})[normalised(row["term"])] = row["meaning"]
    return found


@cache
def meanings() -> dict[str, frozenset[str]]:
    """What the words of a vocabulary can mean, by vocabulary; `NONE` always can."""
    return {vocabulary: frozenset({"NONE", *words.values()}) for vocabulary, words in terms().items()}


@cache
def listed_terms() -> dict[str, frozenset[str]]:
    """The terms of every vocabulary and of the one it falls back on, in normal form."""
    own = terms()
    behind = {row["vocabulary"]: row["falls_back_on"] for row in _seed("vocabulary")}
    return {
        name: frozenset({*own.get(name, ()), *own.get(behind.get(name, ""), ())}) for name in {*own, *behind}
    }


def stand_in(word: str, vocabulary: str) -> str:
    """What stands for a word that must not be shown: the stems of facts it holds, and a hash that tells it from others."""
    joined = word.replace(" ", "")
    found = [stem for stem in _stems().get(vocabulary, ()) if stem in joined]
    return " ".join([*found, hashlib.md5(word.encode(), usedforsecurity=False).hexdigest()])


@cache
def _stems() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in _seed("term_stem"):
        found.setdefault(row["vocabulary"], []).append(row["stem"])
    return {vocabulary: tuple(stems) for vocabulary, stems in found.items()}


def _seed(name: str) -> list[dict[str, str]]:
    with (_SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
