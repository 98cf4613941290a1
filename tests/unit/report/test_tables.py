"""A table on the page: its cells in order, its headings tied to what they head, and no text that becomes markup."""

from html.parser import HTMLParser

import pandas as pd

from analytics.report.markup import table

FRAME = pd.DataFrame(
    {
        "group": ["Second", "First", "Second"],
        "arm": ["Treated", "Treated", "Control"],
        "n": ["157", "66", "1,616"],
        "nothing": ["", "", ""],
        "note": ["", "few", ""],
    }
)
LABELS = {"arm": "Arm", "n": "Subjects", "nothing": "Never shown", "note": "Note"}


class Cells(HTMLParser):
    """Rows of (tag, text, attributes), and the table's caption."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.caption, self.within, self.tags = [], "", [], []
        self.feed(str(html))

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.within.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append([tag, "", dict(attributes)])

    def handle_endtag(self, tag):
        assert self.within.pop() == tag

    def handle_data(self, data):
        if {"th", "td"} & set(self.within):
            self.rows[-1][-1][1] += data
        elif "caption" in self.within:
            assert self.within[:2] == ["figure", "table"]
            self.caption += data

    def texts(self):
        return [[text for _, text, _ in row] for row in self.rows]


def made(frame=FRAME, labels=LABELS, **options):
    options = {"key": "made", "title": "Made.", "mark": "SYNTHETIC", "note": "A note.", **options}
    return Cells(table(frame, labels, **options))


def test_cells_stand_in_the_order_given_and_an_empty_column_is_left_out():
    shown = made()
    assert shown.caption == "SYNTHETIC Made. A note."
    assert shown.texts() == [
        ["Arm", "Subjects", "Note"], ["Treated", "157", ""], ["Treated", "66", "few"], ["Control", "1,616", ""],
    ]  # fmt: skip


def test_rows_of_a_group_stand_together_in_the_order_of_its_first():
    assert made(group="group").texts()[1:] == [
        ["Second"], ["Treated", "157", ""], ["Control", "1,616", ""], ["First"], ["Treated", "66", "few"],
    ]  # fmt: skip


def test_every_heading_says_what_it_heads():
    shown = made(group="group", spanners={"Numbers": ["n", "nothing", "note"]})
    scopes = [[attributes.get("scope") for tag, _, attributes in row if tag == "th"] for row in shown.rows]
    assert scopes == [
        ["col", "colgroup"],
        ["col", "col"],
        ["rowgroup"],
        ["row"],
        ["row"],
        ["rowgroup"],
        ["row"],
    ]
    assert shown.texts()[:2] == [["Arm", "Numbers"], ["Subjects", "Note"]]
    assert shown.rows[0][0][2]["rowspan"] == "2"
    assert shown.rows[0][1][2]["colspan"] == "2"
    assert shown.rows[2][0][2]["colspan"] == "3"


def test_text_stands_left_and_numbers_right():
    kinds = [attributes.get("class") for _, _, attributes in made(text=["note"]).rows[1]]
    assert kinds == ["text", None, "text"]


def test_no_text_becomes_markup_or_a_template():
    hostile = "{{ 7 * 7 }}<script>alert(1)</script>&{m^2}"
    frame = FRAME.assign(group=hostile, arm=hostile, n=hostile)
    shown = made(
        frame, {"arm": hostile, "n": hostile}, group="group", spanners={hostile: ["n"]},
        title=hostile, mark=hostile, note=hostile, key='made"><script>',
    )  # fmt: skip
    assert "script" not in shown.tags
    assert shown.caption == " ".join([hostile] * 3)
    assert {text for row in shown.texts() for text in row} == {hostile}
