"""What a data query shows of a delivered text: a number, a date, and of anything else its length."""

import duckdb
import pytest
from sql_macros import sql


def shown(*texts: str | None, macro: str = "shown") -> list[str | None]:
    with duckdb.connect() as connection:
        connection.execute("create table given(position int, text varchar)")
        connection.executemany("insert into given values (?, ?)", list(enumerate(texts)))
        rows = connection.execute(f"select {sql(macro, 'text')} from given order by position").fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    "text",
    ["4", "-3", "+2.50", "999999", "37.25", "2021-02-30", "2031-01-01", "2021.3.4", "2021/13", "03/04/2021", "4.3.21",
     "2021-03-04T10:15", "2021-03-04 10:15:59"],
)  # fmt: skip
def test_a_number_or_a_date_is_shown(text: str) -> None:
    assert shown(text) == [text]


@pytest.mark.parametrize(
    "text",
    ["Kim Cheolsu", "김철수", "01012345678", "010-1234-5678", "02-123-4567", "800412-1234567", "8004121234567", "LENZ-001",
     "thirty", "4-Mar-21", "2021-03-04 seen by Dr Kim", "3 (Kim)", "1,5", "<5", "kim@example.org", "12/34/5678/9",
     "1234567", "١٢٣"],
)  # fmt: skip
def test_anything_else_is_told_by_its_length(text: str) -> None:
    assert shown(text) == [f"text of {len(text)} characters"]


def test_nothing_is_nothing() -> None:
    assert shown(None) == [None]


@pytest.mark.parametrize("text", ["871203", "1968-05-12", "2058-03-04", "1968", "62Y", "-33"])
def test_of_an_age_no_date_of_birth_is_shown(text: str) -> None:
    assert shown(text, macro="shown_age") == [f"text of {len(text)} characters"]


@pytest.mark.parametrize("text", ["62", "150", "61.5"])
def test_of_an_age_three_digits_are_shown(text: str) -> None:
    assert shown(text, macro="shown_age") == [text]
