"""Pieces of HTML, escaped: paragraphs, lists, figures, tables.

Text is escaped by `markupsafe`; only what is already Markup passes as it is.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    import pandas as pd

# A table of so many rows is printed on one page.
SHORT = 16
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_BOX = re.compile(r'<div id="([^"]+)" style="[^"]*">')
_NOISE = re.compile(r' data-quarto-[a-z-]+="false"| rowspan="1"(?= )| colspan="1"(?= )')


def paragraph(text: str, kind: str = "") -> Markup:
    """A paragraph; `kind` is its CSS class."""
    return Markup("<p{}>{}</p>").format(Markup(' class="{}"').format(kind) if kind else "", text)


def heading(text: str, level: int = 3) -> Markup:
    """A heading inside a section."""
    return Markup(f"<h{level}>{{}}</h{level}>").format(text)


def items(entries: Iterable[str | tuple[str, str]]) -> Markup:
    """A list; a pair becomes a bold lead and its text."""
    lines = [
        Markup("<li><strong>{}</strong> {}</li>").format(*entry)
        if isinstance(entry, tuple)
        else Markup("<li>{}</li>").format(entry)
        for entry in entries
    ]
    return Markup("<ul>{}</ul>").format(Markup("").join(lines))


def absent(reason: str) -> Markup:
    """Stands where a table or figure could not be made."""
    return Markup('<p class="absent">{} {}</p>').format("–", reason)


def _caption(kind: str, title: str, mark: str | None, note: str) -> Markup:
    badge = Markup('<span class="mark">{}</span> ').format(mark) if mark else Markup("")
    remark = Markup('<span class="remark">{}</span>').format(note) if note else Markup("")
    return Markup('<figcaption class="{}">{}<strong>{}</strong> {}</figcaption>').format(
        kind, badge, title, remark
    )


def picture(svg: str, title: str, mark: str | None, note: str = "") -> Markup:
    """A figure with its caption; `svg` is trusted, the words are not."""
    caption = _caption("figure-caption", title, mark, note)
    return Markup('<figure class="picture">{}{}</figure>').format(Markup(svg), caption)


def table(
    frame: "pd.DataFrame",
    labels: Mapping[str, str],
    *,
    key: str,
    title: str,
    mark: str | None,
    note: str = "",
    group: str | None = None,
    text: Sequence[str] = (),
    spanners: Mapping[str, Sequence[str]] | None = None,
) -> Markup:
    """A table with its caption.

    Args:
        frame: text cells; the columns of `labels` (and `group`) are shown in that order.
        labels: column → heading.
        key: id of the table on the page.
        title, mark, note: of the caption; the note says denominators, method and estimand.
        group: column whose values become row groups.
        text: columns aligned left; the first column always is.
        spanners: heading → columns below it.
    """
    from great_tables import GT

    shown = frame[[*([group] if group else []), *labels]].astype(str).reset_index(drop=True)
    labels = {column: label for column, label in labels.items() if (shown[column] != "").any()}
    shown = shown[[*([group] if group else []), *labels]]
    left = [next(iter(labels)), *(column for column in text if column in labels)]
    built = GT(shown, id=key, groupname_col=group).cols_label(dict(labels))
    built = built.cols_align("left", columns=left)
    built = built.cols_align("right", columns=[column for column in labels if column not in left])
    for label, columns in (spanners or {}).items():
        built = built.tab_spanner(label=label, columns=list(columns))
    caption = _caption("table-caption", title, mark, note)
    kind = "table short" if len(shown) <= SHORT else "table"
    return Markup('<figure class="{}">{}{}</figure>').format(
        kind, caption, Markup(_plain(built.as_raw_html()))
    )


def _plain(html: str) -> str:
    """Without the style that every table brings along: the page has one for all."""
    html = _BOX.sub(r'<div id="\1" class="scroll">', _STYLE.sub("", html))
    html = re.sub(r' headers="[^"]*"', "", _NOISE.sub("", html))
    return re.sub(r"\n\s*", "\n", html)
