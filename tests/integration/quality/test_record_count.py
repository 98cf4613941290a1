"""Delivered = accepted + rejected + not decoded, table by table; and what says so fails when it is not, naming the table."""

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml
from study_build import STAGING, StudyBuild

from orchestration import disk
from orchestration.night.dbt_failures import WAY_OUT, first_failure
from orchestration.warehouse import Warehouse

SOURCES = ("proact", "registry")
COUNTS = tuple(f"int_{source}__record_count" for source in SOURCES)
ACCOUNTED, MUST, MAY = (
    "every_record_is_accounted_for",
    "a_table_that_must_not_be_empty_has_records",
    "a_table_that_may_be_empty_has_records",
)
EMPTIED = "delete from raw.proact_{0}; delete from raw.proact_delivered_file where table_name = '{0}'"


@pytest.fixture
def built(simulated_marts: tuple[StudyBuild, object], tmp_path: Path) -> StudyBuild:
    """A copy of the built study that a test may change."""
    copy = tmp_path / "vigil.duckdb"
    shutil.copy(simulated_marts[0].database, copy)
    return StudyBuild(copy, simulated_marts[0].status)


@pytest.fixture
def sql(built: StudyBuild, dbt_target: Path) -> dict[str, str]:
    """What dbt ran to count the tables of each source and to check them."""
    folder = dbt_target / "compiled" / "vigil" / "models"
    checks = {
        name: folder / "quality" / "record_count.yml" / f"{name}.sql" for name in (ACCOUNTED, MUST, MAY)
    }
    counts = {name: folder / "intermediate" / name.split("_")[1] / f"{name}.sql" for name in COUNTS}
    return {name: path.read_text() for name, path in {**checks, **counts}.items()}


def _failing(built: StudyBuild, sql: dict[str, str], change: str) -> dict[str, list[tuple]]:
    """Delivered tables that each check finds fault with after a change of the database."""
    with duckdb.connect(str(built.database)) as connection:
        connection.execute(change)
        for name in COUNTS:
            connection.execute(f"create or replace table intermediate.{name} as {sql[name]}")
        return {
            name: connection.sql(sql[name]).project("source, table_name").fetchall()
            for name in (ACCOUNTED, MUST, MAY)
        }


def test_every_table_of_the_dictionaries_is_counted_as_it_was_delivered(built: StudyBuild) -> None:
    told = {}
    for source in SOURCES:
        content = yaml.safe_load((STAGING / source / f"_{source}__sources.yml").read_text())["sources"][0]
        told |= {
            (source.upper(), table["name"]): "NY"[table["config"]["meta"]["may_be_empty"]]
            for table in content["tables"]
        }
    rows = built.rows(
        "select source, table_name, may_be_empty, n_delivered, n_accepted from quality.record_count"
    )
    assert {row[:2]: row[2] for row in rows} == told
    assert sum(row[3] for row in rows) == built.one("select sum(n_record) from raw.delivered_file")[0]
    assert built.status[ACCOUNTED] == built.status[MUST] == "pass"


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ("select 1", {}),
        (
            "update raw.proact_delivered_file set n_record = n_record + 1 where table_name = 'alsfrs'",
            {ACCOUNTED: [("PROACT", "alsfrs")]},
        ),
        (
            "update raw.registry_delivered_file set n_record = n_record - 1 where table_name = 'dm'",
            {ACCOUNTED: [("REGISTRY", "dm")]},
        ),
        (
            "insert into raw.registry_decode_reject values ('REGISTRY', 'ex', 'f', 900, 'field_count', 'too few fields')",
            {ACCOUNTED: [("REGISTRY", "ex")]},
        ),
        (EMPTIED.format("alsfrs"), {MUST: [("PROACT", "alsfrs")]}),
        (EMPTIED.format("riluzole"), {MAY: [("PROACT", "riluzole")]}),
    ],
    ids=[
        "nothing",
        "a record lost",
        "a record doubled",
        "an undecoded record not counted",
        "must be there",
        "may be",
    ],
)
def test_what_is_out_of_account_or_empty_fails_its_check(
    built: StudyBuild, sql: dict[str, str], change: str, failing: dict[str, list[tuple]]
) -> None:
    before = _failing(built, sql, "select 1")
    assert before[ACCOUNTED] == before[MUST] == []
    after = _failing(built, sql, change)
    assert {name: sorted(set(after[name]) - set(before[name])) for name in after} == {
        name: failing.get(name, []) for name in after
    }


def test_the_failure_of_a_run_names_the_delivered_tables(built: StudyBuild, sql: dict[str, str]) -> None:
    wrong = "update raw.{0}_delivered_file set n_record = 1 where table_name = '{1}'"
    _failing(built, sql, f"{wrong.format('registry', 'dm')}; {wrong.format('proact', 'alsfrs')}")
    failed = {"unique_id": f"test.vigil.{ACCOUNTED}.1", "status": "fail", "failures": 2}
    told = first_failure(
        {"results": [failed | {"compiled_code": sql[ACCOUNTED]}]}, Warehouse(built.database), {}
    )
    assert told == (
        f"error: test {ACCOUNTED} found 2 rows: PROACT alsfrs, REGISTRY dm; 1 failed in all. Way out: {WAY_OUT}"
    )


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("select USUBJID from marts.adsl", ": first {file} line {line}"),
        ("select * from marts.adsl", ": first {file} line {line}"),
        ("select count(*) as n from marts.adsl", ""),
        ("select 'nobody' as USUBJID", ""),
    ],
)
def test_the_failure_of_a_run_names_the_first_place_and_nobody(
    built: StudyBuild, code: str, place: str
) -> None:
    file, line = built.one("select SRCFILE, SRCLINE from marts.adsl order by 1, 2 limit 1")
    nodes = {
        "adsl": {"schema": "marts", "name": "adsl"},
        "test.vigil.not_null_adsl_SEX.1": {
            "name": "not_null_adsl_SEX",
            "test_metadata": {"name": "not_null", "kwargs": {"column_name": "SEX"}},
            "attached_node": "adsl",
        },
    }
    failed = {"unique_id": "test.vigil.not_null_adsl_SEX.1", "status": "fail", "failures": 3}
    told = first_failure({"results": [failed | {"compiled_code": code}]}, Warehouse(built.database), nodes)
    where = place.format(file=file, line=line)
    assert told == (
        f"error: test not_null_SEX of marts.adsl found 3 rows{where}; 1 failed in all. Way out: {WAY_OUT}"
    )


def test_a_failure_before_adsl_is_built_is_told_without_a_place(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "vigil.duckdb")) as connection:
        connection.execute(
            "create schema intermediate; create table intermediate.x as select 'S1' as USUBJID"
        )
    code = "select USUBJID from intermediate.x"
    failed = {"unique_id": "test.vigil.t.1", "status": "fail", "failures": 1, "compiled_code": code}
    assert first_failure({"results": [failed]}, Warehouse(tmp_path / "vigil.duckdb"), {}) == (
        f"error: test t found 1 rows; 1 failed in all. Way out: {WAY_OUT}"
    )


def test_the_gravest_failure_is_told_first_and_a_test_of_values_names_its_columns(built: StudyBuild) -> None:
    code = "select 0 as SEX_unknown, 2 as ONSET_SITE_unknown, 1 as USUBJID_missing"
    values = {
        "unique_id": "test.vigil.column_values_adsl.1",
        "status": "fail",
        "failures": 1,
        "compiled_code": code,
    }
    told = first_failure({"results": [values]}, Warehouse(built.database), {})
    assert (
        "found 1 rows: column ONSET_SITE unknown in 2 rows, column USUBJID missing in 1 rows; 1 failed"
        in told
    )
    broken = {"unique_id": "model.vigil.adae", "status": "error"}
    told = first_failure({"results": [values, broken]}, Warehouse(built.database), {})
    assert told == "error: model adae could not be built; 2 failed in all; see build/work/dbt/logs"


SPARK = "Not enough memory to build and broadcast the table to all worker nodes. As a workaround, you can either disable"
DUCKDB = "Runtime Error in model adtte (models/marts/adtte.sql)\n  Out of Memory Error: failed to allocate data of size"


@pytest.mark.parametrize(
    ("node", "message", "told"),
    [
        ("test.vigil.a_rule.1", SPARK, "test a_rule could not be asked (Not enough memory to build and broadcast)"),
        ("model.vigil.adtte", "job 7: java.lang.OutOfMemoryError", "model adtte could not be built (OutOfMemoryError)"),
        ("model.vigil.adtte", DUCKDB, "model adtte could not be built (Out of Memory Error)"),
        ("seed.vigil.words", "write: No space left on device", "seed words could not be built (No space left on device)"),
        ("test.vigil.a_rule.1", "cannot cast 'S-0042' to a date", "test a_rule could not be asked"),
        ("model.vigil.adtte", None, "model adtte could not be built"),
    ],
)  # fmt: skip
def test_what_was_not_enough_is_told_of_a_node_that_broke_off_and_no_other_word_of_its_message(
    node: str, message: str | None, told: str, tmp_path: Path
) -> None:
    failed = {"unique_id": node, "status": "error", "message": message}
    assert first_failure({"results": [failed]}, Warehouse(tmp_path / "vigil.duckdb"), {}) == (
        f"error: {told}; 1 failed in all; see build/work/dbt/logs"
    )


def test_a_full_disk_of_sparks_is_not_taken_for_this_machines(tmp_path: Path) -> None:
    message = "Job aborted: java.io.IOException: No space left on device"
    failed = {"unique_id": "model.vigil.adtte", "status": "error", "message": message}
    told = first_failure({"results": [failed]}, None, {})
    assert told == (
        "error: model adtte could not be built (a disk of Spark's is full); 1 failed in all; see build/work/dbt/logs"
    )
    assert disk.explained(told, tmp_path) == told
