"""The views of a release: over made-up tables they say what the study's own code says of the same rows."""

import json
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from analytics.catalogue import TABLES as RESULTS
from analytics.cohort.follow_up import analysed_parameters, follow_up
from analytics.protocol import Protocol
from orchestration.dagster_parts.dbt_manifest import manifest_path
from orchestration.night.analysis_views import analysis_views
from orchestration.releases.tables import TABLES as RELEASE
from orchestration.releases.views import View, create_views
from orchestration.warehouse import values_of

ORIGINS = ("FIRST_INJECTION", "HARVEST", "TRIAL_BASELINE", "DIAGNOSIS")
RULES = ("EXCL_90", "EXCL_180", "LASTVIS_90", "LATE_90")


def protocol(**sections: dict) -> Protocol:
    return Protocol.model_validate(sections)


def adtte() -> pd.DataFrame:
    """Everybody's follow-up under every clock and rule, each with another time; the latest day of two deaths in doubt."""
    rows = []
    for number in range(12):
        for parameter in ("OS", "TFS"):
            for o, origin in enumerate(ORIGINS):
                for r, rule in enumerate(RULES):
                    if rule.startswith("LATE") and number not in (3, 8):
                        continue
                    time = 100 * number + 10 * o + r - (0 if parameter == "OS" else 5)
                    rows.append((f"S{number}", parameter, origin, rule, time, (number + r) % 2, 0, 0))
    names = ["USUBJID", "PARAMCD", "ORIGIN", "VSRULE", "AVAL", "CNSR", "ENTRYDY", "ENTRYHDY"]
    return pd.DataFrame(rows, columns=names)


def subjects() -> pd.DataFrame:
    """Of twelve, ten are compared; the first has no usable follow-up, as none of it is after entry."""
    return pd.DataFrame({"USUBJID": [f"S{n}" for n in range(10)], "TREATED": [n % 2 for n in range(10)]})


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with every table that views read, empty."""
    path = tmp_path / "vigil.duckdb"
    with duckdb.connect(str(path)) as connection:
        for schema in ("marts", "results", "release"):
            connection.execute(f"create schema {schema}")
        nodes = json.loads(manifest_path().read_text())["nodes"].values()
        marts = [node for node in nodes if node["resource_type"] == "model" and node["schema"] == "marts"]
        for node in marts:
            said = node["columns"].items()
            columns = ", ".join(f'"{name}" {column["data_type"]}' for name, column in said)
            connection.execute(f"create table marts.{node['name']} ({columns})")
            for name, column in said:
                text = column["description"].replace("'", "''")
                connection.execute(f"comment on column marts.{node['name']}.\"{name}\" is '{text}'")
        for schema, tables in (("results", RESULTS), ("release", RELEASE)):
            for table in tables.values():
                columns = ", ".join(f'"{name}" {kind}' for name, kind in table.sql_types().items())
                connection.execute(f"create table {schema}.{table.name} ({columns})")
                for name, meaning in table.meanings().items():
                    if name in table.columns:
                        text = meaning.replace("'", "''")
                        connection.execute(f"comment on column {schema}.{table.name}.\"{name}\" is '{text}'")
        create_views(connection, analysis_views(json.loads(manifest_path().read_text())))
    return path


def fill(connection: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    connection.register("_frame", frame)
    connection.execute(f"insert into {table} by name from _frame")
    connection.unregister("_frame")


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"vital_status": {"death_dates": "latest"}},
        {"vital_status": {"window_days": 180}},
        {"vital_status": {"undated_death": "last_visit"}},
        {"time_zero": {"treated": "harvest"}},
        {"time_zero": {"origin": "diagnosis"}},
    ],
)
def test_event_is_the_follow_up_that_is_analysed(database: Path, chosen: dict) -> None:
    study = protocol(**chosen)
    analysed = pd.concat([follow_up(study, adtte(), subjects(), endpoint) for endpoint in study.endpoint])
    compared = subjects().rename(columns={"USUBJID": "usubjid", "TREATED": "treated"})
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"insert into release.analysed_parameter by name {values_of(analysed_parameters(study))}"
        )
        fill(connection, "marts.adtte", adtte())
        fill(connection, "results.analysis_set", compared)
        fill(connection, "results.follow_up", analysed)
        rows = connection.sql(
            """select USUBJID as usubjid, endpoint, AVAL as stop_days, 1 - CNSR as event from analysis.event
               where ANL01FL = 'Y' order by all"""
        ).df()
        doubled = connection.sql(
            "select count(*) - count(distinct (USUBJID, endpoint, PARAMCD)) from analysis.event"
        ).fetchone()
        everybody = connection.sql("select count(distinct USUBJID) from analysis.event").fetchone()
    expected = analysed[["usubjid", "endpoint", "stop_days", "event"]].sort_values(["usubjid", "endpoint"])
    assert len(rows) > 8
    assert [tuple(map(str, row)) for row in rows.itertuples(index=False)] == [
        tuple(map(str, row)) for row in expected.astype({"stop_days": int}).itertuples(index=False)
    ]
    assert doubled == (0,)
    assert everybody == (10,)


def test_subject_has_everybody_once_and_means_over_imputations(database: Path) -> None:
    names = [f"S{n}" for n in range(4)]
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"insert into release.analysed_parameter by name {values_of(analysed_parameters(protocol()))}"
        )
        fill(connection, "marts.adsl", pd.DataFrame({"USUBJID": names}))
        fill(connection, "results.analysis_set", pd.DataFrame({"usubjid": names[:3], "treated": [1, 0, 0]}))
        sets = [(1, "S0", 7), (1, "S1", 7), (2, "S0", 3), (2, "S2", 3)]
        matched = pd.DataFrame(sets, columns=["imputation", "usubjid", "set_id"])
        fill(connection, "results.matched_set", matched.assign(specification="matched", weight=1.0))
        rows = connection.sql(
            "select USUBJID, eligible, treated, share_matched, weight_matched, first_set_id from analysis.subject order by 1"
        ).fetchall()
    assert rows == [
        ("S0", True, 1, 1.0, 1.0, 7),
        ("S1", True, 0, 0.5, 0.5, 7),
        ("S2", True, 0, 0.5, 0.5, None),
        ("S3", False, None, None, None, None),
    ]


def test_views_hold_in_a_copy_under_another_name_and_beside_other_databases(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        fill(connection, "marts.adsl", pd.DataFrame({"USUBJID": ["S0"]}))
    copy = shutil.copy(database, database.with_name("of_last_week.duckdb"))
    with duckdb.connect(str(copy), read_only=True) as connection:
        assert connection.sql("select count(*) from analysis.subject").fetchone() == (1,)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{copy}' as last_week (read_only)")
        assert connection.sql("select count(*) from last_week.analysis.subject").fetchone() == (1,)


def test_every_column_says_what_it_means(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        unsaid = connection.sql(
            "select table_name, column_name from duckdb_columns() where schema_name = 'analysis' and comment is null"
        ).fetchall()
        n_view = connection.sql(
            "select count(*) from duckdb_views() where schema_name = 'analysis' and comment is not null"
        ).fetchone()
    assert unsaid == []
    assert n_view == (5,)


def test_a_column_that_nobody_describes_is_refused_by_name() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create table marts.a as select 1 as known, 2 as told")
        connection.execute("comment on column marts.a.known is 'so and so'")
        view = View("v", "A view.", {}, ("marts.a",), "select * from marts.a")
        with pytest.raises(LookupError, match=r"analysis\.v: nobody says what told means"):
            create_views(connection, [view])
