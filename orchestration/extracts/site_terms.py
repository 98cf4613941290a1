"""`landing/registry/terms.csv`: the words of a site, taught without touching the package.

Columns: domain, variable, term, meaning; a row a word, `#` begins a remark. Here: reading and checking the file. Not
here: what the words are used for (the seeds' models).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.extracts.dictionary import SourceDictionary
from orchestration.extracts.errors import did_you_mean, one_of, quoted
from orchestration.extracts.instructions import instruction
from orchestration.extracts.site_rows import SiteFileError, site_rows
from orchestration.extracts.words import meanings, normalised, terms

TERMS_FILE = "terms.csv"
TERMS_PLACE = f"landing/registry/{TERMS_FILE}"
COLUMNS = ("domain", "variable", "term", "meaning")
PRODUCT = ("STUDY", "PRODUCT")
"""Domain and variable of the row whose term is the name of the study product; its meaning is NAME."""


@dataclass(frozen=True)
class SiteTerm:
    """One row of the file. `vocabulary` is that of the column the word stands in; of a column of several there is a term for
    each that has the meaning."""

    line: int
    domain: str
    variable: str
    term: str
    meaning: str
    vocabulary: str

    @property
    def normalised(self) -> str:
        """The term as words are compared."""
        return normalised(self.term)


@dataclass(frozen=True)
class SiteTerms:
    """The words of a site, and the hash of the file's bytes (empty where there is no file)."""

    terms: tuple[SiteTerm, ...] = ()
    sha256: str = ""


NO_SITE_TERMS = SiteTerms()


def read_site_terms(registry: Path, dictionaries: Mapping[str, SourceDictionary]) -> SiteTerms:
    """The words taught in `landing/registry/`; none where the file is not there.

    Args:
        registry: the folder `landing/registry`.
        dictionaries: by source, which columns hold coded words and of which vocabulary.

    Raises:
        DeliveryError: the file cannot be read or has errors; one line each, with file, line, column and the way out.
    """
    content = instruction(registry / TERMS_FILE, TERMS_PLACE)
    if content is None:
        return NO_SITE_TERMS
    known, allowed = _coded_columns(dictionaries), meanings()
    rows = site_rows(content, TERMS_PLACE, COLUMNS)
    found = [_terms(line, row, known, allowed) for line, row in rows]
    terms = tuple(term for each in found if not isinstance(each, str) for term in each)
    errors = [error for error in found if isinstance(error, str)]
    errors += _contradictions(terms)
    if errors:
        raise SiteFileError(errors)
    return SiteTerms(terms, hashlib.sha256(content).hexdigest())


def _coded_columns(
    dictionaries: Mapping[str, SourceDictionary],
) -> dict[str, dict[str, tuple[str, tuple[str, ...]]]]:
    """Domain and variable in upper case → the variable as delivered and its vocabularies."""
    product: tuple[str, tuple[str, ...]] = (PRODUCT[1], ("product_name",))
    known = {PRODUCT[0]: {PRODUCT[1]: product}}
    for dictionary in dictionaries.values():
        for table in dictionary.tables.values():
            coded = {c.name.upper(): (c.name, c.vocabularies) for c in table.columns if c.vocabularies}
            if coded:
                known[table.name.upper()] = coded
    return known


def _terms(
    line: int,
    row: dict[str, str],
    known: Mapping[str, Mapping[str, tuple[str, tuple[str, ...]]]],
    allowed: Mapping[str, frozenset[str]],
) -> tuple[SiteTerm, ...] | str:
    domain, variable, meaning = (row[name].upper() for name in ("domain", "variable", "meaning"))
    if domain not in known:
        return _error(line, "domain", row["domain"], known)
    if variable not in known[domain]:
        return _error(line, "variable", row["variable"], known[domain])
    delivered, vocabularies = known[domain][variable]
    if not normalised(row["term"]):
        return f"{TERMS_PLACE}: line {line}, column term: blank; write the word as delivered"
    naming = {"product_name": frozenset({"NAME"})}
    choices = {name: naming.get(name, allowed.get(name, frozenset())) for name in vocabularies}
    found = [name for name, meanings_of in choices.items() if meaning in meanings_of]
    if not found:
        return _meaning_error(line, row["meaning"], choices)
    return tuple(SiteTerm(line, domain, delivered, row["term"], meaning, name) for name in found)


def _error(line: int, column: str, found: str, choices: Iterable[str]) -> str:
    hint = did_you_mean(found.upper(), choices)
    return f"{TERMS_PLACE}: line {line}, column {column}: {quoted(found, 40)} is not known; {hint}"


def _meaning_error(line: int, found: str, choices: Mapping[str, frozenset[str]]) -> str:
    """No meaning is proposed because it is spelt alike (LOST is not CONSENT): only what a list says the word means."""
    listed = (terms().get(vocabulary, {}).get(normalised(found)) for vocabulary in choices)
    meant = next((meaning for meaning in listed if meaning is not None), None)
    hint = f"did you mean {meant}?" if meant else one_of(frozenset().union(*choices.values()))
    return f"{TERMS_PLACE}: line {line}, column meaning: {quoted(found, 40)} is not known; {hint}"


def _contradictions(terms: Iterable[SiteTerm]) -> Iterator[str]:
    first: dict[tuple[str, ...], SiteTerm] = {}
    for term in terms:
        naming = term.vocabulary == "product_name"
        key = (term.domain, term.variable) if naming else (term.domain, term.variable, term.normalised)
        other = first.setdefault(key, term)
        if other.meaning != term.meaning or (naming and other is not term):
            what = "names a second product" if naming else f"means {other.meaning} in line {other.line}"
            yield f"{TERMS_PLACE}: line {term.line}, column term: {quoted(term.term, 40)} {what}; keep one"
