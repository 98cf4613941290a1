"""One term however it is spelled: the key it is counted by, the spelling shown, and lists of terms against those delivered.

Terms of PRO-ACT and of hand-coded registries come in mixed case and with stray blanks. Belongs here: what makes two
spellings one term, for every table alike (in SQL, `term_key`). Does not belong here: counting, or a dictionary.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

import numpy as np
import pandas as pd

UNCODED = "UNCODED"
NEAREST = "; nearest: "
_ALIKE, _MOST_NAMED = 0.5, 3
_QUOTED, _NO_QUOTES = re.compile("“([^”]*)”"), str.maketrans("“”;", "'',")


@lru_cache(maxsize=50_000)
def term_key(term: str) -> str:
    """What all spellings of a term share: composed letters, lower case, single blanks."""
    return " ".join(unicodedata.normalize("NFC", str(term)).lower().split())


def one_spelling(terms: "pd.Series[str]") -> pd.Categorical:
    """Terms as categories in the order of their keys, each key in one spelling whatever the order of rows.

    Shown is the spelling that begins with a capital and goes on in small letters, as dictionaries write terms; where none
    does, the first in the order of code points.

    Args:
        terms: text without nulls, length n.
    """
    codes, spellings = pd.factorize(terms.to_numpy(dtype=object))
    keys = [term_key(spelling) for spelling in spellings]
    tidy = [" ".join(str(spelling).split()) for spelling in spellings]
    shown: dict[str, str] = {}
    for key, spelling in sorted(zip(keys, tidy, strict=True), key=_preference):
        shown.setdefault(key, spelling)
    place = {key: position for position, key in enumerate(shown)}
    of_spelling = np.array([place[key] for key in keys], dtype=np.int64)
    return pd.Categorical.from_codes(
        of_spelling[codes].tolist(), pd.Index(list(shown.values()), dtype=object)
    )


def _preference(pair: tuple[str, str]) -> tuple[str, bool, str]:
    key, spelling = pair
    return key, spelling != spelling.capitalize(), spelling


def is_listed(terms: "pd.Series[str]", listed: Iterable[str]) -> np.ndarray:
    """Whether each term (categorical, as `one_spelling` makes it) is one of a list; boolean, length n."""
    keys = {term_key(term) for term in listed}
    known = np.array([term_key(term) in keys for term in terms.cat.categories], dtype=bool)
    return known[terms.cat.codes] if len(terms) else np.zeros(0, dtype=bool)


def unmatched(listed: Collection[str], delivered: Iterable[str]) -> str | None:
    """Why a list of terms finds nothing: none of them was delivered, and which delivered ones are spelled most alike.

    Args:
        listed: terms of the protocol.
        delivered: distinct terms of the events that could have been counted.

    Returns:
        A note; None where a term of the list was delivered, or nothing was.
    """
    there = {term_key(term): term for term in delivered if term != UNCODED}
    wanted = sorted({term_key(term) for term in listed})
    if not wanted or not there or not there.keys().isdisjoint(wanted):
        return None
    which = f"none of these {len(wanted)} terms is" if len(wanted) > 1 else "this term is not"
    note = f"{which} among the {len(there)} distinct terms delivered"
    near = _nearest(wanted, sorted(there))
    return note + (NEAREST + ", ".join(in_quotes(there[key]) for key in near) if near else "")


def in_quotes(term: str) -> str:
    """A term as notes name it, so that `quoted` finds it again."""
    return f"“{term.translate(_NO_QUOTES)}”"


def quoted(text: str) -> list[str]:
    """The terms that a note names."""
    return _QUOTED.findall(text)


def _nearest(wanted: list[str], there: list[str]) -> list[str]:
    """At most three keys, the most alike to any wanted one first."""
    found: dict[str, float] = {}
    for term in wanted:
        for other in get_close_matches(term, there, n=_MOST_NAMED, cutoff=_ALIKE):
            found[other] = max(found.get(other, 0.0), SequenceMatcher(None, other, term).ratio())
    return sorted(found, key=lambda key: (-found[key], key))[:_MOST_NAMED]
