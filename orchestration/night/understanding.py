"""Delivered and not understood: records that can only be meant for a fact and of which fewer than half became one.

Holds in a first release as in any other, and nothing but the words or the delivery can mend it: a release of such records
would say that what was delivered did not happen. Not here: what is less than in the release before (`losses`).
"""

from collections.abc import Iterator
from itertools import groupby

from orchestration.night.losses import Limit
from orchestration.night.working_file import WorkingFile
from orchestration.warehouse import Warehouse

HALF = Limit(share=0.5)
SHOWN = 3
SOURCES = ("registry", "proact")
_COUNTS = "select source, table_name, n_meant, n_understood from {} order by all"
_WORDS = """
select source, table_name, column_name, shown_word, n_word, n_record from {}
order by n_record desc, source, table_name, column_name, shown_word
"""
_REJECTED = """
select source, table_name, rule, count(*) from {}
where rule not in ('erasure_request', 'record_repeated') group by all order by source, table_name, count(*) desc, rule
"""

PARTS = ("understood_count", "rejected_row", "asked_word")

Table = tuple[str, str]


class NotUnderstoodError(RuntimeError):
    """A delivery that cannot be read as far as its facts; the message says why, and the way out, in one line."""


def refuse_not_understood(build: WorkingFile) -> None:
    """Stop when fewer than half of a table's records that can only be meant for a fact are understood.

    Asked as well of what failed before the counts of a source were there; of that nothing is said.

    Raises:
        NotUnderstoodError: with the counts of each such table, its commonest unknown words and reasons of rejection.
    """
    unread = [
        ((source, table), meant, known)
        for source, table, meant, known in _rows(build.warehouse, _COUNTS, "understood_count")
        if HALF.exceeded(meant, known)
    ]
    if unread:
        what = "; ".join(f"{s} {t.upper()}: {known} of {meant} records" for (s, t), meant, known in unread)
        tables = {table for table, *_ in unread}
        words = commonest_words(build.warehouse, tables)
        teach = (
            "teach the words in landing/registry/terms.csv (vigil terms --unknown prints them) or "
            if words
            else ""
        )
        why = [part for part in (words, *_rejections(build.warehouse, tables)) if part]
        raise NotUnderstoodError(
            "; ".join(
                [f"not published: understood are only {what}", *why, f"{teach}deliver the records anew"]
            )
            + ", and refresh again"
        )


def commonest_words(warehouse: Warehouse, tables: set[Table] | None = None) -> str:
    """The words that nobody knows, commonest first, in the tables named or in all; a word that few carry is not shown."""
    rows = _rows(warehouse, _WORDS, "asked_word")
    told = [
        f"{table.upper()} {column}: {f'{n_word} words of few subjects' if word is None else word} ({n_record} records)"
        for source, table, column, word, n_word, n_record in rows
        if tables is None or (source, table) in tables
    ]
    return f"commonest unknown words: {', '.join(told[:SHOWN])}" if told else ""


def _rejections(warehouse: Warehouse, tables: set[Table]) -> Iterator[str]:
    """Of each table the rule that rejected most."""
    rows = _rows(warehouse, _REJECTED, "rejected_row")
    for (source, table), rules in groupby(rows, key=lambda row: row[:2]):
        if (source, table) in tables:
            _, _, rule, n = next(rules)
            yield f"{source} {table.upper()} rejected as {rule}: {n}"


def _rows(warehouse: Warehouse, query: str, part: str) -> list[tuple]:
    """Rows of a query over a part of every source of which all parts are there."""
    with warehouse.held_open():
        there = [s for s in SOURCES if all(warehouse.has(f"intermediate.int_{s}__{name}") for name in PARTS)]
        if not there:
            return []
        tables = " union all ".join(f"from intermediate.int_{source}__{part}" for source in there)
        with warehouse.read() as connection:
            return connection.sql(query.format(f"({tables})")).fetchall()
