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
    r"\d[\d,.]*\s*(?:%|of 100|pp)|\d+ to \d+\)|95 %|\b\d{4}-\d\d-\d\d\b|\d+\.\d+|\b\d+ months?\b"
)
NO_COUNTS = {
    "Checks", "df", "Compared", "In dispute", "No second opinion", "Look", "Value", "SHA-256", "What must hold",
    "χ²", "Scenario", "Note", "Unit", "Method · estimand", "Method", "Choice", "Statistic",
}  # fmt: skip
"""Columns that count no people, events or records: checks, degrees of freedom, hashes, settings."""
SETTINGS = ("median", "ALSFRS-R", "Seed", "ENCALS")
"""Rows of averages and settings."""


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
            self._row.append(" ".join("".join(self._cell).split()))
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
    """Hidden counts of one report that have only one value left, given all that is shown."""
    shown = cells(page)
    bounds = {key: found for key, text in shown.items() if (found := _bounds(text)) is not None}
    for total, parts in _sums(shown):
        inside = [bounds.get(part) for part in parts]
        if total not in bounds or any(each is None for each in inside):
            continue
        low, high = bounds[total]
        for place, part in enumerate(parts):
            others = [each for at, each in enumerate(inside) if at != place and each is not None]
            least, most = low - sum(each[1] for each in others), high - sum(each[0] for each in others)
            own = bounds[part]
            bounds[part] = max(own[0], least), min(own[1], most)
    for key, (low, high) in bounds.items():
        if shown[key].startswith("<") and low >= high:
            yield Finding(" / ".join(map(str, key)), f"{shown[key]} is {low}")


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


def _sums(shown: dict) -> Iterator[tuple[tuple, list[tuple]]]:
    """Rows that add up: classes to all, terms to their class, levels of a subgroup to the level before's total."""
    tables: dict[tuple, list[tuple]] = defaultdict(list)
    for key in shown:
        tables[key[0], key[1], key[4]].append(key)
    for (table, _, column), keys in tables.items():
        if table.startswith("ae-") and "Events" in column:
            whole = [key for key in keys if key[2] == "Any"]
            classes = [key for key in keys if key[2] != "Any" and not key[2].startswith("\u2003")]
            if len(whole) == 1 and classes:
                yield whole[0], classes
        if table == "deaths":
            for key in keys:
                untold = (*key[:4], "3 Without a fatal adverse event")
                if column == "2 Deaths" and untold in shown:
                    yield key, [untold]
