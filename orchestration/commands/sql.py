"""`vigil sql`: questions to a release, over the connection that reads that release and nothing else.

Belongs here: reading statements and showing what they give. Does not belong here: how a release is opened
(`releases.analysts`), or what there is to ask for (schema `analysis`).
"""

import argparse
import sys
from collections.abc import Iterator
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from orchestration.releases.analysts import connect
from orchestration.releases.index import CURRENT

if TYPE_CHECKING:
    import duckdb

PROMPT, GOES_ON = "vigil> ", "  ...> "
ROWS = 40
"""Shown of a longer table; in every other form there are all."""


class SqlError(RuntimeError):
    """A statement that cannot be answered; the message is DuckDB's."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is asked, of which release, shown how."""
    parser.add_argument(
        "statement", nargs="?", help="SQL; without it, statements are read from standard input"
    )
    parser.add_argument("--release", default=CURRENT, metavar="ID")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", dest="form")


def run(arguments: argparse.Namespace) -> int:
    """Answer one statement after the other.

    Raises:
        SqlError: a statement is wrong, or asks for what this connection does not do.
        LookupError: there is no such release.
    """
    with connect(arguments.release) as connection:
        if arguments.statement is None and sys.stdin.isatty():
            _converse(connection, arguments.form)
        else:
            text = sys.stdin.read() if arguments.statement is None else arguments.statement
            _answer(connection, text, arguments.form)
    return 0


def _converse(connection: "duckdb.DuckDBPyConnection", form: str) -> None:
    """Statements by hand, each ended by a semicolon; one that is wrong ends nothing."""
    import readline  # noqa: F401  (input() edits lines with it)

    (release,) = connection.sql(
        "select release_id || ', data cut ' || data_cut from release.info"
    ).fetchone() or ("",)
    print(f"release {release}, read-only; from analysis.headline; show all tables; an end with Ctrl-D")
    for statement in _statements():
        try:
            _answer(connection, statement, form)
        except SqlError as error:
            print(error, file=sys.stderr)


def _statements() -> Iterator[str]:
    waiting = ""
    while True:
        try:
            waiting += input(GOES_ON if waiting else PROMPT) + "\n"
        except EOFError:
            print()
            return
        if waiting.rstrip().endswith(";"):
            yield waiting
            waiting = ""
        elif not waiting.strip():
            waiting = ""


def _answer(connection: "duckdb.DuckDBPyConnection", text: str, form: str) -> None:
    import duckdb

    try:
        for statement in connection.extract_statements(text):
            found = connection.sql(statement.query)
            if found is not None:
                _show(found, form)
    except duckdb.Error as error:
        raise SqlError(" ".join(str(error).split("\n\n")[0].split())) from None


def _show(found: "duckdb.DuckDBPyRelation", form: str) -> None:
    if form == "table":
        found.show(max_rows=ROWS, max_width=get_terminal_size().columns)
    elif form == "json":
        print(found.df().to_json(orient="records", date_format="iso", force_ascii=False, indent=1))
    else:
        from orchestration.export.safe_csv import safe_csv

        print(safe_csv(found.df()), end="")
