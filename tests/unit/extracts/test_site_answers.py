"""The file of the sites' answers: what people send is read or refused with the way out, and no cell is repeated."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.register import register_raw
from orchestration.extracts.site_answers import NO_SITE_ANSWERS, SiteAnswers, read_site_answers
from orchestration.landing import dictionaries

HEAD = "query_id,status,answer_date,comment\n"
A, B = "0a" * 16, "1b" * 16
TODAY = date(2026, 5, 2)


def read(folder: Path, content: str | bytes) -> SiteAnswers:
    (folder / "answers.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_site_answers(folder, TODAY)


def errors(folder: Path, content: str | bytes) -> tuple[str, ...]:
    with pytest.raises(DeliveryError) as raised:
        read(folder, content)
    return raised.value.errors  # type: ignore[attr-defined]


def test_no_file_is_no_answer(tmp_path: Path) -> None:
    assert read_site_answers(tmp_path, TODAY) == NO_SITE_ANSWERS


@pytest.mark.parametrize(
    "content",
    [
        HEAD + f"{A},answered,2026-05-01,\n{B},closed,2026-05-02,\n",
        "\ufeff" + HEAD + f"{A},answered,2026-05-01,\n{B},closed,2026-05-02,\n",
        HEAD + f'{A},answered,2026-05-01,"맞음, 확인함"\n{B},closed,2026-05-02,no\n',
        (HEAD + f"{A},answered,2026-05-01,\n{B},closed,2026-05-02,\n").replace("\n", "\r\n"),
        HEAD + f"{A.upper()}, Answered ,2026-05-01,\n\n# a remark\n{B},CLOSED,2026-05-02\n",
        # As a site sent a file of `vigil queries` back, one query not answered yet.
        "site,subject,Query ID,status,answer date,comment\n"
        f"101,101-0003,{A},answered,2026-05-01,\n101,101-0004,{'2c' * 16},,,\n101,101-0004,{B},closed,2026-05-02,\n",
    ],
    ids=["plain", "byte order mark", "Hangul and a comma", "CRLF", "by hand", "sent back"],
)
def test_answers_are_read(tmp_path: Path, content: str) -> None:
    found = read(tmp_path, content).answers
    assert [(a.query_id, a.status, a.answer_date) for a in found] == [
        (A, "answered", "2026-05-01"),
        (B, "closed", "2026-05-02"),
    ]


def test_a_comment_is_not_kept_and_makes_another_hash(tmp_path: Path) -> None:
    one = read(tmp_path, HEAD + f"{A},answered,2026-05-01,Kim says so\n")
    other = read(tmp_path, HEAD + f"{A},answered,2026-05-01,Lee says so\n")
    assert "Kim" not in repr(one)
    assert one.answers == other.answers
    assert one.sha256 != other.sha256


def test_what_was_answered_stands_in_the_build_as_an_input_without_the_comment(tmp_path: Path) -> None:
    given = read(tmp_path, HEAD + f"{A},answered,2026-05-01,Kim says so\n{B},closed,2026-05-02,\n")
    with duckdb.connect() as connection:
        register_raw(connection, [], dictionaries(), data_cut=TODAY, site_answers=given)
        assert connection.sql("from raw.site_answer order by line").fetchall() == [
            (2, A, "answered", "2026-05-01"),
            (3, B, "closed", "2026-05-02"),
        ]
        listed = "select source, table_name, file_name, sha256, n_record from raw.delivered_file"
        assert connection.sql(listed).fetchall() == [("REGISTRY", "answers", "answers.csv", given.sha256, 2)]


def test_a_row_is_named_by_the_line_on_which_it_begins(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + f'{A},answered,2026-05-01,"two\nlines"\n{B},closed,2026-05-02,\n')
    assert [a.line for a in found.answers] == [2, 4]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (f"{A},done,2026-05-01,", "line 2, column status: is not known; one of answered, closed"),
        (f"{A},,2026-05-01,", "line 2, column status: is not known; one of answered, closed"),
        (f"{A},answered,,", "line 2, column answer_date: is no day like 2026-01-31; write year, month and day"),
        (f"{A},answered,05/01/2026,", "line 2, column answer_date: is no day like 2026-01-31"),
        (f"{A},answered,2026-05,", "line 2, column answer_date: is no day like"),
        (f"{A},answered,2026-02-30,", "line 2, column answer_date: is no day like"),
        (f"{A},answered,20260501,", "line 2, column answer_date: is no day like"),
        (f"{A},answered,2026-05-03,", "line 2, column answer_date: is in the future; write the day on which"),
        ("101-0003,answered,2026-05-01,", "line 2, column query_id: is no query id; copy it from the file of vigil queries"),
        (f"{A[:-1]},answered,2026-05-01,", "line 2, column query_id: is no query id"),
        (",answered,2026-05-01,", "line 2, column query_id: is no query id"),
        ("1.23E+30,closed,2026-05-01,", "line 2, column query_id: is no query id"),
        (f"{A},answered,2026-05-01,\n{A},closed,2026-05-02,", "line 3, column query_id: is answered in line 2 already"),
        (f"{A},answered,2026-05-01,\n{A.upper()},answered,2026-05-01,", "line 3, column query_id: is answered in line 2"),
    ],
)  # fmt: skip
def test_an_error_names_line_column_and_way_out(tmp_path: Path, row: str, message: str) -> None:
    (error,) = errors(tmp_path, HEAD + row + "\n")
    assert error.startswith(f"landing/registry/answers.csv: {message}")
    assert "101-0003" not in error


def test_every_error_has_its_line(tmp_path: Path) -> None:
    found = errors(tmp_path, HEAD + f"x,y,z,\n{A},closed,2027-01-01,\n")
    assert [error.split(": ")[1] for error in found] == [
        "line 2, column query_id",
        "line 2, column status",
        "line 2, column answer_date",
        "line 3, column answer_date",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEAD.replace(",", ";") + f"{A};answered;2026-05-01;\n", "separated by semicolon, expected comma; save as comma"),
        (HEAD.replace(",", "\t"), "separated by tab"),
        ("query_id,status\n", "line 1: no column answer_date; the columns are query_id, status, answer_date"),
        (b"", "line 1: no column query_id, status, answer_date"),
        ((HEAD + f"{A},answered,2026-05-01,맞음\n").encode("cp949"), "is not UTF-8; save as CSV UTF-8"),
        ((HEAD + f"{A},answered,2026-05-01,\n").encode("utf-16"), "is not UTF-8; save as CSV UTF-8"),
        (HEAD + f"{A},answered,2026-05-01," + "x" * 200_000 + "\n", "not readable as CSV"),
    ],
    ids=["semicolons", "tabs", "a column missing", "empty", "CP949", "UTF-16", "a cell without end"],
)  # fmt: skip
def test_a_file_of_another_form_is_refused(tmp_path: Path, content: str | bytes, message: str) -> None:
    (error,) = errors(tmp_path, content)
    assert message in error
