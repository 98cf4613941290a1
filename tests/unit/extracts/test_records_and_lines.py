"""Every record keeps its physical line; blank cells are NULL, white space around a cell is gone."""

import pytest
from delivery_builder import DICTIONARIES, Site, csv_bytes, proact_files

from orchestration.extracts.delimited import split_record

COLUMNS = [column.name for column in DICTIONARIES["proact"].tables["labs"].columns]
LABS = "PROACT_LABS.csv"


def labs(site: Site, content: bytes) -> list[tuple[object, ...]]:
    raw = site.raw(site.take("PROACT", {**proact_files(), LABS: content}))
    return raw.execute(
        "SELECT _line, subject_id, Test_Name, Test_Result FROM raw.proact_labs ORDER BY _line"
    ).fetchall()


def test_quoted_line_break_is_one_record_and_later_lines_are_right(site: Site) -> None:
    rows = [
        ["1", "two\nlines", "4", "", "0"],
        ["2", "three\r\nphysical\nlines", "5", "", "0"],
        ["3", "plain", "6", "", "0"],
    ]
    assert labs(site, csv_bytes(COLUMNS, rows)) == [
        (2, "1", "two\nlines", "4"), (4, "2", "three\nphysical\nlines", "5"),
        (7, "3", "plain", "6"),
    ]  # fmt: skip


def test_blank_lines_are_no_records_but_count_as_lines(site: Site) -> None:
    content = csv_bytes(COLUMNS, [["1", "a", "4", "", "0"], ["2", "b", "5", "", "0"]]).replace(
        b"2,b", b"\r\n  \r\n2,b"
    )
    assert labs(site, b"\r\n" + content) == [(3, "1", "a", "4"), (6, "2", "b", "5")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("final", [True, False])
def test_line_ends_and_a_missing_final_one_make_no_difference(site: Site, line_end: str, final: bool) -> None:
    content = csv_bytes(COLUMNS, [["1", "a", "4", "U", "0"], ["2", "b, c", "5", "U", "0"]], line_end)
    content = content if final else content.removesuffix(line_end.encode())
    assert labs(site, content) == [(2, "1", "a", "4"), (3, "2", "b, c", "5")]


@pytest.mark.parametrize("space", [" ", "  ", "\t", "\u00a0", "\u3000"])
def test_white_space_around_a_cell_is_trimmed_and_a_blank_cell_is_null(site: Site, space: str) -> None:
    rows = [["1", f"{space}a b{space}", space, "", "0"], ["2", "", "", "", "0"]]
    assert labs(site, csv_bytes(COLUMNS, rows)) == [(2, "1", "a b", None), (3, "2", None, None)]


def test_escaped_quotes_are_read_as_quotes(site: Site) -> None:
    rows = [["1", 'the "so-called" test', "4", "", "0"], ["2", '"', "5", "", "0"], ["3", "x", "6", "", "0"]]
    assert [row[2] for row in labs(site, csv_bytes(COLUMNS, rows))] == ['the "so-called" test', '"', "x"]


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize(
    "record",
    [
        "9,Urea,,1.5,,",
        "9,Urea,4,U,0,",
        "9,Urea,4,U,0,,",
        '9,Urea,4,U,0,""',
        "9,,,,,",
        ",,,,,",
        '9,"a, b",,1.5,,',
    ],
)
def test_a_record_with_a_field_too_many_is_set_aside_also_if_that_is_empty(
    site: Site, record: str, quoted: bool
) -> None:
    """An empty one may be the end of a record that has moved by a column."""
    before = [[str(number), "a, b" if quoted else "a", "4", "U", "0"] for number in range(1, 9)]
    content = csv_bytes(COLUMNS, before) + record.encode() + b"\r\n9,d,6,U,0\r\n"
    raw = site.raw(site.take("PROACT", {**proact_files(), LABS: content}))
    found = raw.execute("SELECT _line, subject_id FROM raw.proact_labs ORDER BY _line").fetchall()
    assert found == [(number + 1, str(number)) for number in range(1, 9)] + [(11, "9")]
    assert raw.execute("SELECT _line, rule FROM raw.proact_decode_reject").fetchall() == [(10, "field_count")]


def test_trailing_nameless_column_is_kept_apart(site: Site) -> None:
    content = csv_bytes(COLUMNS, [["1", "a", "4", "U", "0"]]).replace(b"\r\n", b",\r\n")
    assert labs(site, content) == [(2, "1", "a", "4")]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('1,"a,b",3', ["1", "a,b", "3"]), ('"",,""', ["", "", ""]), ('"a""b"', ['a"b']), ("", [""]), (",", ["", ""]),
        (' "a" ,b', ["a", "b"]), ('a"b', "stray_quote"), ('"a"b', "stray_quote"), ('1,"a', "unterminated_quote"),
        ('1,"a""', "unterminated_quote"), ("a\rb", "stray_carriage_return"), ('"a\rb"', ["a\rb"]),
    ],
)  # fmt: skip
def test_record_is_split_strictly(text: str, cells: list[str] | str) -> None:
    assert split_record(text, ",") == cells
