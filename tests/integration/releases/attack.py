"""What a reader can work out of public reports: counts that bounds and sums pin down, and small differences between two.

It reads HTML as anybody can, and knows of a table only what its words say: a count shown is the nearest multiple of five,
`<5` is one to four, a row of classes adds up to the row of all. Of the editions for the house it takes the truth alone.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

BAND = 5
PERCENT = re.compile(
    r"\d[\d,.]*\s*(?:%|of 100|pp)|\d+ to \d+\)|95 %|\b\d{4}-\d\d-\d\d\b|\d+\.\d+|\b\d+ (?:and \d+ )?months?\b"
)
NO_COUNTS = {
    "Checks", "df", "Compared", "In dispute", "No second opinion", "Look", "SHA-256", "What must hold",
    "χ²", "Scenario", "Unit", "Method · estimand", "Method", "Choice", "Statistic",
}  # fmt: skip
"""Columns that count no people, events or records: checks, degrees of freedom, hashes, settings."""
SETTINGS = ("median", "ALSFRS-R", "Seed", "ENCALS")
"""Rows of averages and settings."""
TIMES = re.compile(r"months?\b")
"""Columns and sentences of times."""
TERM = "\u2003"
"""Before a term inside its class."""


class _Tables(HTMLParser):
    """Cells of every table: (table, group, row, how often so named, column) → text."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: dict[tuple[str, str, str, int, str], str] = {}
        self._key, self._group, self._labels = "", "", list[str]()
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._kind, self._in_head, self._seen = "", False, defaultdict(int)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "figure" and "table" in (given.get("class") or ""):
            self._key, self._group, self._labels = given.get("id") or "", "", []
            self._seen.clear()
        elif tag == "thead":
            self._in_head = True
        elif tag == "tr":
            self._row, self._kind = [], given.get("class") or ""
        elif tag in ("td", "th"):
            self._cell = []
            if tag == "th" and self._in_head and given.get("scope") == "colgroup":
                self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None and self._row is not None:
            text = "".join(self._cell)
            indent = TERM if text.startswith(TERM) else ""
            self._row.append(indent + " ".join(text.split()))
            self._cell = None
        elif tag == "thead":
            self._in_head = False
        elif tag == "tr" and self._row is not None:
            self._end_row(self._row)
            self._row = None

    def _end_row(self, row: list[str]) -> None:
        if self._in_head:
            self._labels += row
        elif self._kind == "group":
            self._group = re.sub(r"n = [\d,]+|<?\d[\d,]* events", "#", row[0]) if row else ""
        elif row and self._key:
            place = self._seen[self._group, row[0]]
            self._seen[self._group, row[0]] += 1
            for position, text in enumerate(row[1:], start=1):
                label = self._labels[position] if position < len(self._labels) else ""
                label = re.sub(r"\(n = [\d,]+\)", "", label).strip()
                self.cells[self._key, self._group, row[0], place, f"{position} {label}"] = text


def cells(page: str) -> dict[tuple[str, str, str, int, str], str]:
    """Cells of all tables but those of records by which nobody can be known: hashes and settings."""
    parser = _Tables()
    parser.feed(page)
    return {
        key: text
        for key, text in parser.cells.items()
        if key[0] not in ("facts", "protocol", "second-opinion", "checks", "sources-stated")
        and key[4].partition(" ")[2] not in NO_COUNTS
        and not any(word in key[2] for word in SETTINGS)
        and not TIMES.search(key[4])
    }


def counts(text: str) -> list[int]:
    """Whole numbers of a text that are neither percentages, months, dates nor parts of decimals."""
    rest = PERCENT.sub(" ", text)
    return [int(found.replace(",", "")) for found in re.findall(r"(?<![<\w.,/–-])\d[\d,]*(?![\w.])", rest)]


def sentences(page: str) -> dict[str, str]:
    """Sentences of the page outside tables and figures, by their words without numbers; those that repeat are left out."""
    text = re.sub(r"<(style|svg|table|title|dl|pre)\b.*?</\1>", " ", page, flags=re.DOTALL)
    text = unescape(re.sub(r"</(?:p|li|h\d|figcaption|caption|b|span)>", ". ", text))
    plain = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    found: dict[str, list[str]] = defaultdict(list)
    for sentence in re.split(r"(?<=[.;:]) ", plain):
        found[re.sub(r"<?\d[\d.,]*", "#", sentence)].append(sentence)
    return {words: told[0] for words, told in found.items() if len(told) == 1}


def drawn_numbers(page: str) -> dict[str, list[str]]:
    """Texts of every figure that count people: numbers at risk and boxes of the flow."""
    figures = re.findall(r'aria-labelledby="([\w-]+)-title.*?</svg>', page, flags=re.DOTALL)
    parts = re.findall(r"<svg[^>]*aria-labelledby.*?</svg>", page, flags=re.DOTALL)
    return {
        name: [unescape(text) for text in re.findall(r"<(?:text|tspan)[^>]*>([^<]*)<", part)]
        for name, part in zip(figures, parts, strict=True)
        if name.startswith(("km-", "flow"))
    }


@dataclass(frozen=True)
class Finding:
    """A number that a reader has: where, and what of it."""

    where: str
    what: str


def differences(before: str, after: str) -> Iterator[Finding]:
    """Counts of two successive public reports that differ by one to four."""
    then, now = cells(before), cells(after)
    for key in then.keys() & now.keys():
        yield from _moved(" / ".join(map(str, key)), then[key], now[key])
    told, telling = sentences(before), sentences(after)
    for words in told.keys() & telling.keys():
        yield from _moved(words, told[words], telling[words])
    drawn, drawing = drawn_numbers(before), drawn_numbers(after)
    for name in drawn.keys() & drawing.keys():
        # Ticks of the axes are no counts: a figure of other length has other ones.
        if len(drawn[name]) == len(drawing[name]):
            for old, new in zip(drawn[name], drawing[name], strict=True):
                yield from _moved(name, old, new)


def _moved(where: str, before: str, after: str) -> Iterator[Finding]:
    old, new = counts(before), counts(after)
    if len(old) == len(new):
        for one, other in zip(old, new, strict=True):
            if 0 < abs(one - other) < BAND:
                yield Finding(where, f"{before} → {after}")


def recovered(page: str) -> Iterator[Finding]:
    """Hidden counts of one report that have only one value left, given all that is shown.

    Raises:
        AssertionError: no value is left, so that what is held to add up does not.
    """
    shown = cells(page)
    bounds = {key: found for key, text in shown.items() if (found := _bounds(text)) is not None}
    sums = [each for each in _sums(shown) if {each.total, *each.parts} <= bounds.keys()]
    before: dict = {}
    while before != bounds:
        before = dict(bounds)
        for each in sums:
            _narrow(bounds, each)
    for key, (low, high) in bounds.items():
        assert low <= high, f"{key}: no value is left; what is held to add up does not"
        if shown[key].startswith("<") and low == high:
            yield Finding(" / ".join(map(str, key)), f"{shown[key]} is {low}")


@dataclass(frozen=True)
class Sum:
    """Cells that add up to another, or to no more than it."""

    total: tuple
    parts: list[tuple]
    whole: bool


def _narrow(bounds: dict, each: Sum) -> None:
    low, high = bounds[each.total]
    least, most = (sum(bounds[part][side] for part in each.parts) for side in (0, 1))
    bounds[each.total] = max(low, least), min(high, most) if each.whole else high
    for part in each.parts:
        own = bounds[part]
        down = low - (most - own[1]) if each.whole else own[0]
        bounds[part] = max(own[0], down), min(own[1], high - (least - own[0]))


def _bounds(text: str) -> tuple[int, int] | None:
    """What the first count of a cell may be."""
    found = re.match(r"(<?)(\d[\d,]*)(?![\d.])", text)
    if found is None:
        return None
    value = int(found[2].replace(",", ""))
    if found[1]:
        return 1, value - 1
    if value % BAND:
        # Not in a band: told exactly.
        return value, value
    return (0, 0) if value == 0 else (max(value - BAND // 2, BAND), value + BAND // 2)


def _sums(shown: dict) -> Iterator[Sum]:
    """What a reader knows to add up: events of classes to all events, of terms to no more than their class, deaths without a
    fatal event to no more than the deaths."""
    tables: dict[tuple, list[tuple]] = defaultdict(list)
    for key in shown:
        tables[key[0], key[1], key[4]].append(key)
    for (table, group, column), keys in tables.items():
        if table.startswith("ae-") and "Events" in column and "first occurrence" not in group:
            yield from _of_classes(keys)
        if table == "deaths" and column == "2 Deaths":
            for key in keys:
                yield Sum(key, [(*key[:4], "3 Without a fatal adverse event")], whole=False)


def _of_classes(keys: list[tuple]) -> Iterator[Sum]:
    wholes = [key for key in keys if key[2] == "Any"]
    classes = [key for key in keys if key[2] != "Any" and not key[2].startswith(TERM)]
    if len(wholes) == 1 and classes:
        yield Sum(wholes[0], classes, whole=True)
    inside: list[tuple] = []
    for key in reversed(keys):
        if key[2].startswith(TERM):
            inside.append(key)
        else:
            if inside and key[2] != "Any":
                yield Sum(key, inside, whole=False)
            inside = []
