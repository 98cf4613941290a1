"""The delivered words of a build: every distinct value of every coded column, in its normal form, with its counts.

Part 0 of a value is the whole of it; a cell that lists several words has a further part for each.

`raw.delivered_word` and `raw.site_term` are what the model of meanings joins with the seeds. Not here: what words mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from orchestration.extracts.dictionary import SourceDictionary, SourceTable
from orchestration.extracts.site_terms import SiteTerms
from orchestration.extracts.words import Tokens, core, normalised, parts, token_lists
from orchestration.warehouse import identifier

_DELIVERED_WORD = """
CREATE TABLE raw.delivered_word (
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
    """How the words of each vocabulary are taken apart: its tokens, and the names the site taught."""

    tokens: Mapping[str, Tokens]
    names: Mapping[str, frozenset[str]]

    def parts(self, vocabulary: str, word: str) -> tuple[str, ...]:
        """The words that a cell lists."""
        return parts(word, self.tokens[vocabulary]) if vocabulary in self.tokens else ()

    def core(self, vocabulary: str, word: str) -> tuple[str | None, str | None]:
        """What is left of a word, and what its negatives make of that; nothing where the vocabulary has no tokens."""
        if vocabulary not in self.tokens:
            return None, None
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


def register_words(
    connection: duckdb.DuckDBPyConnection,
    dictionaries: Mapping[str, SourceDictionary],
    site_terms: SiteTerms,
) -> None:
    """Create `raw.delivered_word` and `raw.site_term` beside the registered tables.

    Args:
        connection: read-write connection to a build whose schema `raw` holds every table of the dictionaries.
        dictionaries: by source, which columns are coded and of which vocabulary.
        site_terms: the words of the site.
    """
    connection.execute(_DELIVERED_WORD)
    words = Words(token_lists(), names_taught(site_terms))
    tables = [table for dictionary in dictionaries.values() for table in dictionary.tables.values()]
    rows = [row for table in tables for row in _words_of(connection, table, words)]
    _insert(connection, "raw.delivered_word", rows)
    connection.execute(_SITE_TERM)
    taught: list[list[object]] = [
        [t.line, t.domain, t.variable, t.vocabulary, t.term, t.normalised, t.meaning]
        for t in site_terms.terms
    ]
    _insert(connection, "raw.site_term", taught)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[list[object]]) -> None:
    """All rows in one statement: thousands of words one by one would take seconds."""
    if not rows:
        return
    places = ", ".join(f"unnest(?) AS column{number}" for number in range(len(rows[0])))
    connection.execute(
        f"INSERT INTO {table} SELECT {places}", [list(column) for column in zip(*rows, strict=True)]
    )


def _words_of(connection: duckdb.DuckDBPyConnection, table: SourceTable, words: Words) -> list[list[object]]:
    subject = next((c.name for c in table.columns if c.name in ("USUBJID", "subject_id")), None)
    counted = f"count(DISTINCT {identifier(subject)})" if subject else "count(*)"
    rows: list[list[object]] = []
    for column in (column for column in table.columns if column.vocabulary):
        name = identifier(column.name)
        found = connection.execute(
            f"SELECT {name}, count(*), {counted} FROM raw.{identifier(table.identifier)}"
            f" WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY {name}"
        ).fetchall()
        free = "Y" if column.identifier == "free_text" else "N"
        place = [table.source.upper(), table.name, column.name, column.vocabulary, free]
        for value, n, n_subject in found:
            normal = normalised(value)
            for part, word in enumerate((normal, *words.parts(column.vocabulary or "", normal))):
                rows.append(
                    [*place, value, part, word, *words.core(column.vocabulary or "", word), n, n_subject]
                )
    return rows
