"""The delivered words of a build: every distinct value of every coded column, in its normal form, with its counts.

Part 0 of a value is the whole of it; a cell that lists several words has a further part for each.

`raw.delivered_word` and `raw.site_term` are what the model of meanings joins with the seeds. Not here: what words mean.
"""

from collections.abc import Mapping

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
_NO_TOKENS = Tokens(frozenset(), frozenset(), {})


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
    tokens = token_lists()
    tables = [table for dictionary in dictionaries.values() for table in dictionary.tables.values()]
    rows = [row for table in tables for row in _words_of(connection, table, tokens)]
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


def _words_of(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, tokens: Mapping[str, Tokens]
) -> list[list[object]]:
    subject = next((c.name for c in table.columns if c.name in ("USUBJID", "subject_id")), None)
    counted = f"count(DISTINCT {identifier(subject)})" if subject else "count(*)"
    rows: list[list[object]] = []
    for column in (column for column in table.columns if column.vocabulary):
        name = identifier(column.name)
        found = connection.execute(
            f"SELECT {name}, count(*), {counted} FROM raw.{identifier(table.identifier)}"
            f" WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY {name}"
        ).fetchall()
        own = tokens.get(column.vocabulary or "", _NO_TOKENS)
        free = "Y" if column.identifier == "free_text" else "N"
        place = [table.source.upper(), table.name, column.name, column.vocabulary, free]
        for value, n, n_subject in found:
            normal = normalised(value)
            for part, word in enumerate((normal, *parts(normal, own))):
                rows.append([*place, value, part, *_forms(word, own), n, n_subject])
    return rows


def _forms(normal: str, tokens: Tokens) -> tuple[str, str | None, str | None]:
    """A word's normal form, what is left of it without doses and forms, and what its negatives make of that."""
    if tokens is _NO_TOKENS:
        return normal, None, None
    rest, negative = core(normal, tokens)
    return normal, rest or None, negative
