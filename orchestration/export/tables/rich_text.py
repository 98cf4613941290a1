"""A document as RTF: each display by rtflite, one after the other in one file.

Belongs here: rtflite, and what it has no words for, which its text lets pass as RTF: fields, places to refer to, letters
beyond ASCII, a picture's text alternative. A table is broken into pages here, each under its title and heads: not every
reader of RTF repeats the heads of a table itself. Does not belong here: sizes
(`paper`), what is shown (`displays`).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import rtflite as rtf

from orchestration.export.tables import paper
from orchestration.export.tables.displays import Display, Document, Figure, Table
from orchestration.export.tables.paper import Part, pages, parts
from orchestration.export.tables.picture import picture

TWIPS = 1440
ARIAL = 4
NO_PAGES = 1_000_000
"""Rows to a page: rtflite takes the commands of RTF for text that has a width, so that pages are made before it."""
SECTION, DISPLAY = r"\outlinelevel0 ", r"\outlinelevel1 "
NEW_PAGE, WITH_NEXT = r"\pagebb ", r"\keepn "
RED = r"\cf1 "
COLOURS = r"{\colortbl;\red163\green42\blue0;}"
TITLED, HEADED = 26.0, 54.0
"""Points that a display's title takes, and both with the section's above it."""
_PAGE = re.compile(r"\\margl\d.*?\\footery\d+\s*")
"""The last line of what rtflite sets over a document."""


def write_rich_text(document: Document, path: Path) -> None:
    """Write a document.

    Args:
        document: what it shows.
        path: of the file; equal documents give equal bytes.
    """
    over, front = _apart(_encoded(_front(document), document))
    bodies = [front, *_lists(document)]
    section = ""
    for number, display in enumerate(document.displays):
        heading = display.section if display.section != section else ""
        bodies.extend(_display(document, display, number, heading))
        section = display.section
    over = over.replace("\\paperw", COLOURS + "\n\\paperw", 1)
    path.write_text(over + "\n".join(bodies) + "\n}\n", encoding="ascii")


def escaped(text: str) -> str:
    """Text as RTF: letters beyond ASCII by their UTF-16 numbers, which every reader of RTF knows."""
    return "".join(map(_letter, text))


def _letter(letter: str) -> str:
    if letter in "\\{}":
        return f"\\{letter}"
    if letter == "\n":
        return r"\line "
    if letter < "\x80":
        return letter
    units = letter.encode("utf-16-le")
    numbers = (
        int.from_bytes(units[place : place + 2], "little", signed=True) for place in range(0, len(units), 2)
    )
    return "".join(f"\\u{number}?" for number in numbers)


def _encoded(parts_of: dict[str, Any], document: Document) -> str:
    """A document of rtflite's with our page and running head."""
    lines = [f"{document.study} · {document.title}", document.standing]
    head = [*map(escaped, lines), *(f"\\b{RED}{escaped(each)}" for each in document.warnings)]
    foot = (
        f"\\tqr\\tx{round(paper.ACROSS * TWIPS)} {{\\b{RED}{escaped(document.mark or '')}}}\\tab "
        f"Page {_field('PAGE', '1')} of {_field('NUMPAGES', '1')}"
    )
    # A list has no heads and no lines.
    ruled = "single" if parts_of.get("rtf_column_header") else ""
    page = rtf.RTFPage(
        orientation="landscape", width=paper.WIDTH, height=paper.HEIGHT, nrow=NO_PAGES, page_title="first",
        col_width=parts_of.pop("width", paper.ACROSS), border_first=ruled, border_last=ruled,
        margin=[paper.MARGIN, paper.MARGIN, paper.TOP, paper.BOTTOM, paper.EDGE, paper.EDGE],
    )  # fmt: skip
    made = rtf.RTFDocument(
        rtf_page=page,
        rtf_page_header=rtf.RTFPageHeader(text=head, text_justification=["l"], **_letters(7)),
        rtf_page_footer=rtf.RTFPageFooter(text=[foot], text_justification=["l"], **_letters(7)),
        **parts_of,
    )
    return str(made.rtf_encode())


def _letters(size: float) -> dict[str, Any]:
    return {"text_font": [ARIAL], "text_font_size": [size], "text_convert": [False]}


def _apart(text: str) -> tuple[str, str]:
    """What stands over a document, and its body."""
    found = _PAGE.search(text)
    assert found is not None
    return text[: found.end()], text[found.end() :].rstrip().removesuffix("}").rstrip()


def _field(instruction: str, shown: str) -> str:
    return rf"{{\field{{\*\fldinst {instruction} }}{{\fldrslt {shown}}}}}"


def _front(document: Document) -> dict[str, Any]:
    rows = [escaped(line) for line in (f"Tables and figures · {document.study}", document.standing)]
    rows += [f"\\b{RED}{escaped(warning)}" for warning in document.warnings]
    if document.summary:
        rows += ["", rf"{{\b\fs24 {escaped(document.summary.title)}}}"]
        rows += [rf"{{\b {escaped(lead)}}} {escaped(text)}" for lead, text in document.summary.lines]
    title = rtf.RTFTitle(
        text=[escaped(document.title)], text_justification=["l"], text_format="b", **_letters(18)
    )
    return {"rtf_title": title, **_plain([(row,) for row in rows], (paper.ACROSS,), "l", 9)}


def _lists(document: Document) -> Iterator[str]:
    """Tables, then figures, each with the page that Word finds it on."""
    for kind, heading in ((Table, "List of tables"), (Figure, "List of figures")):
        rows = [
            (escaped(f"{each.label}. {each.title}"), _field(f"PAGEREF tlf{number + 1} \\\\h", r"\f3\fs18 ?"))
            for number, each in enumerate(document.displays)
            if isinstance(each, kind)
        ]
        if rows:
            widths = (paper.ACROSS - 0.8, 0.8)
            yield _apart(
                _encoded({**_titled(heading, NEW_PAGE + SECTION), **_plain(rows, widths, "lr", 9)}, document)
            )[1]


def _titled(text: str, format_of: str, size: float = 12) -> dict[str, Any]:
    title = rtf.RTFTitle(
        text=[format_of + escaped(text)], text_justification=["l"], text_format="b", **_letters(size)
    )
    return {"rtf_title": title}


def _plain(
    rows: Sequence[tuple[str, ...]], widths: Sequence[float], sides: str, size: float
) -> dict[str, Any]:
    """Rows with neither head nor lines."""
    none = [[""] * len(widths)]
    body = rtf.RTFBody(
        as_colheader=False, col_rel_width=list(widths), text_justification=[list(sides)], border_top=none,
        border_bottom=none, border_left=none, border_right=none, border_first=none, border_last=none, **_letters(size),
    )  # fmt: skip
    frame = pl.DataFrame(rows, schema=_names(len(widths)), orient="row")
    return {"df": frame, "rtf_body": body, "rtf_column_header": []}


def _names(count: int) -> list[str]:
    return [f"c{place}" for place in range(count)]


def _display(document: Document, display: Display, number: int, section: str) -> Iterator[str]:
    place = rf"{{\*\bkmkstart tlf{number + 1}}}{{\*\bkmkend tlf{number + 1}}}"
    title = f"{DISPLAY}{WITH_NEXT}{place}{escaped(f'{display.label}. {display.title}')}"
    if isinstance(display, Figure):
        yield _figure(document, display, _heads(title, section))
        return
    heads = _heads(title, section)
    every = parts(display)
    for part in every:
        notes = display.notes if part is every[-1] else ()
        laid = pages(part, HEADED if section else TITLED, notes)
        for page in laid:
            yield _table(document, page, heads, notes if page is laid[-1] else ())
            heads = _heads(WITH_NEXT + escaped(f"{display.label}. {display.title} (continued)"), "")


def _heads(title: str, section: str) -> dict[str, Any]:
    """The display's title, under the section's where a section begins."""
    sides = {"text_justification": ["l"], "text_format": "b"}
    if not section:
        return {"rtf_title": rtf.RTFTitle(text=[NEW_PAGE + title], **sides, **_letters(10))}
    over = NEW_PAGE + SECTION + WITH_NEXT + escaped(section)
    return {
        "rtf_title": rtf.RTFTitle(text=[over], **sides, **_letters(12)),
        "rtf_subline": rtf.RTFSubline(text=[title], **sides, **_letters(10)),
    }


def _footnotes(notes: Sequence[str]) -> dict[str, Any]:
    if not notes:
        return {}
    return {"rtf_footnote": rtf.RTFFootnote(text=list(map(escaped, notes)), as_table=False, **_letters(7))}


def _figure(document: Document, figure: Figure, heads: dict[str, Any]) -> str:
    drawn = picture(figure.svg)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "figure.png"
        file.write_bytes(drawn.png)
        shown = rtf.RTFFigure(figures=str(file), fig_width=drawn.width, fig_height=drawn.height)
        text = _encoded({"rtf_figure": shown, **heads, **_footnotes(figure.notes)}, document)
    told = rf"{{\*\picprop{{\sp{{\sn wzDescription}}{{\sv {escaped(figure.description)}}}}}}}"
    return _apart(text)[1].replace(r"{\pict", r"{\pict" + told, 1)


def _table(document: Document, part: Part, heads: dict[str, Any], notes: Sequence[str]) -> str:
    table, grouped = part.table, any(name is not None for name, _ in part.table.groups)
    rows = [
        (*((WITH_NEXT + escaped(f"{name or ''}"),) if grouped else ()), *map(escaped, cells))
        for name, cells in ((name, cells) for name, group in table.groups for cells in group)
    ]
    sides = ["l" if words else "r" for words in table.is_text]
    group, width = (["group"], [1.0]) if grouped else ([], [])
    none = [[""] * (len(sides) + len(group))]
    body = rtf.RTFBody(
        col_rel_width=[*width, *part.widths], page_by=group or None, text_justification=[[*"l" * len(group), *sides]],
        text_format=[[*"b" * len(group), *[""] * len(sides)]], border_top=none, border_bottom=none,
        border_first=none, border_left=none, border_right=none, **_letters(part.points),
    )  # fmt: skip
    frame = pl.DataFrame(rows, schema=[*group, *_names(len(sides))], orient="row")
    columns = _column_heads(part, sides)
    asked = {"df": frame, "rtf_column_header": columns, "rtf_body": body, "width": sum(part.widths)}
    text = _apart(_encoded({**asked, **heads, **_footnotes(notes)}, document))[1]
    # Rows stay whole; those of the heads are repeated on every page.
    return text.replace(r"\trqc", r"\trql\trkeep").replace(r"\trkeep", r"\trkeep\trhdr", len(columns))


def _column_heads(part: Part, sides: Sequence[str]) -> list[Any]:
    plain = {"text_format": ["b"], "border_left": [""], "border_right": [""], **_letters(part.points)}
    heads = rtf.RTFColumnHeader(
        text=list(map(escaped, part.table.heads)), col_rel_width=list(part.widths), text_justification=[list(sides)],
        border_top=["" if part.table.spans else "single"], border_bottom=["single"], **plain,
    )  # fmt: skip
    if not part.table.spans:
        return [heads]
    ends = [sum(count for _, count in part.table.spans[:place]) for place in range(len(part.table.spans) + 1)]
    spans = rtf.RTFColumnHeader(
        text=[escaped(text) for text, _ in part.table.spans], text_justification=["c"], border_top=["single"],
        col_rel_width=[sum(part.widths[start:end]) for start, end in pairwise(ends)],
        border_bottom=[["single" if text else "" for text, _ in part.table.spans]], **plain,
    )  # fmt: skip
    return [spans, heads]
