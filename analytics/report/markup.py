"""Pieces of HTML, escaped: paragraphs, lists, figures, tables.

Text is escaped by `markupsafe`; only what is already Markup passes as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from analytics.report.packaged import packaged_template

if TYPE_CHECKING:
    import pandas as pd

# A table of so many rows is printed on one page.
SHORT = 16


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


def folded(title: str, body: Markup) -> Markup:
    """What is opened by who wants it."""
    return Markup('<details class="folded"><summary>{}</summary>{}</details>').format(title, body)


def absent(reason: str) -> Markup:
    """Stands where a table or figure could not be made."""
    return Markup('<p class="absent">{} {}</p>').format("–", reason)


def _caption(title: str, mark: str | None, note: str) -> Markup:
    badge = Markup('<span class="mark">{}</span> ').format(mark) if mark else Markup("")
    remark = Markup('<span class="remark">{}</span>').format(note) if note else Markup("")
    return Markup("{}<strong>{}</strong> {}").format(badge, title, remark)


def picture(svg: str, title: str, mark: str | None, note: str = "", narrow: str | None = None) -> Markup:
    """A figure with its caption, and its twin for narrow screens; `svg` is trusted, the words are not."""
    drawn = Markup(svg)
    if narrow is not None:
        drawn = Markup('<div class="broad">{}</div><div class="narrow">{}</div>').format(
            drawn, Markup(narrow)
        )
    caption = _caption(title, mark, note)
    return Markup('<figure class="picture">{}<figcaption>{}</figcaption></figure>').format(drawn, caption)


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
    """A table with its caption. Its first column names the rows; a column without any text is left out.

    Args:
        frame: text cells; the columns of `labels` are shown in that order.
        labels: column → heading.
        key: id of the table on the page.
        title, mark, note: of the caption; the note says denominators, method and estimand.
        group: column whose values become row groups.
        text: columns aligned left; the first column always is.
        spanners: heading → columns below it.
    """
    shown = frame[[*([group] if group else []), *labels]].astype(str)
    labels = {column: label for column, label in labels.items() if (shown[column] != "").any()}
    above = {
        column: span for span, columns in (spanners or {}).items() for column in columns if column in labels
    }
    parts = shown.groupby(group, sort=False) if group else [(None, shown)]
    return Markup(
        packaged_template("table.html.j2").render(
            key=key,
            caption=_caption(title, mark, note),
            short=len(shown) <= SHORT,
            labels=labels,
            text={next(iter(labels)), *text},
            spans=[(span, list(columns)) for span, columns in groupby(labels, above.get)] if above else [],
            below=[column for column in labels if column in above or not above],
            groups=[(name, part.to_dict("records")) for name, part in parts],
        )
    )
