"""A document as DOCX: headings that Word lists, running head and page numbers, pictures with their text alternative.

Belongs here: python-docx and what of Word it has no words for. Does not belong here: tables (`word_table`), sizes (`paper`),
what is shown (`displays`).
"""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor

from orchestration.export.tables import paper
from orchestration.export.tables.displays import Display, Document, Figure, Table
from orchestration.export.tables.paper import parts
from orchestration.export.tables.picture import picture
from orchestration.export.tables.word_table import CELL, GROUP, HEAD, NUMBER, add_table

WARNING = RGBColor(0xA3, 0x2A, 0x00)
NOTE, ENTRY = "TLF note", "TLF list entry"
"""Styles of their own, as a table's cells have, so that a writer changes all of a kind at once."""


def write_word(document: Document, path: Path) -> None:
    """Write a document.

    Args:
        document: what it shows.
        path: of the file; equal documents give equal bytes.
    """
    made = docx.Document()
    _set_up(made, document)
    _front(made, document)
    _list(made, document)
    section = ""
    for number, display in enumerate(document.displays):
        _display(made, display, number, display.section != section, document.is_flowing)
        section = display.section
    unpacked = BytesIO()
    made.save(unpacked)
    path.write_bytes(_without_clock(unpacked))


def _set_up(made: Any, document: Document) -> None:
    """Page, styles, running head and foot, properties."""
    page = made.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Inches(paper.WIDTH), Inches(paper.HEIGHT)
    page.left_margin = page.right_margin = Inches(paper.MARGIN)
    page.top_margin, page.bottom_margin = Inches(paper.TOP), Inches(paper.BOTTOM)
    page.header_distance = page.footer_distance = Inches(paper.EDGE)
    _styles(made)
    head = page.header.paragraphs[0]
    _lines(head, [f"{document.study} · {document.title}", document.standing])
    for warning in document.warnings:
        _red(head.add_run(f"\n{warning}"))
    foot = page.footer.paragraphs[0]
    stops = foot.style.paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(Inches(paper.ACROSS), WD_TAB_ALIGNMENT.RIGHT)
    _red(foot.add_run(document.mark or ""))
    foot.add_run("\tPage ")
    _field(foot, "PAGE", "1")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES", "1")
    core = made.core_properties
    core.title, core.subject, core.author, core.comments = (
        document.title,
        document.study,
        "",
        document.standing,
    )
    if document.data_cut is None:
        # Of no data, and so of no day; the template has one of its own.
        for stamp in ("created", "modified"):
            core._element.remove(core._element.find(qn(f"dcterms:{stamp}")))
    else:
        core.created = core.modified = datetime.fromisoformat(document.data_cut)
    core.last_modified_by, core.revision = "", 1


def _styles(made: Any) -> None:
    styles = made.styles
    for name in ("Normal", "Header", "Footer", "Title", "Heading 1", "Heading 2"):
        _font(styles[name], {"Title": 20, "Heading 1": 12, "Heading 2": 10}.get(name, 9))
        styles[name].paragraph_format.space_after = Pt(4)
    for name in ("Header", "Footer"):
        styles[name].font.size = Pt(7.5)
    for name, size, side in (
        (CELL, paper.SIZES[0], WD_ALIGN_PARAGRAPH.LEFT),
        (NUMBER, paper.SIZES[0], WD_ALIGN_PARAGRAPH.RIGHT),
        (GROUP, paper.SIZES[0], WD_ALIGN_PARAGRAPH.LEFT),
        (HEAD, paper.SIZES[0], WD_ALIGN_PARAGRAPH.LEFT),
        (NOTE, 7.5, WD_ALIGN_PARAGRAPH.LEFT),
        (ENTRY, 9, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _font(style, size)
        style.font.bold = name in (GROUP, HEAD)
        style.paragraph_format.alignment = side
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(1)
        style.paragraph_format.keep_with_next = name in (GROUP, HEAD)
    styles[NOTE].paragraph_format.space_before = Pt(3)
    stops = styles[ENTRY].paragraph_format.tab_stops
    stops.add_tab_stop(Inches(paper.ACROSS), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _font(style: Any, size: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = paper.FONT, Pt(size), RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    fonts.set(qn("w:eastAsia"), paper.EASTERN)
    fonts.set(qn("w:cs"), paper.FONT)


def _front(made: Any, document: Document) -> None:
    made.add_paragraph(document.title, "Title")
    made.add_paragraph(f"{document.kind} · {document.study}")
    made.add_paragraph(document.standing)
    for warning in document.warnings:
        _red(made.add_paragraph().add_run(warning))
    if document.summary:
        made.add_paragraph(document.summary.title, "Heading 1")
        for lead, text in document.summary.lines:
            line = made.add_paragraph()
            line.add_run(f"{lead} ").bold = True
            line.add_run(text)


def _list(made: Any, document: Document) -> None:
    """Tables, then figures, each with the page that Word finds it on."""
    first = True
    for kind, heading in ((Table, "List of tables"), (Figure, "List of figures")):
        listed = [(n, each) for n, each in enumerate(document.displays) if isinstance(each, kind)]
        if listed:
            made.add_paragraph(heading, "Heading 1").paragraph_format.page_break_before = first
            first = False
        for number, display in listed:
            entry = made.add_paragraph(f"{display.label}. {display.title}\t", ENTRY)
            _field(entry, f"PAGEREF {_bookmark(number)} \\h", "", stale=True)


def _display(made: Any, display: Display, number: int, new_section: bool, is_flowing: bool) -> None:
    """A display, on pages of its own if not flowing; the first one of a section stands under the section's heading."""
    if new_section:
        made.add_paragraph(display.section, "Heading 1").paragraph_format.page_break_before = True
    title = made.add_paragraph(f"{display.label}. {display.title}", "Heading 2")
    title.paragraph_format.page_break_before = not (new_section or is_flowing)
    _mark_place(title, number)
    if isinstance(display, Figure):
        _add_picture(made, display, number)
    else:
        every = parts(display)
        for place, part in enumerate(every, start=1):
            if place > 1:
                again = made.add_paragraph(f"{display.label}, part {place} of {len(every)}", NOTE)
                again.paragraph_format.page_break_before = True
            add_table(made, part)
    for note in display.notes:
        made.add_paragraph(note, NOTE)


def _add_picture(made: Any, figure: Figure, number: int) -> None:
    drawn = picture(figure.svg)
    made.add_picture(BytesIO(drawn.png), Inches(drawn.width), Inches(drawn.height))
    made.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    properties = made.inline_shapes[-1]._inline.docPr
    properties.set("name", figure.label)
    properties.set("title", figure.title)
    properties.set("descr", figure.description)
    properties.set("id", str(number + 1))


def _lines(paragraph: Any, texts: list[str]) -> None:
    paragraph.add_run("\n".join(texts))


def _red(run: Any) -> None:
    run.bold, run.font.color.rgb = True, WARNING


def _bookmark(number: int) -> str:
    return f"tlf{number + 1}"


def _mark_place(paragraph: Any, number: int) -> None:
    for kind in ("Start", "End"):
        place = OxmlElement(f"w:bookmark{kind}")
        place.set(qn("w:id"), str(number + 1))
        if kind == "Start":
            place.set(qn("w:name"), _bookmark(number))
        paragraph._p.append(place)


def _field(paragraph: Any, instruction: str, shown: str, *, stale: bool = False) -> None:
    """What Word works out; a stale one as soon as the document is opened."""
    for kind in ("begin", "instruction", "separate", "text", "end"):
        run = paragraph.add_run(shown if kind == "text" else None)
        if kind == "instruction":
            text = OxmlElement("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = instruction
            run._r.append(text)
        elif kind != "text":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            if stale and kind == "begin":
                mark.set(qn("w:dirty"), "true")
            run._r.append(mark)


def _without_clock(made: BytesIO) -> bytes:
    """The same archive with no hour in it."""
    packed = BytesIO()
    with ZipFile(made) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = ZipInfo(name)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return packed.getvalue()
