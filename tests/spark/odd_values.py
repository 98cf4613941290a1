"""What the macros of the dbt project make of odd cells, on an engine: each is asked once, over a column of them.

Cells as strangers deliver them: letters of several scripts, white space within, digits that are none, numbers that engines
write each in its own way. Does not belong here: what is right (`tests/unit/sql`), only whether engines agree.
"""
# ruff: noqa: E501 - cells are a list to be read as one

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY / "tests" / "unit" / "sql"))

from sql_macros import sql
from test_dates import generated

from tests.spark.dbt_settings import take_settings_of_dbt

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TEXTS = (
    None, "", " ", "12", "-7", "+7", "007", "12.0", "12.50", "1E5", "4.9e-05", "1_000", "229,000", "1,234,567.5", "1,23", "4,5", ".5", "5.",
    "nan", "NaN", "inf", "-Infinity", "0x1F", "9999999999", "99999999999999999999", "<5", "<= 5", ">\u00a05", "< 1,500", ">=7.5", "<<5",
    "<\u20095", "Trace", "1+", "++", "\u0661\u0662", "\uff11\uff12", "\u00bd", "1\u00a0000", "12 ", "12\n", "12\r", "\t12", "1e400",
    "2021-03-04", "2021-3-4", "2021-02-30", "2021-13", "2021-03", "2021", "2021-03-UN", "2021-UN-UN", "2021-00-00", "2021---", "--03-04",
    "2021.03.04", "2021/03/04", "2021\ub14403\uc6d404\uc77c", "2021\ub144 3\uc6d4", "2021-03-04T10:00", "2021-03-04 10:00", "2021-03-04T10:00\r(x)",
    "2021-03-04T10:00\u2028x", "2021-03-04\nT10", "2021-03-04T24:00:00Z", "03/04/2021", "4-Mar-21", "20210304", "44259", "0000-00-00", "9999-12-31",
    "10000-01-01", "2021-03-04/2021-05-06", "2021-03-04/", "/2021-03-04", "\uff12021-03-04",
    "headache", "Head  ACHE", "HEAD\u000bACHE", "H\u00f6rst\u00f6rung", "stra\u00dfe", "\ub450\ud1b5", "\u1103\u116e\u1110\u1169\u11bc", "Caf\u0065\u0301",
    "non-bulbar", "NON_BULBAR", "it''s", "back\\slash", "%_", "a'b\"c", "{{ 1 }}", "${HOME}", "\U0001f600 ok", "\u2460", "(-)", "N.A.", "NOT DONE",
    "\ubbf8\uc2dc\ud589", "patient deceased", "\uc0ac\ub9dd", "MedDRA 27.1", "MedDRA v27.1", "KCD-8", "Y", "N", "\uc608", "M", "F", "MALE", "\u03bcmol/L", "\u00b5mol/L",
    "62", "62.5", "150", "-1", "Definite", "PROBABLE", "probable - laboratory supported", "ONSET SITE", "001", " 001 ", "1A", "FATAL", "SEVERE",
)  # fmt: skip
NUMBERS = (
    None, 0.0, -0.0, 1.0, 4.0, 3.5, -2.5, 0.5, 1.5, 2.5, 0.1, 1 / 3, 70.0, 175.0, 1.75, 0.0005, 1e-4, 9.99e-5, 1e-5, -1e-5, 1e7, 12345678.5,
    19560304.0, 99999999.0, 1e14, 123456789012345.6, 1e15, 1e16, 1e22, 120.0, 31.0, 700.0, 45.0, 50.0, 365.25, 730.5, 12.345678901234567,
)  # fmt: skip
OF_TEXT: dict[str, tuple[object, ...]] = {
    name: ()
    for name in (
        "to_int", "to_double", "result_number", "result_comparator", "shape_of", "shown", "shown_age", "fact_of_finding",
        "identifying_value", "seed_term", "is_dictionary_version", "is_filled", "is_number", "is_result", "el_escorial_rank",
        "yes_or_no", "severity_number", "capitals",
    )
}  # fmt: skip
OF_NUMBER: dict[str, tuple[object, ...]] = {
    "number_text": (), "days_to_months": (), "item_score": (), "within_limits": ("weight_kg",), "outside_limits": ("weight_kg",),
    "unit_by_number": ("height",), "may_be_of_several_units": ("weight",), "converted": (2, 0),
}  # fmt: skip
EXPRESSIONS = {
    "unit_key": "replace(replace(lower(cell), '\u00b5', 'u'), '\u03bc', 'u')",
    "length": "length(cell)",
    "substring": "substring(cell, 2, 3)",
    "split_part": "split_part(cell, '-', 2)",
    "trim": "trim(cell)",
    "md5": "md5(cell)",
    "like": "cell like '%-%'",
    "order": "dense_rank() over (order by cell nulls last)",
}
"""What models write themselves."""


class Asked(NamedTuple):
    """What is asked of which cells, in an engine's SQL; of one another's order, nothing."""

    cells: str
    query: str


def questions(engine: str, relation: Callable[[str], str]) -> dict[str, Asked]:
    """By name.

    Args:
        engine: whose SQL.
        relation: how it names the `texts` or the `numbers`.
    """
    expressions = {("texts", name): sql(name, "cell", *more, engine=engine) for name, more in OF_TEXT.items()}
    expressions |= {
        ("numbers", name): sql(name, "cell", *more, engine=engine) for name, more in OF_NUMBER.items()
    }
    expressions |= {("texts", name): expression for name, expression in EXPRESSIONS.items()}
    asked = {
        name: Asked(cells, f"select n, cell, {expression} as made from {relation(cells)}")
        for (cells, name), expression in expressions.items()
    }
    dates = sql("read_dates", relation("texts"), "cell", engine=engine)
    # A year that no calendar has cannot be fetched.
    return asked | {
        "read_dates": Asked("texts", f"select * from ({dates}) as dates where earliest >= date '1000-01-01'")
    }


def write_cells(folder: Path) -> None:
    """Texts and numbers as files, so that no engine's quoting comes between."""
    for name, kind, cells in (
        ("texts", "varchar", (*TEXTS, *generated(1, 3000))),
        ("numbers", "double", NUMBERS),
    ):
        with duckdb.connect() as connection:
            connection.execute(f"create table cells (n int, cell {kind})")
            connection.executemany("insert into cells values (?, ?)", list(enumerate(cells)))
            connection.execute(f"copy (from cells order by n) to '{folder}/{name}.parquet' (format parquet)")


def compared(remote: str, folder: Path) -> dict[str, list[str]]:
    """Rows by question that DuckDB alone, or a Spark Connect server alone, answers with."""
    write_cells(folder)
    ours = questions("duckdb", lambda cells: f"'{folder}/{cells}.parquet'")
    theirs = questions("spark", lambda cells: f"parquet.`file://{folder}/{cells}.parquet`")
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(remote).create()
    try:
        take_settings_of_dbt(session)
        told = {name: _told(session, asked.query) for name, asked in theirs.items()}
    finally:
        # Left open, it would be asked to end after its server has.
        session.stop()
    own = {name: {repr(row) for row in duckdb.sql(asked.query).fetchall()} for name, asked in ours.items()}
    return {name: sorted(own[name] ^ told[name]) for name in own if own[name] != told[name]}


def _told(session: "SparkSession", query: str) -> set[str]:
    try:
        return {repr(tuple(row)) for row in session.sql(query).collect()}
    except Exception as error:
        return {str(error)}


def differing(remote: str, folder: Path) -> dict[str, list[str]]:
    """As `compared`, by a process of its own: Spark's client ends one that was begun without a file, as workers of tests are."""
    command = [sys.executable, "-m", "tests.spark.odd_values", remote, str(folder)]
    done = subprocess.run(command, cwd=REPOSITORY, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


if __name__ == "__main__":
    print(json.dumps(compared(sys.argv[1], Path(sys.argv[2]))))
