"""The first page in every language: one catalogue, nothing lacking in it, and the same numbers whoever reads."""

import ast
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Message, VariableReference
from fluent.syntax.visitor import Visitor
from markupsafe import Markup

from analytics.change.attribution import STEPS
from analytics.change.changes import SERIOUS
from analytics.comparison.specification import SPECIFICATIONS
from analytics.gaps import Gap
from analytics.protocol import Protocol
from analytics.report import Material, glance, render_report
from analytics.report import sentences as module
from analytics.report.glance import lines
from analytics.report.packaged import packaged_text
from analytics.report.sentences import ENGLISH, LANGUAGES, sentences

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
WORDS = ("specification-", "step-")
NUMBER = re.compile(r"(?<![\w-])\d[\d,.]*\d|\d")


class _Variables(Visitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:
        self.found.add(node.id.name)


def catalogue(language: str) -> dict[str, set[str]]:
    """Sentence → what is put in; a line that is no sentence is an error."""
    found = {}
    for entry in FluentParser().parse(packaged_text(f"first_page.{language}.ftl")).body:
        assert not isinstance(entry, Junk), entry
        if isinstance(entry, Message):
            assert entry.id.name not in found
            visitor = _Variables()
            visitor.visit(entry)
            found[entry.id.name] = visitor.found - {"number"}
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_there_in_every_language_with_the_same_put_in(language: str) -> None:
    own = {name: put for name, put in catalogue(language).items() if not name.startswith(WORDS)}
    assert own == catalogue(ENGLISH)


@pytest.mark.parametrize("language", OTHERS)
def test_every_specification_and_every_step_has_its_word(language: str) -> None:
    say = sentences(language)
    for kind, codes in (("specification", SPECIFICATIONS), ("step", STEPS)):
        for code in codes:
            assert say.word(kind, code, "English") != "English", code
    assert say.word("specification", "of tomorrow", "of tomorrow") == "of tomorrow"


def test_every_sentence_is_said_somewhere() -> None:
    folder = Path(glance.__file__).parent
    texts = [path.read_text() for path in (*folder.glob("*.py"), *folder.parent.glob("*.py"))]
    texts += [path.read_text() for path in (folder.parent / "sections").glob("*.py")]
    spoken = {
        node.value
        for text in texts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    made_of_parts = (
        "alive-at",
        "event-free-at",
        "incidence-at",
        "headline-lower",
        "headline-higher",
        "headline-undecided",
        "event-",
        "events-",
        "zero-",
    )
    assert {n for n in catalogue(ENGLISH) if n not in spoken and not n.startswith(made_of_parts)} == set()


def test_a_sentence_that_lacks_something_is_an_error() -> None:
    with pytest.raises(KeyError, match="no sentence nothing in ko"):
        sentences("ko")("nothing")
    with pytest.raises(ValueError, match="since-cut in en"):
        sentences(ENGLISH)("since-cut")


def _changed(material: Material) -> Material:
    new = [("subjects in: eligible", 1), ("subjects out: eligible", 7), ("subjects corrected", 6), ("events added: OS", 14),
           ("adverse events added", 1230), (SERIOUS, 50), *((f"{SERIOUS}: term {k}", 5 + k) for k in range(6))]  # fmt: skip
    change = pd.DataFrame([(kind, "Drug", n, None) for kind, n in new], columns=["kind", "arm", "n", "note"])
    facts = {**material.provenance.facts, "Follows release": "0001-2025-10-31"}
    return replace(material, change=change, provenance=replace(material.provenance, facts=facts))


def _with_result(name: str, **columns: object) -> Callable[[Material], Material]:
    return lambda m: replace(m, results={**m.results, name: m.results[name].assign(**columns)})


def _with_gaps(n: int) -> Callable[[Material], Material]:
    return lambda m: replace(m, gaps=tuple(Gap("stage failed", f"thing {k}", "why") for k in range(n)))


def _competing(material: Material) -> Material:
    first, *others = material.protocol.endpoint
    endpoints = (first.model_copy(update={"competing": ("TRANSPL", "TFS")}), *others)
    return replace(material, protocol=material.protocol.model_copy(update={"endpoint": endpoints}))


def _released_again(material: Material) -> Material:
    facts = {"Follows release": f"0001-{material.provenance.facts['Data cut']}"}
    return replace(material, provenance=replace(material.provenance, facts=material.provenance.facts | facts))


CASES: dict[str, Callable[[Material], Material]] = {
    "released again": lambda m: _released_again(_changed(m)),
    "as it is": lambda m: m,
    "in house": lambda m: replace(m, in_house=True),
    "much is new": _changed,
    "much is new, in house": lambda m: replace(_changed(m), in_house=True),
    "a trial": lambda m: replace(m, released=False),
    "no estimate": _with_result("effect_estimate", estimate=None, note="one arm is empty"),
    "fewer": _with_result("effect_estimate", estimate=0.5, ci_lower=0.3, ci_upper=0.8),
    "more": _with_result("effect_estimate", estimate=1.5, ci_lower=1.3, ci_upper=1.8),
    "unsettled": _with_result("effect_estimate", imputation_noise=0.4),
    "reactions": lambda m: replace(
        m, results={**m.results, "ae_overview": m.results["ae_overview"].assign(n_subject=12.0)}
    ),
    "no gate": lambda m: replace(m, results={**m.results, "balance_gate": pd.DataFrame()}),
    "out of balance": _with_result("balance_gate", supported="N", largest_smd=0.31),
    "not proportional": _with_result("proportional_hazards", p_value=0.01, model="headline", term="TREATED"),
    "nothing moved it": lambda m: replace(m, attribution=m.attribution.assign(difference=0.0)),
    "one arm short": lambda m: _with_result(
        "survival_curve", survival=np.where(m.results["survival_curve"]["arm"] == m.arms[0], np.nan, 0.5)
    )(m),
    "no limits": _with_result("survival_curve", ci_lower=None, ci_upper=None),
    "events compete": _competing,
    "events compete, one arm short": lambda m: CASES["one arm short"](_competing(m)),
    "two gaps": _with_gaps(2),
    "five gaps": _with_gaps(5),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", OTHERS)
def test_the_same_lines_with_the_same_numbers(material: Material, case: str, language: str) -> None:
    shown = CASES[case](material)
    told, english = lines(shown, sentences(language)), lines(shown, sentences(ENGLISH))
    assert len(told) == len(english)
    for ours, theirs in zip(told, english, strict=True):
        assert Counter(NUMBER.findall(" ".join(ours))) == Counter(NUMBER.findall(" ".join(theirs)))
        assert re.search("[가-힣]", ours[0])


def _page(material: Material, *languages: str) -> str:
    protocol = Protocol.model_validate(material.protocol.model_dump() | {"report": {"languages": languages}})
    page = render_report(replace(material, protocol=protocol))
    return page[page.index('<section id="news"') : page.index('<section id="answer"')]


def test_the_page_has_the_languages_of_the_protocol_side_by_side_and_each_is_named(
    material: Material,
) -> None:
    page = _page(material, "ko", "en")
    assert page.index('class="language" lang="ko"') < page.index('class="language" lang="en"')
    assert re.search(r'id="language-ko" checked', page)
    alone = _page(material, "en")
    assert "language" not in alone.replace('lang="en"', "")
    assert "한국어" not in alone
    korean = _page(material, "ko")
    assert "위험비" in Markup(korean).striptags()
    assert "New since" not in korean


def test_the_languages_are_those_of_the_setting() -> None:
    from typing import get_args

    from analytics.protocol.reporting import Report

    kinds = get_args(get_args(Report.model_fields["languages"].annotation)[0])
    assert set(kinds) == set(module.LANGUAGES)
