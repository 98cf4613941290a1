"""The delivered words of a build: every distinct value of every coded column, in its normal form, with its counts.
What a supplemental qualifier says of a coded column is a word of that column.

Part 0 of a value is the whole of it; a cell that lists several words has a further part for each. A word may be somebody's
name: those of the registry are joined by a hash, and a word that is in no list stands in its normal form only where it is
not free text and enough subjects carry it; else a hash stands for it, beside the stems of facts it holds.

The models of meanings join them and `raw.site_term` with the seeds. Not here: what words mean.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

import duckdb
import yaml

from orchestration.extracts.dictionary import SourceColumn, SourceDictionary, SourceTable
from orchestration.extracts.site_terms import SiteTerms
from orchestration.extracts.words import (
    NOT_KNOWN,
    Tokens,
    core,
    is_crossed,
    listed_terms,
    normalised,
    parts,
    stand_in,
    token_lists,
)
from orchestration.settings import DBT_PROJECT
from orchestration.warehouse import identifier, literal

_DELIVERED_WORD = """
CREATE TABLE raw.{source}_delivered_word (
    source VARCHAR, table_name VARCHAR, column_name VARCHAR, vocabulary VARCHAR, is_free_text VARCHAR,
    value VARCHAR, part INTEGER, normalised VARCHAR, core VARCHAR, core_meaning VARCHAR, n_record BIGINT, n_subject BIGINT)
"""
_SITE_TERM = """
CREATE TABLE raw.site_term (
    line BIGINT, domain VARCHAR, variable VARCHAR, vocabulary VARCHAR, term VARCHAR, normalised VARCHAR,
    meaning VARCHAR)
"""


@dataclass(frozen=True)
class Words:
    """How the words of each vocabulary are taken apart: its tokens, and the names the site taught; and whether all are
    shown."""

    tokens: Mapping[str, Tokens]
    names: Mapping[str, frozenset[str]]
    show_all: bool = False

    def is_listed(self, vocabulary: str, word: str) -> bool:
        """Whether a list or the site has the word."""
        return word in listed_terms().get(vocabulary, ()) or word in self.names.get(vocabulary, ())

    def parts(self, vocabulary: str, word: str) -> tuple[str, ...]:
        """The words that a cell lists."""
        return parts(word, self.tokens[vocabulary]) if vocabulary in self.tokens else ()

    def is_crossed(self, vocabulary: str, value: str) -> bool:
        """Whether a delivered value joins a placebo to something else by a dash."""
        return vocabulary in self.tokens and is_crossed(value, self.tokens[vocabulary])

    def core(self, vocabulary: str, word: str) -> tuple[str | None, str | None]:
        """What is left of a word, and what its negatives make of that; without tokens, only a question mark is one."""
        if vocabulary not in self.tokens:
            return (word.strip("? "), NOT_KNOWN) if "?" in word else (None, None)
        rest, negative = core(word, self.tokens[vocabulary], self.names.get(vocabulary, frozenset()))
        return rest or None, negative


def names_taught(site_terms: SiteTerms) -> dict[str, frozenset[str]]:
    """The site's terms by vocabulary; those of the product are names in arms as well."""
    found: dict[str, set[str]] = {}
    for term in site_terms.terms:
        vocabulary = "product" if term.vocabulary == "product_name" else term.vocabulary
        for each in (vocabulary, "arm") if vocabulary == "product" else (vocabulary,):
            found.setdefault(each, set()).add(term.normalised)
    return {vocabulary: frozenset(names) for vocabulary, names in found.items()}


def register_terms(connection: duckdb.DuckDBPyConnection, site_terms: SiteTerms) -> None:
    """Create `raw.site_term`: the words of the site."""
    connection.execute(_SITE_TERM)
    taught: list[list[object]] = [
        [t.line, t.domain, t.variable, t.vocabulary, t.term, t.normalised, t.meaning]
        for t in site_terms.terms
    ]
    insert_rows(connection, "raw.site_term", taught)


def register_words(
    connection: duckdb.DuckDBPyConnection,
    dictionary: SourceDictionary,
    site_terms: SiteTerms,
    *,
    show_all: bool = False,
) -> None:
    """Create `raw.<source>_delivered_word` beside the registered tables of a source.

    Args:
        connection: read-write connection to a build whose schema `raw` holds every table of the dictionary.
        dictionary: which columns are coded and of which vocabulary.
        site_terms: the words of the site.
        show_all: keep every word as it is, in a build that is thrown away.
    """
    connection.execute(_DELIVERED_WORD.format(source=dictionary.source))
    words = Words(token_lists(), names_taught(site_terms), show_all)
    qualified = _qualified(connection, dictionary)
    rows = [
        row for table in dictionary.tables.values() for row in _words_of(connection, table, words, qualified)
    ]
    insert_rows(connection, f"raw.{dictionary.source}_delivered_word", rows)


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: list[list[object]]) -> None:
    """All rows in one statement: thousands of them one by one would take seconds."""
    if not rows:
        return
    places = ", ".join(f"unnest(?) AS column{number}" for number in range(len(rows[0])))
    connection.execute(
        f"INSERT INTO {table} SELECT {places}", [list(column) for column in zip(*rows, strict=True)]
    )


def _qualified(connection: duckdb.DuckDBPyConnection, dictionary: SourceDictionary) -> frozenset[str]:
    """The names of the supplemental qualifiers that are delivered."""
    if "supp" not in dictionary.tables:
        return frozenset()
    found = connection.execute("SELECT DISTINCT upper(trim(QNAM)) FROM raw.registry_supp").fetchall()
    return frozenset(str(name) for (name,) in found)


def _words_of(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, words: Words, qualified: Collection[str]
) -> list[list[object]]:
    rows: list[list[object]] = []
    for column, vocabulary in ((c, vocabulary) for c in table.columns for vocabulary in c.vocabularies):
        cells = _cells(table, column, qualified)
        found = _values(connection, table, cells)
        shown = _shown(connection, (table, column, vocabulary), cells, [value for value, *_ in found], words)
        place = [table.source.upper(), table.name, column.name, vocabulary, "Y" if column.verbatim else "N"]
        for value, n, n_subject in found:
            normal = normalised(value)
            for part, word in enumerate((normal, *words.parts(vocabulary, normal))):
                rest, negative = words.core(vocabulary, word)
                if negative and words.is_crossed(vocabulary, value):
                    negative = NOT_KNOWN
                text = (
                    word if word in shown or words.is_listed(vocabulary, word) else stand_in(word, vocabulary)
                )
                rest = rest if rest and (words.show_all or words.is_listed(vocabulary, rest)) else None
                rows.append([*place, word_key(table, value), part, text, rest, negative, n, n_subject])
    return rows


def word_key(table: SourceTable, value: str) -> str:
    """What a delivered value is joined by: a hash in the registry, in PRO-ACT the value."""
    if table.source != "registry":
        return value
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()


def _cells(table: SourceTable, column: SourceColumn, qualified: Collection[str]) -> str:
    """A query for every cell of a column, as `word`, with its subject; those that qualifiers of its name deliver too."""
    name, subject = identifier(column.name), _subject(table)
    carrier = f", {identifier(subject)}" if subject else ""
    own = f"SELECT {name} AS word{carrier} FROM raw.{identifier(table.identifier)} WHERE {name} IS NOT NULL"
    if table.source != "registry" or column.name not in qualified:
        return own
    return (
        f"{own} UNION ALL SELECT trim(QVAL), USUBJID FROM raw.registry_supp WHERE trim(QVAL) <> ''"
        f" AND upper(trim(QNAM)) = {literal(column.name)}"
        f" AND coalesce(lower(trim(RDOMAIN)), {literal(table.name)}) = {literal(table.name)}"
    )


def _values(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, cells: str
) -> list[tuple[str, int, int]]:
    """Every value of a column with its records and subjects."""
    return connection.execute(
        f"SELECT word, count(*), {_subjects(table)} FROM ({cells}) GROUP BY word ORDER BY word"
    ).fetchall()


def _subject(table: SourceTable) -> str | None:
    return next((c.name for c in table.columns if c.name in ("USUBJID", "subject_id")), None)


def _subjects(table: SourceTable) -> str:
    subject = _subject(table)
    return f"count(DISTINCT {identifier(subject)})" if subject else "count(*)"


def _shown(
    connection: duckdb.DuckDBPyConnection,
    place: tuple[SourceTable, SourceColumn, str],
    cells: str,
    values: list[str],
    words: Words,
) -> set[str]:
    """The words of a column, in normal form, that may be shown though no list has them: as many subjects carry them."""
    table, column, vocabulary = place
    forms = {value: normalised(value) for value in values}
    if words.show_all:
        return {part for word in forms.values() for part in (word, *words.parts(vocabulary, word))}
    unlisted = {value: word for value, word in forms.items() if not words.is_listed(vocabulary, word)}
    if column.verbatim or not unlisted:
        return set()
    common = (
        f"SELECT form FROM ({cells}) JOIN (SELECT unnest(?) AS word, unnest(?) AS form) USING (word)"
        f" GROUP BY form HAVING {_subjects(table)} >= ?"
    )
    found = connection.execute(common, [list(unlisted), list(unlisted.values()), small_cell()]).fetchall()
    return {form for (form,) in found}


@cache
def small_cell() -> int:
    """The number of subjects below which nothing is told of them, as the dbt project has it."""
    return int(
        yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["small_cell"]
    )
