"""Keys as data: every published table has one, of columns that it has, and rows against it are counted."""

import json

import duckdb
import pytest

from analytics.catalogue import TABLES as RESULTS
from orchestration.dagster_parts.dbt_manifest import manifest_path
from orchestration.night.quality import CHECK_RESULT
from orchestration.releases.keys import Key, keys
from orchestration.releases.tables import TABLES as RELEASE


@pytest.fixture(scope="module")
def columns() -> dict[str, set[str]]:
    """Declared columns of every table that is published."""
    found = {f"results.{name}": {*table.columns, *table.further} for name, table in RESULTS.items()}
    # `release.release` is of the database that `vigil history` makes.
    found |= {f"release.{name}": set(table.columns) for name, table in RELEASE.items() if name != "release"}
    found["quality.check_result"] = set(CHECK_RESULT.columns)
    for node in json.loads(manifest_path().read_text())["nodes"].values():
        if node["resource_type"] == "model" and node["schema"] in ("marts", "quality"):
            found[f"{node['schema']}.{node['name']}"] = set(node["columns"])
    return found


def test_every_published_table_has_one_key_of_its_own_columns(columns: dict[str, set[str]]) -> None:
    own = [key for key in keys() if key.refers_to is None]
    assert sorted(key.table for key in own) == sorted(columns)
    assert [key for key in own if not set(key.columns) <= columns[key.table]] == []


def test_a_reference_leads_to_the_key_of_its_table(columns: dict[str, set[str]]) -> None:
    own = {key.table: key.columns for key in keys() if key.refers_to is None}
    lower = {table: {name.lower() for name in names} for table, names in columns.items()}
    for key in keys():
        if key.refers_to is not None:
            assert {name.lower() for name in key.columns} == {name.lower() for name in own[key.refers_to]}
            assert {name.lower() for name in key.columns} <= lower[key.table]


@pytest.mark.parametrize(
    ("key", "n_against"),
    [
        (Key("visit", ("subject", "day")), 1),
        (Key("visit", ("subject",)), 3),
        (Key("visit", ("subject", "day", "line")), 0),
        (Key("visit", ("subject",), "person"), 2),
        (Key("person", ("subject",)), 0),
    ],
)
def test_rows_against_it_are_counted_and_nulls_are_alike(key: Key, n_against: int) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table person as from (values ('a'), ('b')) as row_of(SUBJECT)")
        connection.execute(
            """create table visit as from (values ('a', 1, 1), ('a', null, 2), ('a', null, 3), ('x', 1, 4), ('x', 2, 5),
               (null, 1, 6)) as row_of(subject, day, line)"""
        )
        found = connection.sql(key.against()).fetchone()
        (n_row,) = connection.sql(f"select count(*) from {key.table}").fetchone() or (0,)
        assert found == (n_against, n_row)
