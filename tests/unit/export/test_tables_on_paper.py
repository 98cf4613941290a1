"""Tables read off a page and laid on paper: nothing is lost, nothing is wider than the page, and RTF says every letter."""

import re

import pytest

from orchestration.export.tables import paper
from orchestration.export.tables.displays import Figure, Table
from orchestration.export.tables.paper import ACROSS, ROOM, pages, parts
from orchestration.export.tables.picture import BOX, DPI, picture
from orchestration.export.tables.report_page import read_page
from orchestration.export.tables.rich_text import escaped

PAGE = """<html><body><div class="ribbon">IN HOUSE: ours<br>MARK: made</div><header>
<p class="eyebrow">STUDY-1 · protocol version 2 · data cut 2026-01-31 <span>old</span></p>
<h1>A study &amp; more</h1></header>
<main><section id="news"><h2>Glance <span class="mark">MARK</span></h2><div class="languages">
<div class="language" lang="en"><ul><li><strong>Lead.</strong> Words of it.</li></ul></div>
<div class="language" lang="ko"><h3>한눈에</h3><ul><li><strong>결과.</strong> 없음</li></ul></div></div></section>
<section id="s"><h2>Section one <span class="mark">MARK</span></h2>
<figure class="table" id="t"><table><caption><span class="mark">MARK</span> <strong>Table 1. Spanned.</strong>
<span class="remark">A note with <a class="term">a term</a>.</span></caption>
<thead><tr><th class="text" rowspan="2">Stub</th><th class="span" colspan="2"><span>Arm (n = 5)</span></th>
<th rowspan="2">p</th></tr>
<tr><th>n</th><th class="text">Words</th></tr></thead>
<tbody><tr class="group"><th colspan="4">Group</th></tr><tr><th class="text">\u2003indented</th><td>&lt;5</td>
<td class="text">a
b</td><td>−0.1</td></tr></tbody><tbody><tr><th>x</th><td>1</td><td>2</td><td></td></tr></tbody></table></figure>
<figure class="picture"><div class="broad"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 144 72"><title>Said</title>
<desc>and how</desc><text x="1" y="20" font-size="9">Broad</text></svg></div><div class="narrow"><svg viewBox="0 0 10 10">
<title>Narrow</title></svg></div>
<figcaption><span class="mark">MARK</span> <strong>Figure 1. Drawn.</strong> </figcaption></figure>
</section></main><footer><p>STUDY-1 2 · data cut 2026-01-31 · protocol 00 · counts as they are</p></footer></body></html>"""


def table(rows: int, columns: int, cell: str = "5 (2 %)", spans: tuple = (), groups: int = 1) -> Table:
    row = ("A stub of some words", *(f"{cell}" for _ in range(columns - 1)))
    parts_of = tuple((f"Group {number}" if groups > 1 else None, (row,) * rows) for number in range(groups))
    heads = ("Stub", *(f"Column {number}" for number in range(1, columns)))
    return Table(
        "Table 1", "Title", "Section", ("A note.",), spans, heads, (True, *[False] * (columns - 1)), parts_of
    )


def test_a_page_is_read_back_as_it_is_shown() -> None:
    page = read_page(PAGE)
    assert (page.title, page.study) == (
        "A study & more",
        "STUDY-1 · protocol version 2 · data cut 2026-01-31",
    )
    assert page.warnings == ("IN HOUSE: ours", "MARK: made")
    assert (page.mark, page.disclosure) == ("MARK", "counts as they are")
    assert [(s.language, s.title, s.lines) for s in page.summaries] == [
        ("en", "Glance", (("Lead.", "Words of it."),)),
        ("ko", "한눈에", (("결과.", "없음"),)),
    ]
    spanned, drawn = page.displays
    assert spanned == Table(
        "Table 1", "Spanned", "Section one", ("A note with a term.",), (("", 1), ("Arm (n = 5)", 2), ("", 1)),
        ("Stub", "n", "Words", "p"), (True, False, True, False),
        (("Group", (("\u2003indented", "<5", "a b", "−0.1"),)), (None, (("x", "1", "2", ""),))),
    )  # fmt: skip
    assert isinstance(drawn, Figure)
    assert (drawn.label, drawn.title, drawn.description) == ("Figure 1", "Drawn", "Said. and how")
    assert "Broad" in drawn.svg
    assert BOX.search(drawn.svg), "letter case of a drawing is kept"


@pytest.mark.parametrize("text", ["<html><body><p>no report</p></body></html>", "words"])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no report page"):
        read_page(text)


def test_a_caption_without_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="has no number"):
        read_page(PAGE.replace("Table 1. Spanned", "Spanned"))


@pytest.mark.parametrize("columns", [1, 2, 8, 12, 40])
@pytest.mark.parametrize("cell", ["5", "5 (2 %)", "word " * 60, "unbroken" * 4])
def test_no_part_is_wider_than_the_page_and_no_column_is_lost(columns: int, cell: str) -> None:
    whole = table(3, columns, cell)
    every = parts(whole)
    for part in every:
        assert sum(part.widths) <= ACROSS + 1e-6
        assert min(part.widths) > paper.PADDING
        assert part.points in paper.SIZES
        assert part.table.heads[0] == "Stub"
    assert [head for part in every for head in part.table.heads[1:]] == list(whole.heads[1:])
    assert len({len(part.table.groups[0][1]) for part in every}) == 1


def test_columns_under_one_heading_stay_together() -> None:
    spans = (("", 1), *((f"Arm {number}", 2) for number in range(10)))
    every = parts(table(2, 21, "12,345 (100 %) of everybody".replace(" ", "\u00a0"), spans))
    assert len(every) > 1
    for part in every:
        assert sum(count for _, count in part.table.spans) == len(part.table.heads)
        assert all(count == 2 for _, count in part.table.spans[1:])
    assert [name for part in every for name, _ in part.table.spans[1:]] == [name for name, _ in spans[1:]]


@pytest.mark.parametrize("groups", [1, 4])
def test_pages_have_every_row_once_in_order_and_no_more_than_fits(groups: int) -> None:
    whole = parts(table(70, 4, groups=groups))[0]
    laid = pages(whole, 54, ("A note.",))
    assert len(laid) > 1
    rows = [row for page in laid for _, rows in page.table.groups for row in rows]
    assert rows == [row for _, rows in whole.table.groups for row in rows]
    for page in laid:
        lines = sum(len(rows) + (name is not None) for name, rows in page.table.groups)
        assert lines * 8 < ROOM
        assert all(rows for _, rows in page.table.groups), "no name of a group without a row"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("−≥×·²", r"\u8722?\u8805?\u215?\u183?\u178?"),
        ("한", r"\u-10916?"),
        ("𝛾", r"\u-10187?\u-8450?"),
        (r"a\b{c}", r"a\\b\{c\}"),
        ("two\nlines", r"two\line lines"),
    ],
)
def test_rtf_says_letters_by_number_and_takes_none_for_a_command(text: str, expected: str) -> None:
    assert escaped(text) == expected
    assert escaped(text).isascii()


def test_a_figure_is_drawn_finely_enough_for_print_the_same_each_time() -> None:
    svg = next(each.svg for each in read_page(PAGE).displays if isinstance(each, Figure))
    first, second = picture(svg), picture(svg)
    assert first == second
    width = int.from_bytes(first.png[16:20], "big")
    assert width / first.width == pytest.approx(DPI, rel=0.01)
    assert DPI >= 200
    assert first.width <= ACROSS
    assert first.width / first.height == pytest.approx(2)
    blank = picture(re.sub(">Broad<", "><", svg))
    assert blank.png != first.png, "words are drawn"
