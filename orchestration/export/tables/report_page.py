"""The report page of an edition read back: its tables and figures, its first page, and what stands over everything.

Belongs here: how the page is marked up (`analytics.report`: `markup`, `page`). Does not belong here: what becomes of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html

from orchestration.export.tables.displays import Display, Figure, Summary, Table

CAPTION = re.compile(r"(?P<label>(?:Table|Figure) \d+)\. (?P<title>.*)")
SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
# Spaces that set nothing apart; others (em spaces indent a term) are kept.
_FOLDED = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True)
class ReportPage:
    """A page taken apart.

    Attributes:
        title: of the study.
        study: protocol with its version, and data cut, as the head of the page says.
        warnings: of the page's ribbons.
        mark: the word for simulated data, or None.
        disclosure: how counts are shown, as the foot of the page says.
        summaries: the first page in each of its languages.
        displays: tables and figures in their order.
    """

    title: str
    study: str
    warnings: tuple[str, ...]
    mark: str | None
    disclosure: str
    summaries: tuple[Summary, ...]
    displays: tuple[Display, ...]


def read_page(text: str) -> ReportPage:
    """Take a report page apart.

    Raises:
        ValueError: it is no page of a report.
    """
    page = html.document_fromstring(text)
    if page.find(".//main") is None or page.find(".//h1") is None:
        raise ValueError("no report page: it has no title or no sections")
    mark = page.find(".//h2/span[@class='mark']")
    return ReportPage(
        title=_text(page.find(".//h1")),
        study=_folded(page.find(".//p[@class='eyebrow']").text or ""),
        warnings=tuple(_folded(each) for each in page.find(".//div[@class='ribbon']").itertext()),
        mark=None if mark is None else _text(mark),
        disclosure=_text(page.find(".//footer/p")).rpartition(" · ")[2],
        summaries=tuple(_summaries(page)),
        displays=displays(page, text),
    )


def displays(page: Any, text: str) -> tuple[Display, ...]:
    """Tables and figures of a parsed page in their order; `text` is its source, which keeps the drawings as they are."""
    drawings = dict(zip(page.iter("svg"), SVG.findall(text), strict=True))
    return tuple(
        _figure(each, drawings) if each.find("figcaption") is not None else _table(each)
        for each in page.iter("figure")
    )


def _summaries(page: Any) -> Iterator[Summary]:
    news = page.get_element_by_id("news", None)
    for each in () if news is None else news.iterfind(".//div[@lang]"):
        # The first language has the section's heading for its title.
        title = each.find("h3") if each.find("h3") is not None else news.find("h2")
        lines = tuple(_line(item) for item in each.iter("li"))
        if lines:
            yield Summary(each.get("lang"), _own_text(title), lines)


def _line(item: Any) -> tuple[str, str]:
    lead = item.find("strong")
    words = "" if lead is None else _text(lead)
    return words, _text(item).removeprefix(words).strip()


def _table(figure: Any) -> Table:
    table = figure.find("table")
    head = [row.findall("th") for row in table.iterfind("thead/tr")]
    top, below = head[0], iter(head[-1])
    columns = [each for cell in top for each in _below(cell, below)] if len(head) > 1 else top
    spans = tuple((_text(c) if c.get("colspan") else "", int(c.get("colspan", "1"))) for c in top)
    label, title, notes = _caption(table.find("caption"))
    return Table(
        label, title, _section(figure), notes,
        spans if len(head) > 1 else (),
        tuple(map(_text, columns)),
        tuple(cell.get("class") == "text" for cell in columns),
        tuple(_group(body) for body in table.iterfind("tbody")),
    )  # fmt: skip


def _below(cell: Any, below: Iterator[Any]) -> list[Any]:
    """The heads of the columns under a cell of the first row."""
    return [next(below) for _ in range(int(cell.get("colspan")))] if cell.get("colspan") else [cell]


def _group(body: Any) -> tuple[str | None, tuple[tuple[str, ...], ...]]:
    rows = body.findall("tr")
    name = _text(rows[0]) if rows and rows[0].get("class") == "group" else None
    cells = rows if name is None else rows[1:]
    return name, tuple(tuple(_text(cell) for cell in row) for row in cells)


def _figure(figure: Any, drawings: dict[Any, str]) -> Figure:
    label, title, notes = _caption(figure.find("figcaption"))
    # The first is the one for broad screens.
    drawn = next(figure.iter("svg"))
    said = (_text(part) for part in (drawn.find("title"), drawn.find("desc")) if part is not None)
    return Figure(label, title, _section(figure), notes, drawings[drawn], ". ".join(filter(None, said)))


def _caption(caption: Any) -> tuple[str, str, tuple[str, ...]]:
    found = CAPTION.fullmatch(_text(caption.find("strong")))
    if found is None:
        raise ValueError(f"a caption of the report has no number: {_text(caption)[:60]}")
    remark = caption.find("span[@class='remark']")
    notes = () if remark is None else (_text(remark),)
    return found["label"], found["title"].removesuffix("."), notes


def _section(figure: Any) -> str:
    above = next(figure.iterancestors("section"), None)
    return "" if above is None else _own_text(above.find(".//h2"))


def _own_text(element: Any) -> str:
    """The text of an element before its first child, a mark."""
    return _folded(element.text or "")


def _text(element: Any) -> str:
    return _folded("".join(element.itertext()))


def _folded(text: str) -> str:
    return _FOLDED.sub(" ", text).strip(" ")
