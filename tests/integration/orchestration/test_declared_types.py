"""A column has one type: in a first release and a full one, in a study without events, and in the union over releases."""

import importlib.util
from pathlib import Path

import duckdb
import pytest
from homes import vigil

from analytics import study
from analytics.catalogue import TABLES
from analytics.protocol import parse_protocol
from orchestration.night.quality import CHECK_RESULT
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.tables import TABLES as RELEASE_TABLES
from orchestration.warehouse import Warehouse

MADE = Path(__file__).parents[2] / "unit" / "report" / "made_study.py"
COLUMNS = """select table_schema || '.' || table_name, column_name, data_type from information_schema.columns
             where table_schema in ({}) order by all"""
Schema = dict[str, dict[str, str]]


def columns(database: Path, *schemas: str) -> Schema:
    """Type by column, by `schema.table`."""
    found: Schema = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for table, column, kind in connection.sql(COLUMNS.format(str(schemas)[1:-1])).fetchall():
            found.setdefault(table, {})[column] = kind
    return found


def declared() -> Schema:
    """The columns that every table made by Python has."""
    schemas = {"results": TABLES, "release": RELEASE_TABLES, "quality": {CHECK_RESULT.name: CHECK_RESULT}}
    return {
        f"{schema}.{name}": table.sql_types()
        for schema, tables in schemas.items()
        for name, table in tables.items()
        if (schema, name) != ("release", "release")  # the list of releases in the union
    }


@pytest.fixture(scope="module")
def releases(refreshed_home: Path) -> list[Schema]:
    index = ReleaseIndex(refreshed_home / "releases")
    return [columns(index.database(n), "marts", "results", "quality", "release") for n in ("1", "2")]


def test_the_first_release_and_the_next_have_the_same_columns_of_the_same_types(
    releases: list[Schema],
) -> None:
    first, second = releases
    assert first.keys() == second.keys()
    assert [table for table in first if first[table] != second[table]] == []
    assert {table.partition(".")[0] for table in first} == {"marts", "results", "quality", "release"}


@pytest.mark.parametrize("place", [0, 1])
def test_a_release_has_the_declared_columns_and_no_other(releases: list[Schema], place: int) -> None:
    found = releases[place]
    by_dbt = {table for table in found if table.startswith(("marts.", "quality."))} - {"quality.check_result"}
    covariates = found["results.analysis_set"].keys() - TABLES["analysis_set"].columns.keys()
    assert covariates
    wanted = declared()
    assert found.keys() - by_dbt == wanted.keys()
    for table, types in wanted.items():
        further = covariates if table == "results.analysis_set" else set()
        assert {c: kind for c, kind in found[table].items() if c not in further} == types, table


def test_a_study_without_events_has_them_too(tmp_path: Path, releases: list[Schema]) -> None:
    spec = importlib.util.spec_from_file_location("made_study_without_events", MADE)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    marts = {name: frame for name, frame in made.marts().items() if name in ("adsl", "adtte")}
    results = study.run(parse_protocol(made.PROTOCOL), marts)
    assert results["ae_listing"].empty
    assert results["dose_response"]["estimate"].isna().all()
    warehouse = Warehouse(tmp_path / "vigil.duckdb")
    warehouse.put("results", results, TABLES, {})
    found = columns(warehouse.path, "results")
    released = {table: types for table, types in releases[1].items() if table.startswith("results.")}
    for table in released:
        kept = TABLES[table.partition(".")[2]].columns
        assert {c: found[table][c] for c in kept} == {c: released[table][c] for c in kept}, table
    assert found.keys() == released.keys()


def test_the_union_over_releases_has_the_declared_types(refreshed_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "history.duckdb"
    assert vigil(refreshed_home, "history", "--out", str(out)) == 0
    found = columns(out, "main")
    assert found.pop("main.release") == RELEASE_TABLES["release"].sql_types()
    known = {**TABLES, **RELEASE_TABLES}
    assert {"main.effect_estimate", "main.change", "main.attribution"} < found.keys()
    for table, types in found.items():
        origin = {"release_id": "VARCHAR", "data_cut": "DATE"}
        assert types == origin | known[table.partition(".")[2]].sql_types(), table
    with duckdb.connect(str(out), read_only=True) as connection:
        assert connection.sql(
            "select typeof(n), count(*) > 0, sum(n) >= 0 from change group by all"
        ).fetchall() == [("BIGINT", True, True)]
