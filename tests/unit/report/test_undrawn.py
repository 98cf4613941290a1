"""A figure that cannot be drawn leaves a sentence in its place, and is told; it ends no report."""

from dataclasses import replace

import pytest

from analytics.gaps import DELIVERY, FAILED, Gap
from analytics.report import Material, render_report
from analytics.report.sections import SECTIONS

DRAWING = (
    "forest",
    "kaplan_meier",
    "flow_diagram",
    "love_plot",
    "overlap",
    "specification_curve",
    "estimate_history",
)


def broken(*_: object, **__: object) -> str:
    raise ZeroDivisionError("LENZ-001")


def test_no_figure_can_be_drawn(material: Material, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for section in SECTIONS:
        for name in DRAWING:
            if hasattr(section, name):
                monkeypatch.setattr(section, name, broken)
    spoilt = replace(material, undrawn=[])
    without = render_report(spoilt)
    assert "<svg" in page
    assert "<svg" not in without
    # Some have a twin for narrow screens.
    assert page.count('<figure class="picture"') == len(spoilt.undrawn)
    assert {gap.kind for gap in spoilt.undrawn} == {FAILED}
    for gap in spoilt.undrawn:
        assert gap.subject.startswith("figure: ")
        assert gap.reason.startswith("not drawn: unexpected ZeroDivisionError in test_undrawn.py, line ")
    assert "LENZ-001" not in without
    assert without.count("not drawn: unexpected") == 2 * len(spoilt.undrawn)
    assert "not drawn" not in page


def test_what_a_release_lacks_is_a_sentence_each(material: Material, page: str) -> None:
    gaps = (
        Gap(DELIVERY, "REGISTRY 2026-03-31", "dm.csv is not a table <b>"),
        Gap("covariate unusable", "RILUZOLE", "RILUZOLE is recorded for 3 of the 60 treated"),
    )
    shown = render_report(replace(material, gaps=gaps, undrawn=[]))
    assert (
        "REGISTRY 2026-03-31.</strong> This delivery was set aside: dm.csv is not a table &lt;b&gt;." in shown
    )
    assert "RILUZOLE.</strong> Covariate unusable: " in shown
    assert "recorded for 3 of" not in shown
    assert "What this release lacks" not in page
