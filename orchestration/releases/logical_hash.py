"""The logical hash of a table: the same for the same facts, whatever the row order, the threads or the day.

Each row becomes one text (columns by name, dates ISO, doubles `%.12g`, so that the last digits of a sum do not count); the
hash is that of the sorted row digests. No key is needed, and two equal rows count twice.
"""

import hashlib
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor

import duckdb

from orchestration.warehouse import one_row

_ROW_DIGESTS = """
select sha256(coalesce(string_agg(digest, '' order by digest), '')) as hash, count(*) as n_row
from (select md5(concat_ws(chr(31), {columns})) as digest from {table})
"""


def logical_hash(
    connection: duckdb.DuckDBPyConnection, table: str, without: AbstractSet[str] = frozenset()
) -> tuple[str, int]:
    """Hash (hex) and number of rows of `schema.table`; column names and types are part of the hash.

    Args:
        connection: an open database.
        table: `schema.table`.
        without: columns left out, such as line numbers: an address in a file, not a fact.
    """
    described = connection.sql(f"describe {table}").fetchall()
    columns = sorted((name, kind) for name, kind, *_ in described if name not in without)
    cells = ", ".join(_cell(name, kind) for name, kind in columns)
    content, n_row = one_row(connection, _ROW_DIGESTS.format(columns=cells, table=table))
    header = ";".join(f"{name} {kind}" for name, kind in columns)
    return hashlib.sha256(f"{header}\n{content}".encode()).hexdigest(), n_row


def logical_hashes(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[str], without: AbstractSet[str] = frozenset()
) -> dict[str, tuple[str, int]]:
    """`logical_hash` of each table: two at once, as putting the digests of one in order takes one core alone."""

    def hashed(table: str) -> tuple[str, int]:
        with connection.cursor() as own:
            return logical_hash(own, table, without)

    names = list(tables)
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(hashed, names), strict=True))


def _cell(name: str, kind: str) -> str:
    column = f'"{name}"'
    # Adding zero makes -0.0 plain 0.
    text = f"printf('%.12g', {column} + 0.0)" if kind in ("DOUBLE", "FLOAT") else f"cast({column} as varchar)"
    return f"coalesce({text}, chr(30))"
