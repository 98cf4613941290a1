"""What the report says of safety: reactions on the first screen, lists that match nothing, deaths that no event tells of."""

import re
from dataclasses import replace

import made_study
import pandas as pd
import pytest

from analytics.report import Material, reactions
from analytics.report.sections import answer, safety
from analytics.stages import safety as stage


def plain(html: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(html)))


@pytest.fixture
def with_events(material):
    """The material with the safety tables made again, of other events and subjects."""

    def run(events: pd.DataFrame, adsl: pd.DataFrame | None = None, **section: object) -> Material:
        marts = {**made_study.marts(), "adae": events}
        if adsl is not None:
            marts["adsl"] = adsl
        chosen = material.protocol.safety.model_copy(update=section)
        protocol = material.protocol.model_copy(update={"safety": chosen})
        return replace(
            material, protocol=protocol, results={**material.results, **stage.run(protocol, marts)}
        )

    return run


def seizures(n_related: int, n_unassessed: int) -> pd.DataFrame:
    """Serious seizures of treated subjects, some related and some without a causality, among the usual events."""
    usual = made_study.events(made_study.subjects())
    subjects = [f"MADE-{number:04d}" for number in range(n_related + n_unassessed)]
    causality = ["RELATED"] * n_related + [None] * n_unassessed
    start = made_study.subjects().set_index("USUBJID").loc[subjects, "TRTSDT"]
    more = pd.DataFrame(
        {"USUBJID": subjects, "AEDECOD": "SEIZURE", "AEBODSYS": "Nervous system disorders", "AESER": "Y", "AESEQ": 99,
         "AESEV": "SEVERE", "AEREL": causality, "ASTDT": start.to_numpy() + pd.Timedelta(days=9)}
    )  # fmt: skip
    return pd.concat([usual, more], ignore_index=True)


def test_reactions_without_causality_count_on_the_first_screen_and_are_told_apart(with_events):
    words = reactions.safety(with_events(seizures(6, 7)))
    assert "15 of 60 Lenzumestrocel patients (the upper 95 % limit is 37.9 %)" in words
    assert "5 of these count because no causality is recorded" in words
    screen = plain(answer.body(with_events(seizures(6, 7))))
    assert "15 of 60 with a serious adverse drug reaction in 365 days" in screen
    assert screen.count("5 of these count because no causality is recorded") >= 1


def test_few_of_them_are_suppressed_like_any_count(with_events):
    words = reactions.safety(with_events(seizures(10, 2)))
    assert "<5 of these count because no causality is recorded" in words
    assert re.search(r"\b2 of these", words) is None


def test_none_without_causality_needs_no_words(with_events):
    assert "no causality" not in reactions.safety(with_events(seizures(6, 0)))


@pytest.mark.parametrize(
    ("column", "also"), [("AEREL", "Serious adverse events, whatever their cause: 15 of 60"), ("AESER", "")]
)
def test_reactions_that_cannot_be_told_are_not_none(with_events, column, also):
    poor = with_events(seizures(6, 7).drop(columns=column))
    words = reactions.safety(poor)
    assert "cannot be told" in words
    assert f"{column}" in words
    assert also in words
    assert "None of" not in plain(answer.body(poor))
    assert "absent from adae" in plain(answer.body(poor))


def test_a_list_that_matches_nothing_is_said_beside_its_zero(with_events):
    usual = made_study.events(made_study.subjects())
    body = plain(
        safety.body(with_events(usual.assign(AEDECOD=usual["AEDECOD"].replace("HEADACHE", "Headaches"))))
    )
    assert "none of these 3 terms is among the &lt;5 distinct terms delivered; nearest: “Headaches”" in body


def test_deaths_without_a_fatal_event_stand_in_the_report(with_events, material):
    body = plain(safety.body(with_events(made_study.events(made_study.subjects()))))
    deaths = material.results["ae_death"]
    assert (deaths["n_fatal_event"] == 0).all()
    assert "Without a fatal adverse event" in body
    assert "subject by subject" in body


def test_deaths_that_nobody_recorded_are_not_none(with_events):
    adsl = made_study.subjects().drop(columns="VITSTAT")
    body = plain(safety.body(with_events(made_study.events(adsl), adsl)))
    assert "DTHFL, DTHDT and VITSTAT are absent from adsl" in body
    assert "no death is recorded" not in body


def test_the_end_of_time_at_risk_is_told_as_it_was_found(with_events):
    usual = made_study.events(made_study.subjects())
    assert "Time at risk ends with the end of study" in plain(safety.body(with_events(usual)))
    until = plain(safety.body(with_events(usual, at_risk_until="treatment")))
    assert "Time at risk ends with the last administration." in until
    assert "Time at risk ends with the end of study" not in until
