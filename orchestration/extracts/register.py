"""The schema `raw` of a build: a view or table per source table over the store, and what was delivered.

Not here: reading deliveries (`land`), anything typed (dbt).
"""

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb

from orchestration.extracts.dictionary import SourceDictionary, SourceTable
from orchestration.extracts.intake import AcceptedFile, file_notes
from orchestration.extracts.land import AcceptedDelivery
from orchestration.extracts.register_words import insert_rows, register_terms, register_words
from orchestration.extracts.site_answers import ANSWERS_FILE, NO_SITE_ANSWERS, SiteAnswers
from orchestration.extracts.site_columns import COLUMNS_FILE, NO_SITE_COLUMNS, SiteColumns
from orchestration.extracts.site_terms import NO_SITE_TERMS, TERMS_FILE, SiteTerms
from orchestration.warehouse import file_literal, identifier, literal

ABOUT = {
    "delivered_file": """
        source VARCHAR, release VARCHAR, table_name VARCHAR, file_name VARCHAR, sha256 VARCHAR, n_record BIGINT,
        n_decode_reject BIGINT, encoding VARCHAR, delimiter VARCHAR, generation VARCHAR, unknown_columns VARCHAR,
        missing_columns VARCHAR, simulated BOOLEAN, n_byte BIGINT, note VARCHAR""",
    "other_file": """
        source VARCHAR, release VARCHAR, file_name VARCHAR, n_byte BIGINT, is_mark BOOLEAN, reason VARCHAR""",
    "decode_reject": """
        source VARCHAR, table_name VARCHAR, _file VARCHAR, _line BIGINT, rule VARCHAR, reason VARCHAR""",
}
"""What is said of a delivery: `raw.<source>_<name>`."""
OF_BOTH = ("delivered_file", "other_file")
"""Of which there is a view of both sources as well: `raw.<name>`."""
_SITE_COLUMN = "CREATE TABLE raw.site_column (domain VARCHAR, column_name VARCHAR)"
_SITE_ANSWER = """
CREATE TABLE raw.site_answer (line BIGINT, query_id VARCHAR, status VARCHAR, answer_date VARCHAR)
"""


def register_raw(
    connection: duckdb.DuckDBPyConnection,
    deliveries: Sequence[AcceptedDelivery],
    dictionaries: Mapping[str, SourceDictionary],
    *,
    data_cut: date,
    site_terms: SiteTerms = NO_SITE_TERMS,
    site_columns: SiteColumns = NO_SITE_COLUMNS,
    site_answers: SiteAnswers = NO_SITE_ANSWERS,
    show_words: bool = False,
) -> None:
    """Create schema `raw` of both sources anew.

    Args:
        connection: read-write connection to the build file; an older schema `raw` is replaced.
        deliveries: at most one accepted delivery of each source.
        dictionaries: by source, `proact` and `registry`.
        data_cut: date of the cut.
        site_terms: the words the site taught.
        site_columns: the columns the site lets be stored.
        site_answers: what the sites answered to their data queries.
        show_words: keep every delivered word readable, in a build that is thrown away.
    """
    connection.execute("DROP SCHEMA IF EXISTS raw CASCADE")
    given = {delivery.source.lower(): delivery for delivery in deliveries}
    register_export(
        connection, given.get("proact"), dictionaries["proact"], site_terms=site_terms, show_words=show_words
    )
    register_data_cut(
        connection, given.get("registry"), dictionaries["registry"], data_cut=data_cut, site_terms=site_terms,
        site_columns=site_columns, site_answers=site_answers, show_words=show_words,
    )  # fmt: skip


def register_export(
    connection: duckdb.DuckDBPyConnection,
    delivery: AcceptedDelivery | None,
    dictionary: SourceDictionary,
    *,
    site_terms: SiteTerms = NO_SITE_TERMS,
    show_words: bool = False,
) -> None:
    """Create schema `raw` with a PRO-ACT export and what the site taught: one relation per dictionary table, present or not.

    Args:
        connection: read-write connection to a fresh working file.
        delivery: the accepted export.
        dictionary: of PRO-ACT.
        site_terms, show_words: as for `register_raw`.
    """
    connection.execute("CREATE SCHEMA raw")
    register_terms(connection, site_terms)
    _register_source(connection, dictionary, delivery)
    register_words(connection, dictionary, site_terms, show_all=show_words)


def register_data_cut(
    connection: duckdb.DuckDBPyConnection,
    delivery: AcceptedDelivery | None,
    dictionary: SourceDictionary,
    *,
    data_cut: date,
    site_terms: SiteTerms = NO_SITE_TERMS,
    site_columns: SiteColumns = NO_SITE_COLUMNS,
    site_answers: SiteAnswers = NO_SITE_ANSWERS,
    show_words: bool = False,
) -> None:
    """Add a data cut of the registry to schema `raw`.

    Args:
        connection: read-write connection to a working file that holds an export.
        delivery: the accepted delivery of the registry.
        dictionary: of the registry.
        data_cut, site_terms, site_columns, site_answers, show_words: as for `register_raw`.
    """
    _register_source(connection, dictionary, delivery)
    register_words(connection, dictionary, site_terms, show_all=show_words)
    for name in OF_BOTH:
        connection.execute(
            f"CREATE VIEW raw.{name} AS FROM raw.proact_{name} UNION ALL FROM raw.registry_{name}"
        )
    connection.execute(
        "CREATE TABLE raw.data_cut AS SELECT CAST(? AS DATE) AS data_cut,"
        " (SELECT max(release) FROM raw.proact_delivered_file) AS proact_release",
        [data_cut.isoformat()],
    )
    connection.execute(_SITE_COLUMN)
    for allowed in site_columns.allowed:
        connection.execute("INSERT INTO raw.site_column VALUES (?, ?)", allowed)
    connection.execute(_SITE_ANSWER)
    answers: list[list[object]] = [
        [answer.line, answer.query_id, answer.status, answer.answer_date] for answer in site_answers.answers
    ]
    insert_rows(connection, "raw.site_answer", answers)
    for name, sha256, n_row in (
        (TERMS_FILE, site_terms.sha256, len({term.line for term in site_terms.terms})),
        (COLUMNS_FILE, site_columns.sha256, len(site_columns.allowed)),
        (ANSWERS_FILE, site_answers.sha256, len(site_answers.answers)),
    ):
        if sha256:
            _list_beside(connection, delivery, name, sha256, n_row)


def _register_source(
    connection: duckdb.DuckDBPyConnection, dictionary: SourceDictionary, delivery: AcceptedDelivery | None
) -> None:
    files = delivery.files if delivery else ()
    for table in dictionary.tables.values():
        _create(connection, table, [file for file in files if file.table == table.name])
    for name, columns in ABOUT.items():
        connection.execute(f"CREATE TABLE raw.{dictionary.source}_{name} ({columns})")
    if delivery is not None:
        _list_files(connection, dictionary.source, delivery)
        _list_other_files(connection, dictionary.source, delivery)
        _list_decode_rejects(connection, dictionary.source, delivery)


def _create(connection: duckdb.DuckDBPyConnection, table: SourceTable, files: list[AcceptedFile]) -> None:
    name = f"raw.{identifier(table.identifier)}"
    if files:
        selects = " UNION ALL ".join(_select(table, file) for file in files)
        connection.execute(f"CREATE VIEW {name} AS {selects}")
        return
    columns = [f"{identifier(column.name)} VARCHAR" for column in table.columns]
    meta = ["_file VARCHAR", "_line BIGINT", "_extra VARCHAR"]
    connection.execute(f"CREATE TABLE {name} ({', '.join(columns + meta)})")


def _select(table: SourceTable, file: AcceptedFile) -> str:
    columns = ", ".join(identifier(column.name) for column in table.columns)
    first = file.entry.first_line
    line = "_line" if first is None else f"CAST(file_row_number + {first} AS BIGINT) AS _line"
    options = "" if first is None else ", file_row_number = true"
    return (
        f"SELECT {columns}, {literal(file.file_name)} AS _file, {line}, _extra"
        f" FROM read_parquet({file_literal(file.path.resolve())}{options})"
    )


def _list_files(connection: duckdb.DuckDBPyConnection, source: str, delivery: AcceptedDelivery) -> None:
    for file in delivery.files:
        entry = file.entry
        connection.execute(
            f"INSERT INTO raw.{source}_delivered_file VALUES ({', '.join('?' * 15)})",
            [
                delivery.source,
                delivery.release,
                entry.table,
                file.file_name,
                entry.sha256,
                entry.n_record,
                entry.n_decode_reject,
                entry.encoding,
                entry.delimiter,
                file.generation,
                ", ".join(entry.unknown_columns + entry.withheld_columns) or None,
                ", ".join(entry.missing_columns) or None,
                delivery.simulated,
                file.n_byte,
                "; ".join(file_notes(file)) or None,
            ],
        )


def _list_other_files(connection: duckdb.DuckDBPyConnection, source: str, delivery: AcceptedDelivery) -> None:
    for other in delivery.others:
        connection.execute(
            f"INSERT INTO raw.{source}_other_file VALUES (?, ?, ?, ?, ?, ?)",
            [delivery.source, delivery.release, other.name, other.size, other.is_mark, other.reason],
        )


def _list_beside(
    connection: duckdb.DuckDBPyConnection,
    registry: AcceptedDelivery | None,
    name: str,
    sha256: str,
    n_row: int,
) -> None:
    """What the site says beside its deliveries is a file that the release rests on, like the delivered ones."""
    connection.execute(
        "INSERT INTO raw.registry_delivered_file (source, release, table_name, file_name, sha256, n_record,"
        " n_decode_reject, encoding, simulated) VALUES ('REGISTRY', ?, ?, ?, ?, ?, 0, 'utf-8', ?)",
        [
            registry.release if registry else None,
            name.partition(".")[0],
            name,
            sha256,
            n_row,
            registry.simulated if registry else False,
        ],
    )


def _list_decode_rejects(
    connection: duckdb.DuckDBPyConnection, source: str, delivery: AcceptedDelivery
) -> None:
    for file in delivery.files:
        if file.rejects_path is not None:
            connection.execute(
                f"INSERT INTO raw.{source}_decode_reject SELECT ?, ?, ?, _line, rule, reason"
                f" FROM read_parquet({file_literal(file.rejects_path)}) ORDER BY _line",
                [delivery.source, file.table, file.file_name],
            )
