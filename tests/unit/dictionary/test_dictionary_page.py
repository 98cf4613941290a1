"""The page of a dictionary, of made-up tables: everything once, nothing broken out of its place, the same bytes again."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from analytics.dictionary import Column, Dictionary, Reference, Table, render_dictionary
from analytics.dictionary.page import grain

SUBJECT = Table(
    "marts.person",
    "People. One row per person; nobody twice.",
    (Column("PERSON", "VARCHAR", "Who."), Column("SEX", "VARCHAR", "Sex.", ("F", "M"))),
    key=("PERSON",),
    made_of=("raw.people",),
)
VISIT = Table(
    "results.visit",
    "Visits.",
    (Column("person", "VARCHAR", "Who."), Column("day", "INTEGER", ""), Column("site", "VARCHAR", "Where.")),
    key=("person", "day"),
    made_of=("marts.person",),
)
SEEN = Table(
    "analysis.seen",
    "Who was seen.",
    (Column("person", "VARCHAR", "Who."),),
    made_of=("results.visit",),
    is_view=True,
)
REFERENCE = Reference("results.visit", ("person",), "marts.person")
WHOLE = Dictionary((SEEN, SUBJECT, VISIT), (REFERENCE,), {"Data cut": "2026-03-31"}, "SYNTHETIC")


class Tags(HTMLParser):
    """Ids, targets of links and whether every tag is closed."""

    ALONE = frozenset({"meta", "link", "input", "br", "rect", "path", "circle"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        self.targets += [given["href"]] if tag == "a" and given.get("href") else []
        if tag not in self.ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.ALONE, tag

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_table_and_column_stands_once_and_every_link_leads_somewhere() -> None:
    tags = Tags(render_dictionary(WHOLE))
    assert tags.open == []
    assert len(tags.ids) == len(set(tags.ids))
    columns = {f"{table.name}.{column.name}" for table in WHOLE.tables for column in table.columns}
    assert {*columns, *(table.name for table in WHOLE.tables)} <= set(tags.ids)
    assert {target[1:] for target in tags.targets} <= set(tags.ids)
    assert all(target.startswith("#") for target in tags.targets)


def test_a_reference_is_told_from_both_ends_in_either_spelling() -> None:
    page = render_dictionary(WHOLE)
    visit, person = (
        page.split(f'id="{name}"')[1].split('<details class="table"')[0]
        for name in (VISIT.name, SUBJECT.name)
    )
    assert '<a href="#marts.person.PERSON"><code>marts.person</code></a></td>' in visit
    assert 'Led to by <a href="#results.visit">' in person
    assert 'Goes into <a href="#results.visit">' in person
    assert "<code>raw.people</code>" in person
    assert '<a href="#raw.people">' not in page


def test_what_a_column_may_hold_is_listed() -> None:
    assert "<td><code>F</code>, <code>M</code></td>" in render_dictionary(WHOLE)


def test_the_same_again_whatever_else_was_made_before() -> None:
    first = render_dictionary(WHOLE)
    render_dictionary(replace(WHOLE, references=()))
    assert render_dictionary(WHOLE) == first


@pytest.mark.parametrize(
    "words", ["</td><script>alert(1)</script>", "a & b < c", '"quoted" onload="x"', "{{ 7 * 7 }}"]
)
def test_words_of_a_database_stay_words(words: str) -> None:
    column = Column(words, words, words, (words,))
    table = Table(f"marts.{words}", words, (column,), key=(words,))
    page = render_dictionary(Dictionary((table,), (), {"Study": words}, words))
    tags = Tags(page)
    assert (tags.open, page.count("<script>")) == ([], 1)
    assert words not in page.split("<script>")[0] or words == "{{ 7 * 7 }}"
    assert "49" not in re.sub(r"<svg.*?</svg>|<style>.*?</style>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize(
    "references",
    [
        (),
        (REFERENCE, Reference("marts.person", ("PERSON",), "results.visit")),
        (Reference("marts.person", ("PERSON",), "marts.person"),),
        (REFERENCE, Reference("results.visit", ("site",), "analysis.seen")),
    ],
    ids=["none", "in a circle", "to itself", "to a table without a key"],
)
def test_odd_references_are_drawn(references: tuple[Reference, ...]) -> None:
    page = render_dictionary(replace(WHOLE, references=references))
    picture = re.search(r'<section id="references".*?</section>', page, re.DOTALL)
    assert (picture is None) == (references == ())
    assert Tags(page).open == []
    for each in references:
        assert picture
        assert {f'<a href="#{name}">' in picture[0] for name in (each.table, each.refers_to)} == {True}


def test_boxes_do_not_lie_on_each_other_and_fit_the_picture() -> None:
    many = [replace(VISIT, name=f"results.visit_{n}") for n in range(9)]
    later = [replace(VISIT, name=f"results.later_{n}") for n in range(4)]
    leads = [Reference(table.name, ("person",), "marts.person") for table in (*many, *later)]
    leads += [Reference(table.name, ("day",), many[2].name) for table in later]
    page = render_dictionary(Dictionary((SUBJECT, *many, *later), tuple(leads)))
    drawings = re.findall(r'<svg class="tables" viewBox="0 0 ([\d.]+) ([\d.]+)".*?</svg>', page, re.DOTALL)
    whole = re.finditer(r'<svg class="tables".*?</svg>', page, re.DOTALL)
    for (width, height), drawing in zip(drawings, whole, strict=True):
        rows = re.findall(
            r'class="box" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', drawing[0]
        )
        boxes = [tuple(map(float, row)) for row in rows]
        assert all(x + w <= float(width) and y + h <= float(height) for x, y, w, h in boxes)
        for place, (x, y, w, h) in enumerate(boxes):
            for other_x, other_y, other_w, other_h in boxes[place + 1 :]:
                apart = (
                    x + w <= other_x or other_x + other_w <= x or y + h <= other_y or other_y + other_h <= y
                )
                assert apart, drawing[0][:200]


@pytest.mark.parametrize(
    ("meaning", "said"),
    [
        ("Events. One row per subject and day.", "One row per subject and day"),
        ("What it is. One row.", "One row"),
        ("Looks. One row per look; empty where none is asked for.", "One row per look"),
        ("Nothing is said.", ""),
    ],
)
def test_the_grain_is_what_the_meaning_says_of_a_row(meaning: str, said: str) -> None:
    assert grain(meaning) == said
