"""An endpoint that others compete with: the report draws who had the event, and says what its hazard ratio leaves out."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.report import Material, headline
from analytics.report.disclosure import Disclosure
from analytics.report.figures.kaplan_meier import as_incidence, kaplan_meier
from analytics.report.glance import lines
from analytics.report.milestones import alive_at
from analytics.report.numbers import effect
from analytics.report.public import public_table
from analytics.report.sections import effects as effects_section
from analytics.report.sections import survival as survival_section
from analytics.report.sentences import ENGLISH, sentences


@pytest.fixture
def competing(material: Material) -> Material:
    first, *others = material.protocol.endpoint
    endpoints = (first.model_copy(update={"competing": ("TRANSPL",)}), *others)
    protocol = material.protocol.model_copy(update={"endpoint": endpoints})
    return replace(material, protocol=protocol, in_house=True)


def curve(arm: str, share: float) -> pd.DataFrame:
    days = np.arange(0.0, 400.0, 40.0)
    risk = share * days / 400
    return pd.DataFrame(
        {"arm": arm, "time_days": days, "n_risk": 200.0 - days / 4, "n_event": 1.0, "n_competing": 2.0, "n_censor": 0.0,
         "survival": 1 - risk, "ci_lower": 1 - 1.3 * risk, "ci_upper": 1 - 0.7 * risk}
    )  # fmt: skip


def test_a_curve_of_who_had_the_event_rises_from_nothing_on_a_scale_that_holds_it() -> None:
    rows = pd.concat([curve("A", 0.05), curve("B", 0.04)])
    risen = as_incidence(rows)
    assert (risen["ci_lower"] <= risen["survival"]).all()
    assert (risen["survival"] <= risen["ci_upper"]).all()
    assert risen["survival"].iloc[0] == 0
    drawn = {
        incidence: kaplan_meier(
            "figure",
            rows,
            ("A", "B"),
            Disclosure(None, 1),
            title="T",
            description="D",
            mark=None,
            incidence=incidence,
        )
        for incidence in (True, False)
    }
    assert all(tick in drawn[True] for tick in ("0 %", "2 %", "8 %"))
    assert "100 %" not in drawn[True]
    assert "100 %" in drawn[False]


def test_milestones_are_of_who_had_the_event(material: Material, competing: Material) -> None:
    exact = replace(material, in_house=True)
    for had, free in zip(alive_at(competing, 365), alive_at(exact, 365), strict=True):
        assert had.share == pytest.approx(1 - float(free.share or 0))
        assert had.lower == pytest.approx(1 - float(free.upper or 0))
    told = dict(lines(competing, sentences(ENGLISH)))
    assert "TRANSPL ends follow-up" in told["The headline."]
    assert "had the event" in told["Had the event."]
    assert "Alive." not in told
    assert "Kaplan–Meier" not in told["Had the event."]


def test_the_answer_and_the_sections_call_the_hazard_cause_specific(
    material: Material, competing: Material
) -> None:
    assert "cause-specific hazard ratio" in headline.answer(competing)
    assert "death" not in headline.answer(competing)
    assert "cause-specific" not in headline.answer(material)
    assert (
        "Hazards are cause-specific: TRANSPL ends follow-up." in effects_section.body(competing).striptags()
    )
    text = survival_section.body(competing).striptags()
    assert "TRANSPL may come first" in text
    assert "Competing events" in text
    assert "Competing events" not in survival_section.body(material).striptags()


def test_a_difference_of_risks_is_told_in_points_and_in_steps_outside() -> None:
    assert effect("risk_difference", 0.0213) == "2.1 pp"
    row = pd.DataFrame(
        {"measure": ["risk_difference"], "n_treated": [50], "n_control": [60], "estimate": [0.0813], "ci_lower": [-0.011],
         "ci_upper": [0.172], "note": [None]}
    )  # fmt: skip
    shown = public_table("effect_estimate", row, Disclosure(5, 5)).iloc[0]
    assert shown[["estimate", "ci_lower", "ci_upper"]].tolist() == pytest.approx([0.1, -0.1, 0.2])
