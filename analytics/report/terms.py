"""Terms of the glossary, linked where a section first uses them.

Belongs here: where a term stands in HTML. Does not belong here: what it means (`templates/glossary.toml`).
"""

import re
from functools import cache

from markupsafe import Markup

from analytics.report.packaged import packaged_toml

PLACE = re.compile(
    r"(<(svg|a|h[1-6]|table|dl|pre|code|summary|strong|figcaption)\b.*?</\2>|<[^>]+>)", re.DOTALL
)
"""Tags, and elements inside which no word is linked."""


def anchor(term: str) -> str:
    """The id of a term's entry."""
    return f"term-{re.sub(r'[^a-z0-9]+', '-', term.lower()).strip('-')}"


def with_terms(body: Markup) -> Markup:
    """A section with the first use of each term in its text linked to the glossary."""
    known = dict(_patterns())
    parts = PLACE.split(str(body))
    # Of every three: text, what the pattern found behind it, and that one's tag.
    for place in range(0, len(parts), 3):
        for term, pattern in list(known.items()):
            link = rf'<a class="term" href="#{anchor(term)}">\g<0></a>'
            parts[place], n = pattern.subn(link, parts[place], count=1)
            if n:
                del known[term]
                break
    return Markup("".join(part for place, part in enumerate(parts) if place % 3 < 2))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Whole words alone; an entry of several is known by each of them."""
    terms = packaged_toml("glossary.toml")["terms"]
    words = {term: [word.strip() for word in re.sub(r" \(.*\)", "", term).split(",")] for term in terms}
    return tuple(
        (term, re.compile(rf"\b(?:{'|'.join(map(re.escape, each))})\b", re.IGNORECASE))
        for term, each in words.items()
    )
