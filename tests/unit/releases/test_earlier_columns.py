"""What a release of an earlier version did not write is told from what it did."""

import duckdb
import pytest

from orchestration.releases.earlier_columns import in_todays_columns

EFFECTS = """
create schema results;
create table results.effect_estimate as from (values
    ('matched', 'Cox, Efron ties, variance robust to matched sets', 'hazard_ratio'),
    ('matched', 'Cox, Efron, adjusted for age', 'hazard_ratio'),
    ('matched', 'Cox to the horizon, Efron ties, variance robust to matched sets', 'hazard_ratio_to_horizon'),
    ('matched', 'Cox, bootstrap refitting score and match', 'hazard_ratio')
) rows(specification, method, measure)
"""


@pytest.fixture
def release() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(EFFECTS)
    return connection


def _headlines(release: duckdb.DuckDBPyConnection) -> list[str]:
    effects = in_todays_columns(release, "results.effect_estimate")
    return [row[0] for row in release.sql(f"select headline from {effects}").fetchall()]


def test_the_headline_of_an_earlier_release_is_the_row_its_method_marked(
    release: duckdb.DuckDBPyConnection,
) -> None:
    assert _headlines(release) == ["Y", "N", "N", "N"]


def test_a_release_with_the_column_is_read_as_it_is(release: duckdb.DuckDBPyConnection) -> None:
    release.execute("alter table results.effect_estimate add column headline varchar default 'N'")
    assert _headlines(release) == ["N"] * 4


def test_a_table_that_nothing_was_added_to_is_itself(release: duckdb.DuckDBPyConnection) -> None:
    release.execute("create table results.other as select 1 as n")
    assert release.sql(f"from {in_todays_columns(release, 'results.other')}").fetchall() == [(1,)]
