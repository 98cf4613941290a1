"""What failed in a dbt run, in one line a person can act on: what, how much of it, where it begins, the way out.

Counts and places only, no value of anybody. Does not belong here: the checks as rows (`quality`).
"""

from collections.abc import Mapping
from typing import Any

import duckdb

from orchestration import disk, memory
from orchestration.night.check_words import shown_name
from orchestration.warehouse import Warehouse

# What the test `column_values` counts, by column.
COUNTED = ("_missing", "_unknown", "_beyond")
# Columns that say where a record was delivered, as marts, staging and quality tables name them.
PLACES = (("SRCFILE", "SRCLINE"), ("_file", "_line"), ("source_file", "source_line"))
WAY_OUT = "correct or reject these records in the delivery and refresh again; every failed check is in build/failures/"


def first_failure(results: dict, warehouse: Warehouse | None, nodes: Mapping[str, Any]) -> str:
    """What failed in a dbt run, the gravest first: what could not be built or asked, then a test that found rows.

    Args:
        results: dbt's `run_results.json`.
        warehouse: the database it ran on; None where it ran on Spark, whose tables are gone.
        nodes: of dbt's `manifest.json`, by unique id: a test is called as Dagster shows it.
    """
    failed = [r for r in results["results"] if r["status"] in ("error", "fail")]
    if not failed:
        return "dbt failed before it ran a model; see its log in build/work/dbt/logs"
    failed.sort(key=lambda result: result["status"] != "error")
    kind, _, name, *_ = failed[0]["unique_id"].split(".")
    if kind == "test" and (node := nodes.get(failed[0]["unique_id"])):
        name = f"{shown_name(node)}{_table(node, nodes)}"
    if failed[0]["status"] == "error":
        done = "asked" if kind == "test" else "built"
        wanted = _wanted(failed[0].get("message") or "", here=warehouse is not None)
        return f"error: {kind} {name} could not be {done}{wanted}; {len(failed)} failed in all; see build/work/dbt/logs"
    count = failed[0].get("failures")
    found = _found(failed[0], warehouse) if warehouse else ""
    return f"error: test {name} found {count} rows{found}; {len(failed)} failed in all. Way out: {WAY_OUT}"


def _wanted(message: str, *, here: bool) -> str:
    """What was not enough, in the words of who noticed, by which the way out is found; of the rest of a message, no word."""
    if not here and any(words in message for words in disk.WORDS):
        # In other words, by which nobody looks for the way out on this machine's disk.
        return " (a disk of Spark's is full)"
    known = (words for words in (*memory.OF_SPARK, *memory.WORDS, *disk.WORDS) if words in message)
    return f" ({words})" if (words := next(known, None)) else ""


def _table(node: Mapping[str, Any], nodes: Mapping[str, Any]) -> str:
    """The table that a test hangs on; a test of several tables is known by its own name."""
    table = nodes.get(node.get("attached_node") or "")
    return f" of {table['schema']}.{table['name']}" if table else ""


def _found(failed: dict, warehouse: Warehouse) -> str:
    """What the failing rows of a test are about, where they say so: delivered tables, columns, or the first place."""
    with warehouse.read() as connection:
        rows = connection.sql(failed["compiled_code"])
        if {"source", "table_name"} <= set(rows.columns):
            tables = rows.project("source || ' ' || table_name").distinct().fetchall()
            return ": " + ", ".join(sorted(name for (name,) in tables))
        if not all(name.endswith(COUNTED) for name in rows.columns):
            return _first_place(warehouse, connection, rows)
        counts = zip(rows.columns, rows.fetchone() or (), strict=False)
    wrong = [f"column {' '.join(name.rsplit('_', 1))} in {count} rows" for name, count in counts if count]
    return ": " + ", ".join(wrong)


def _first_place(
    warehouse: Warehouse, connection: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation
) -> str:
    """File and line of the first record concerned, or of the demographics of its subject; nothing where neither is known."""
    there = {name.lower() for name in rows.columns}
    places = [(file, line) for file, line in PLACES if {file.lower(), line.lower()} <= there]
    if places:
        file, line = places[0]
        found = rows.project(f'"{file}" as file, "{line}" as line')
    elif "usubjid" in there and warehouse.has("marts.adsl"):
        subjects = connection.sql("select USUBJID, SRCFILE as file, SRCLINE as line from marts.adsl")
        concerned = rows.project("cast(USUBJID as varchar) as USUBJID").distinct()
        found = subjects.join(concerned, "USUBJID").project("file, line")
    else:
        return ""
    first = found.filter("file is not null").order("file, line").limit(1).fetchone()
    return f": first {first[0]} line {first[1]}" if first else ""
