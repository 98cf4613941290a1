"""What an analyst finds in a release beside its tables: views that agree with the results, and keys that hold."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.releases.analysts import connect
from orchestration.releases.keys import keys


@pytest.fixture(scope="module")
def released(refreshed_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(home=refreshed_home) as connection:
        yield connection


def test_every_key_and_reference_of_a_release_holds(released: duckdb.DuckDBPyConnection) -> None:
    assert {key: row for key in keys() if (row := released.sql(key.against()).fetchone()) and row[0]} == {}
    declared = released.sql("from release.key order by all").fetchall()
    assert sorted(declared, key=str) == sorted((key.told() for key in keys()), key=str)


def test_a_night_checks_them(released: duckdb.DuckDBPyConnection) -> None:
    checked = released.sql(
        """select table_name, check_name, status from quality.check_result
           where engine = 'vigil' and (check_name = 'key' or check_name like 'refers_to_%')"""
    ).fetchall()
    assert {status for _, _, status in checked} == {"pass"}
    expected = {key.table for key in keys() if not key.table.startswith("release.")}
    assert {table for table, _, _ in checked} == expected


def test_the_views_say_what_the_results_say(released: duckdb.DuckDBPyConnection) -> None:
    counted = """select endpoint, analysis_arm, count(*) as n, sum(event) as n_event from analysis.event
                 where ANL01FL = 'Y' group by all"""
    told = "select endpoint, arm, n, n_event from results.survival_summary where specification = 'crude'"
    assert (
        released.sql(f"{counted} order by all").fetchall() == released.sql(f"{told} order by all").fetchall()
    )
    primary = """select endpoint, analysis_arm, count(*) as n, sum(event) as n_event from analysis.subject
                 where eligible group by all"""
    rows = released.sql(f"{primary} order by all").fetchall()
    assert rows == released.sql(f"select * from ({told}) where endpoint = 'OS' order by all").fetchall()
    events = "select analysis_arm, count(*) from analysis.adverse_event where counted group by all"
    overview = "select arm, n_event from results.ae_overview where category = 'any' and n_event > 0"
    assert released.sql(events).fetchall() == released.sql(overview).fetchall()
    headline = "select endpoint, specification, hazard_ratio from analysis.headline"
    effects = "select endpoint, specification, estimate from results.effect_estimate where headline = 'Y'"
    assert (
        released.sql(f"{headline} order by all").fetchall()
        == released.sql(f"{effects} order by all").fetchall()
    )
    history = "select count(*) from analysis.estimate_history where is_this_release"
    assert released.sql(history).fetchone() == released.sql(f"select count(*) from ({effects})").fetchone()


def test_every_subject_stands_once(released: duckdb.DuckDBPyConnection) -> None:
    once = "select count(*), count(distinct USUBJID), (select count(*) from marts.adsl) from analysis.subject"
    n, distinct, everybody = released.sql(once).fetchone() or (0, 1, 2)
    assert n == distinct == everybody
