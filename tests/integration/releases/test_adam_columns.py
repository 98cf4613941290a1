"""What ADaM asks of the columns of an export, and the marts do otherwise: days, units, treatments, the analysed rows."""

import json
from pathlib import Path

import duckdb
import pytest
from released_home import vigil

from analytics.study import MARTS
from orchestration.export.analysed import analysed_rows


@pytest.fixture
def exported(home: Path, tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """Every mart as exported, under its name, beside the release it is from."""
    assert vigil("export", "--format", "parquet", "--out", str(tmp_path)) == 0
    connection = duckdb.connect()
    connection.execute(f"attach '{home / 'releases' / 'current' / 'vigil.duckdb'}' as release (read_only)")
    for name in MARTS:
        connection.execute(f"create view {name} as from '{tmp_path / f'SYNTHETIC-{name}.parquet'}'")
    return connection


def columns(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    return [row[0] for row in connection.sql(f"describe {name}").fetchall()]


def test_no_study_day_is_day_zero_and_none_is_moved_across_it(exported: duckdb.DuckDBPyConnection) -> None:
    counted = 0
    for name in MARTS:
        for day in (column for column in columns(exported, name) if column.endswith("DY")):
            assert exported.sql(f"select count(*) from {name} where {day} = 0").fetchone() == (0,), day
            counted += exported.sql(f"select count({day}) from {name}").fetchone()[0]
    assert counted > 1000
    moved = exported.sql(
        "select count(*) filter (found.TRTSDY != 1), count(*) filter (found.HARVDY != own.HARVDY), count(found.HARVDY), "
        "count(*) filter (found.DTHDY != own.DTHDY + 1), count(found.DTHDY) "
        "from adsl as found join release.marts.adsl as own using (USUBJID) where own.HARVDY < 0 or own.HARVDY is null"
    ).fetchone()
    assert (moved[0], moved[1], moved[3]) == (0, 0, 0)
    assert min(moved[2], moved[4]) > 0


def test_dates_and_days_say_the_same(exported: duckdb.DuckDBPyConnection) -> None:
    for name, date, day in (
        ("adae", "ASTDT", "ASTDY"),
        ("adsl", "DTHDT", "DTHDY"),
        ("adtte", "ADT", "ADTDY"),
    ):
        reference = "TRTSDT" if name == "adae" else "INDEXDT"
        subject = "" if name == "adsl" else f"join (select USUBJID, {reference} from adsl) using (USUBJID)"
        both = f"{date} - {reference} + case when {date} >= {reference} then 1 else 0 end"
        wrong, n = exported.sql(
            f"select count(*) filter ({both} != {day}), count({both}) from {name} {subject}"
        ).fetchone()
        assert wrong == 0, name
        assert n > 50, name


def test_age_has_its_unit_and_every_record_its_treatments(exported: duckdb.DuckDBPyConnection) -> None:
    assert exported.sql("select distinct AGEU from adsl where AGE is not null").fetchall() == [("YEARS",)]
    for name in ("adae", "adqs", "adex", "adtte"):
        wrong, n = exported.sql(
            f"select count(*) filter (TRTP is distinct from TRT01P or TRTA is distinct from subject.TRT01A), count(TRTP) "
            f"from {name} join adsl as subject using (USUBJID)"
        ).fetchone()
        assert wrong == 0, name
        assert n > 100, name


def test_the_reported_term_repeats_the_preferred_one(exported: duckdb.DuckDBPyConnection) -> None:
    assert exported.sql("select count(*) from adae where AETERM is distinct from AEDECOD").fetchone() == (0,)


def test_flagged_rows_are_what_the_release_analysed(exported: duckdb.DuckDBPyConnection) -> None:
    once = "select count(*) from (select 1 from adtte where ANL01FL = 'Y' group by USUBJID, PARAMCD having count(*) > 1)"
    assert exported.sql(once).fetchone() == (0,)
    assert exported.sql("select distinct coalesce(ANL01FL, '') from adtte order by 1").fetchall() == [
        ("",),
        ("Y",),
    ]
    found = exported.sql(
        "select count(*), count(*) filter (AVAL = stop_days and (CNSR = 0) = (event = 1)) from release.results.follow_up "
        "left join adtte on adtte.USUBJID = follow_up.usubjid and PARAMCD = endpoint and ANL01FL = 'Y'"
    ).fetchone()
    assert found[0] == found[1] > 100


PROTOCOL = {
    "endpoint": [{"name": "OS", "competing": []}],
    "treatment": {"column": "ARM", "treated_value": "New", "control_value": "Old"},
    "time_zero": {"treated": "harvest", "control": "trial_baseline", "origin": "time_zero"},
    "vital_status": {"window_days": 90, "undated_death": "exclude", "death_dates": "latest"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "flagged"),
    [
        ({}, ["A HARVEST LATE_90", "B HARVEST EXCL_90", "C TRIAL_BASELINE EXCL_90"]),
        ({"vital_status": PROTOCOL["vital_status"] | {"death_dates": "earliest"}},
         ["A HARVEST EXCL_90", "B HARVEST EXCL_90", "C TRIAL_BASELINE EXCL_90"]),
        ({"time_zero": PROTOCOL["time_zero"] | {"origin": "onset"}}, ["A ONSET LATE_90"]),
        ({"treatment": {"column": "ARMN", "treated_value": 1, "control_value": 0}},
         ["A HARVEST LATE_90", "B HARVEST EXCL_90", "C TRIAL_BASELINE EXCL_90"]),
    ],
)  # fmt: skip
def test_deaths_in_doubt_origins_and_arms_are_flagged_as_the_protocol_says(
    change: dict, flagged: list[str]
) -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.adsl as from (values ('A', 'New', 1), ('B', ' New', 1), ('C', 'Old', 0), ('D', null, null)) "
            "as t(USUBJID, ARM, ARMN)"
        )
        connection.execute(
            "create table marts.adtte as from (values ('A', 'OS', 'HARVEST', 'EXCL_90'), ('A', 'OS', 'HARVEST', 'LATE_90'), "
            "('A', 'TFS', 'HARVEST', 'EXCL_90'), ('A', 'OS', 'HARVEST', 'EXCL_INF'), ('B', 'OS', 'HARVEST', 'EXCL_90'), "
            "('B', 'OS', 'TRIAL_BASELINE', 'EXCL_90'), ('C', 'OS', 'TRIAL_BASELINE', 'EXCL_90'), "
            "('D', 'OS', 'TRIAL_BASELINE', 'EXCL_90'), ('A', 'OS', 'ONSET', 'EXCL_90'), "
            "('A', 'OS', 'ONSET', 'LATE_90')) as t(USUBJID, PARAMCD, ORIGIN, VSRULE)"
        )
        condition = analysed_rows(json.loads(json.dumps(PROTOCOL | change)))
        rows = connection.sql(
            f"select USUBJID || ' ' || ORIGIN || ' ' || VSRULE from marts.adtte as mart left join marts.adsl as subject "
            f"using (USUBJID) where {condition} order by all"
        ).fetchall()
    assert [row for (row,) in rows] == flagged
