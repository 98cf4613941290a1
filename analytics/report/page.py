"""The page: sections in order, in one template, with its style inside."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from markupsafe import Markup

from analytics.protocol import protocol_hash
from analytics.report.age import age
from analytics.report.material import Material
from analytics.report.packaged import packaged_template, packaged_text
from analytics.report.terms import with_terms

HIDDEN = (
    *(code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"),
    *(0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
)
"""Control characters, and those that turn the direction of text: in a delivered word they would hide what stands there."""
SHOWN = {code: f"⟨U+{code:04X}⟩" for code in HIDDEN}

NAMES = {"caption": "Table", "figcaption": "Figure"}
CAPTION = re.compile(r'<(?P<kind>caption|figcaption)>(?:<span class="mark">[^<]*</span> )?<strong>')


@dataclass(frozen=True)
class Section:
    """A rendered section: its anchor, title and HTML."""

    key: str
    title: str
    body: Markup


def render_report(material: Material) -> str:
    """The whole report as one HTML text that needs nothing but itself.

    Equal material gives equal text: no clock, no random ids.
    """
    from analytics.report.sections import IN_HOUSE, OPEN, SECTIONS

    modules = (*SECTIONS, *IN_HOUSE) if material.in_house else SECTIONS
    sections = [Section(module.KEY, module.TITLE, with_terms(module.body(material))) for module in modules]
    protocol, script = material.protocol, packaged_text("report.js")
    page = packaged_template("page.html.j2").render(
        title=protocol.study.title,
        study=protocol.study.id,
        version=protocol.study.version,
        data_cut=material.provenance.facts.get("Data cut", "not stated"),
        age=age(material),
        protocol_hash=protocol_hash(protocol)[:16],
        mark=material.mark,
        released=material.released,
        ribbons=list(_ribbons(material)),
        quoted_mark=Markup(_css_text(material)),
        style=Markup(packaged_text("report.css")),
        script=Markup(script),
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        disclosure=_disclosure(material),
        sections=sections,
        n_open=OPEN,
    )
    return numbered(page.translate(SHOWN))


def numbered(page: str) -> str:
    """Tables and figures numbered in their order, whatever a reader has folded away."""
    counts = dict.fromkeys(NAMES.values(), 0)

    def number(caption: re.Match[str]) -> str:
        name = NAMES[caption["kind"]]
        counts[name] += 1
        return f"{caption[0]}{name} {counts[name]}. "

    return CAPTION.sub(number, page)


def _disclosure(material: Material) -> str:
    threshold = material.disclosure.threshold
    if threshold is None:
        return "small cells are shown: this copy must not leave the house"
    return f"counts to the nearest {threshold}, those of 1 to {threshold - 1} as <{threshold}"


def _ribbons(material: Material) -> Iterator[str]:
    """What stands over everything."""
    if not material.released:
        yield "NOT RELEASED: a protocol tried on a released data cut; nothing here is to be cited or acted on"
    if material.in_house:
        yield "IN HOUSE: small counts and single subjects are shown; this copy must not leave the house"
    if material.mark:
        yield f"{material.mark}: made from simulated records; no number here describes a patient"


def _css_text(material: Material) -> str:
    """What the head of every printed page says, as a CSS string of letters, digits and plain punctuation."""
    kept = "".join(letter for letter in material.mark or "" if letter.isalnum() or letter in " -_.")
    marked = [f"{kept}: made from simulated records"] if material.mark else []
    said = {"NOT RELEASED": not material.released, "IN HOUSE": material.in_house}
    return '"' + "; ".join([*marked, *(words for words, holds in said.items() if holds)]) + '"'
