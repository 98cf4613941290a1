"""The macros of the dbt project make the same of odd cells on Sail as on DuckDB."""

from pathlib import Path

from tests.spark.odd_values import differing, questions
from tests.spark.sail import sail


def test_of_odd_cells_both_engines_make_the_same(tmp_path: Path) -> None:
    with sail() as remote:
        assert differing(remote, tmp_path) == {}


def test_macros_that_engines_have_each_in_its_own_way_are_asked() -> None:
    ours, theirs = (questions(engine, lambda cells: cells) for engine in ("duckdb", "spark"))
    asked_in_two_ways = {name for name in ours if ours[name] != theirs[name]}
    assert {
        "to_int",
        "to_double",
        "result_number",
        "number_text",
        "capitals",
        "read_dates",
    } <= asked_in_two_ways
