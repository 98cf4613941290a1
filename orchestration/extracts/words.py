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
_MARK = re.compile(r"[(\[]\s*([-+\u2010-\u2015\u2212])\s*[)\]]")
_TRAILING_DASH = re.compile(r"[\s:=][-\u2010-\u2015\u2212]$")
_QUOTES = re.compile(r"[\u0022\u0027\u0060\u00b4\u2018-\u201f\u2032\u2033]")
_TOKEN = re.compile(r"[^\W_]+")
_HANGUL_NUMBER = re.compile(r"(?<=[가-힣])(?=\d)|(?<=\d)(?=[가-힣])")
_TIMES = re.compile(r"(?<=\d)\s*[X×^]\s*(?=\d)")
_NUMBER = re.compile(r"\d+")
_AMOUNT = re.compile(r"\d+([A-Z]+)")
_NOUGHT = re.compile(r"(?<![\d.,^×])0+(?:[.,]0+)?\s*([A-Z가-힣]+)")
_BOUNDARY = re.compile(r"[][(),;/+&<>|→]|\.\s")
_KINDS = ("FILLER", "UNIT", "LINK", "NEGATIVE", "COPY", "ITEM", "WHOLE", "DOUBT", "SPLIT")
NOT_KNOWN = "?"
"""What a negative or a question mark makes of a fact that it does not surely negate."""
_SEEDS = DBT_PROJECT / "seeds" / "terms"


@dataclass(frozen=True)
class Tokens:
    """The tokens of one vocabulary: which say nothing by themselves (`filler`), behind a number (`unit`) or beside a
    negative (`link`), and which turn the rest into something else (`negative`, with what it is turned into).

    A `copy` (a placebo) is a negative behind the fact, before it only with a link: PLACEBO FOR X is none, PLACEBO X may be a
    crossover. A number of an `item` says nothing beside the item and makes a part of what is a `whole`. `splits` parts a
    cell that lists several words, unless one of `doubt` or a negative stands in it: RILUZOLE; ASPIRIN are two words,
    RILUZOLE; STOPPED IN MAY are not.
    """

    filler: frozenset[str]
    link: frozenset[str]
    negative: Mapping[str, str]
    unit: frozenset[str] = frozenset()
    copy: frozenset[str] = frozenset()
    item: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    doubt: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()
    splits: re.Pattern[str] | None = None


def normalised(word: str) -> str:
    """One form for all spellings of a word: NFKC, upper case, every dash a blank, no quotes, single blanks.

    Full-width letters, half-width Hangul and letters composed of parts become the usual ones; invisible characters go;
    blanks around a slash go, and full stops, commas and the like at either end. `(-)` and `(+)`, the usual signs of an
    answer, become `(NEG)` and `(POS)`; a dash that stands alone at the end may be one, and becomes a question mark.
    """
    text = unicodedata.normalize("NFKC", word)
    text = "".join(" " if character.isspace() else character for character in text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc"))
    text = _MARK.sub(lambda mark: "(POS)" if mark[1] == "+" else "(NEG)", text)
    text = _TRAILING_DASH.sub(" ?", text.strip())
    text = _QUOTES.sub("", _DASHES.sub(" ", unicodedata.normalize("NFKC", text.upper())))
    text = re.sub(r"\s*/\s*", "/", text).strip(" .,;:")
    return " ".join(text.split())


def core(word: str, tokens: Tokens, names: Collection[str] = ()) -> tuple[str, str | None]:
    """What is left of a normalised word without amounts, forms and negatives, and what the negatives make of it.

    `RILUZOLE 50 MG TAB` leaves `RILUZOLE`; `RILUZOLE PLACEBO` leaves `RILUZOLE`, made into `NONE`; `RILUZOLE STOPPED`
    stays as it is, since STOPPED is in no list: a word counts only if each of its parts is understood. A number is
    an amount only with its unit: `PRODUCT 2` is not `PRODUCT`. A negative counts only where it surely negates what is
    left (`_is_direct`); else, as with a question mark or an amount of nought, the rest is made `NOT_KNOWN`.

    Args:
        word: in its normal form.
        tokens: of the word's vocabulary.
        names: terms the site taught, in normal form; one that begins the word is left as it is, numbers and all.
    """
    name = max((name for name in names if f"{word} ".startswith(f"{name} ")), key=len, default="")
    text = word.removeprefix(name).replace("(NEG)", " NEG ").replace("(POS)", " ")
    for phrase in tokens.phrases:
        text = text.replace(phrase, phrase.replace(" ", ""))
    found = _TOKEN.findall(_HANGUL_NUMBER.sub(" ", _TIMES.sub(" ", text)))
    negatives = [part for part in found if part in tokens.negative]
    spoken = _without_amounts(found, tokens)
    dropped = tokens.filler | (tokens.link | set(tokens.negative) if negatives else frozenset())
    kept = [*([name] if name else []), *(part for part in spoken if part not in dropped)]
    if _is_doubtful(text, found, tokens):
        return " ".join(kept), NOT_KNOWN
    if not negatives:
        return " ".join(kept), None
    plain = [*([name] if name else []), *found]
    is_sure = not _BOUNDARY.search(text) and _is_direct(plain, kept, len(spoken) < len(found), tokens)
    return " ".join(kept), tokens.negative[negatives[0]] if is_sure else NOT_KNOWN


def _is_doubtful(text: str, found: list[str], tokens: Tokens) -> bool:
    """Whether a word asks, says that nothing was given, or names the items that a total is of."""
    if "?" in text or any(nought[1] in tokens.unit for nought in _NOUGHT.finditer(text)):
        return True
    numbered = any(_is_item(part, tokens) for part in found)
    return numbered and not tokens.whole.isdisjoint(found)


def _is_direct(plain: list[str], kept: list[str], has_amounts: bool, tokens: Tokens) -> bool:
    """Whether the one negative surely negates what is kept: the word holds nothing but both and links, and the negative
    stands before or behind all of the rest. `(-)`, last, negates the whole of its word, whatever that holds."""
    (at, *others) = [number for number, part in enumerate(plain) if part in tokens.negative]
    if others or not kept:
        return False
    if plain[at] == "NEG":
        return at == len(plain) - 1
    known = {*kept, *tokens.link, plain[at]}
    if has_amounts or any(part not in known for part in plain):
        return False
    facts = [number for number, part in enumerate(plain) if part in kept]
    if at > facts[-1]:
        return True
    return at < facts[0] and (plain[at] not in tokens.copy or plain[at + 1] in tokens.link)


def _is_item(part: str, tokens: Tokens) -> bool:
    is_number = _NUMBER.fullmatch(part) is not None
    return part in tokens.item or (is_number and "#" in tokens.item and part not in tokens.filler)


def is_crossed(value: str, tokens: Tokens) -> bool:
    """Whether a dash, which the normal form has no more, stands beside a copy: X-PLACEBO may be X, then placebo."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", value).upper())
    copies = "|".join(map(re.escape, sorted(tokens.copy)))
    return bool(copies) and re.search(rf"-\s*({copies})\b|\b({copies})\s*-", text) is not None


def _without_amounts(found: list[str], tokens: Tokens) -> list[str]:
    """The parts that are neither a number with its unit nor, where the vocabulary numbers its words, a number."""
    kept: list[str] = []
    behind_is_amount = False
    for part in reversed(found):
        attached = _AMOUNT.fullmatch(part)
        is_number = _NUMBER.fullmatch(part) is not None
        is_amount = part in tokens.unit or (attached is not None and attached[1] in tokens.unit)
        if not (is_amount or (is_number and behind_is_amount) or _is_item(part, tokens)):
            kept.append(part)
        behind_is_amount = is_amount or (is_number and behind_is_amount)
    return kept[::-1]


def parts(word: str, tokens: Tokens) -> tuple[str, ...]:
    """The words that a normalised cell lists; none where it is one word, or something in it qualifies the others."""
    qualified = tokens.doubt | (set(tokens.negative) - {"NEG"})
    if tokens.splits is None or "?" in word or set(_TOKEN.findall(word)) & qualified:
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
    one = {kind: {token.replace(" ", ""): kinds[kind][token] for token in kinds[kind]} for kind in _KINDS}
    return Tokens(
        filler=frozenset(one["FILLER"]),
        link=frozenset(one["LINK"]),
        negative={"NEG": "NONE", **one["NEGATIVE"], **one["COPY"]},
        unit=frozenset(one["UNIT"]),
        copy=frozenset(one["COPY"]),
        item=frozenset(one["ITEM"]),
        whole=frozenset(one["WHOLE"]),
        doubt=frozenset(one["DOUBT"]),
        phrases=tuple(t for kind in _KINDS if kind != "SPLIT" for t in kinds[kind] if " " in t),
        splits=re.compile(splits) if splits else None,
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
