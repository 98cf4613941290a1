"""The logical hash of a table: another for another fact, the same whatever order, threads or last digits of a sum."""

import duckdb
import pytest

from orchestration.releases.logical_hash import logical_hash

ROWS = (
    "(values ('A', 1, 0.5, date '2026-01-31'), ('B', 2, null, null), ('B', 2, null, null)) t(id, n, x, day)"
)


def hash_of(query: str, threads: int = 2, without: frozenset[str] = frozenset()) -> tuple[str, int]:
    with duckdb.connect(config={"threads": threads}) as connection:
        connection.execute(f"create table t as {query}")
        return logical_hash(connection, "t", without)


def same(first: str, second: str) -> bool:
    return hash_of(first) == hash_of(second)


def test_the_count_of_rows_comes_with_it() -> None:
    assert hash_of(f"from {ROWS}")[1] == 3
    assert hash_of(f"from {ROWS} where false")[1] == 0


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ("select id, n, x + 1e-11 as x, day", "the twelfth digit"),
        ("select id, n + (id = 'A')::int as n, x, day", "a number"),
        ("select coalesce(id, '') || ' ' as id, n, x, day", "a blank"),
        ("select id, n, x, day + 1 as day", "a day"),
        ("select id, n, coalesce(x, 0) as x, day", "null and zero"),
        ("select id, n, x as y, day", "a column's name"),
        ("select id, n::bigint as n, x, day", "a column's type"),
        ("select id, n, x::double as x, day::varchar as day", "a date as text"),
        ("select id, n, x", "a column less"),
        ("select *, null as z", "a column more"),
        ("select distinct *", "how often a row is there"),
    ],
)
def test_another_fact_gives_another_hash(changed: str, what: str) -> None:
    base = "(select id, n::int as n, x::double as x, day from " + ROWS + ")"
    assert hash_of(f"from {base}")[0] != hash_of(f"{changed} from {base}")[0], what


def test_the_thirteenth_digit_does_not_count_and_the_twelfth_does() -> None:
    # %.12g: twelve significant digits, whatever the magnitude.
    assert same("select 123456.789012::double as x", "select (123456.789012 + 2e-7)::double as x")
    assert not same("select 123456.789012::double as x", "select (123456.789012 + 1e-6)::double as x")
    assert same("select 1e-9::double as x", "select (1e-9::double * (1 + 1e-14)) as x")
    assert not same("select 1e-9::double as x", "select (1e-9::double * (1 + 1e-11)) as x")


@pytest.mark.parametrize("kind", ["varchar", "double", "integer", "date"])
def test_null_is_no_value(kind: str) -> None:
    values = {"varchar": "''", "double": "0.0", "integer": "0", "date": "date '1970-01-01'"}
    assert not same(f"select null::{kind} as x", f"select {values[kind]}::{kind} as x")


def test_null_is_not_the_empty_text_wherever_it_stands() -> None:
    cells = ("'', null", "null, ''", "null, null", "'', ''", "'a', null", "null, 'a'")
    assert (
        len({hash_of(f"select a::varchar as a, b::varchar as b from (select {c}) t(a, b)") for c in cells})
        == 6
    )


def test_a_value_belongs_to_its_column() -> None:
    assert not same("select 'x' as a, 'y' as b", "select 'y' as a, 'x' as b")
    assert not same("select 'xy' as a, '' as b", "select 'x' as a, 'y' as b")


def test_a_value_belongs_to_its_row() -> None:
    assert not same(
        "from (values ('A', 1), ('B', 2)) t(id, n)",
        "from (values ('A', 2), ('B', 1)) t(id, n)",
    )


def test_the_order_of_rows_and_of_columns_does_not_count() -> None:
    assert same(f"from {ROWS} order by id", f"from {ROWS} order by id desc")
    assert same(f"from {ROWS}", f"select day, x, n, id from {ROWS}")


def test_the_number_of_threads_does_not_count() -> None:
    many = "select i, i / 7.0 as x, case when i % 3 = 0 then null else i::varchar end as s from range(300_000) t(i)"
    assert hash_of(many, threads=1) == hash_of(many, threads=8) == hash_of(f"from ({many}) order by x desc")


@pytest.mark.parametrize("kind", ["double", "float"])
def test_minus_zero_is_zero(kind: str) -> None:
    # Computed: a literal -0.0 is a decimal, which has no such thing.
    minus = f"select (-1 * 0.0::{kind})::{kind} as x"
    with duckdb.connect() as connection:
        assert connection.sql(f"select signbit(x) from ({minus})").fetchone() == (True,)
    assert same(f"select 0.0::{kind} as x", minus)


def test_an_address_that_is_left_out_does_not_count_and_only_that() -> None:
    first, second = "select 'A' as id, 2 as SRCLINE", "select 'A' as id, 3 as SRCLINE"
    without = frozenset({"SRCLINE"})
    assert hash_of(first, without=without) == hash_of(second, without=without)
    assert hash_of(first) != hash_of(second)
    assert hash_of(first, without=without) != hash_of("select 'B' as id, 2 as SRCLINE", without=without)
