"""The first screen: an answer in plain words that never says more than the design can carry."""

import re
from dataclasses import replace
from html import unescape

import pandas as pd
import pytest

from analytics.report import headline, reactions, render_report, threats
from analytics.report.sections import answer, effects, robustness, subgroups

CAUSAL = re.compile(
    r"prolong\w* (?:life|survival)|improv\w+|\bcause[sd]?\b(?! \(adsl\)|$)|effective\b(?! (?:n|sample))|efficacy|"
    r"\bprove[sn]?\b|demonstrates|because of the treatment|thanks to|\bsaves\b|due to treatment|survival benefit"
)


def with_headline(material, **values):
    """Material whose headline row has other values."""
    effects = material.results["effect_estimate"].copy()
    mine = (
        (effects["specification"] == "matched") & (effects["endpoint"] == "OS") & (effects["headline"] == "Y")
    )
    for column, value in values.items():
        effects.loc[mine, column] = value
    return replace(material, results={**material.results, "effect_estimate": effects})


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize(
    ("limits", "words_of_interval"),
    [
        ((1.1, 0.6, 2.0), "a 40 % lower to a 100 % higher rate of death"),
        ((0.7, 0.45, 1.1), "a 55 % lower to a 10 % higher rate of death"),
    ],
)
def test_an_interval_that_holds_one_is_no_difference_shown_wherever_the_estimate_lies(
    material, limits, words_of_interval
):
    estimate, lower, upper = limits
    words = headline.answer(with_headline(material, estimate=estimate, ci_lower=lower, ci_upper=upper))
    assert "does not show a difference in death" in words
    assert f"hazard ratio {estimate:.2f}, 95 % interval {lower:.2f} to {upper:.2f}" in words
    assert words_of_interval in words


@pytest.mark.parametrize(
    ("limits", "word"),
    [((0.5, 0.3, 0.8), "a lower rate of death"), ((2.0, 1.4, 3.0), "a higher rate of death")],
)
def test_an_interval_beyond_one_is_an_association_and_no_proof(material, limits, word):
    words = headline.answer(
        with_headline(material, estimate=limits[0], ci_lower=limits[1], ci_upper=limits[2])
    )
    assert word in words
    assert "association in a comparison that was not randomised" in words
    assert "does not show that the treatment is the reason" in words


def test_a_null_estimate_answers_nothing_and_says_why(material):
    empty = with_headline(
        material, estimate=None, ci_lower=None, ci_upper=None, note="fewer than 8 subjects in an arm"
    )
    assert headline.answer(empty) == (
        "The question cannot be answered from this data cut: fewer than 8 subjects in an arm."
    )
    screen = plain(str(answer.body(empty)))
    assert "HR – Matched: fewer than 8 subjects in an arm" in screen


@pytest.mark.parametrize(
    ("supported", "words"),
    [("Y", "alike in both arms"), ("Y", "does not confirm its result"), ("N", "does NOT support")],
)
def test_the_gate_decides_whether_the_headline_is_supported(material, supported, words):
    gate = material.results["balance_gate"].assign(supported=supported, failing="AGE", largest_smd=0.31)
    changed = replace(material, results={**material.results, "balance_gate": gate})
    assert words in headline.gate(changed)[1]
    assert "0.31" in headline.gate(replace(changed, in_house=True))[1]
    assert " 0.3 " in headline.gate(changed)[1]
    kind = "support" if supported == "Y" else "caution"
    assert f'<p class="{kind}">{headline.gate(changed)[1][:30]}' in str(answer.body(changed))


def test_the_first_threat_is_that_nothing_was_randomised_and_two_benefits_were_not_confirmed(material):
    name, words = threats.threats(material)[0]
    assert name == "Not randomised."
    assert "Two earlier apparent benefits" in words
    assert "not confirmed by the randomised trials" in words


def test_threats_carry_the_numbers_of_this_data_cut(material):
    words = " ".join(text for _, text in threats.threats(material))
    e_value = material.table("sensitivity", analysis="e_value", scenario="estimate")["estimate"].iloc[0]
    assert f"{e_value:.2f}" in words
    assert "specification" not in words
    assert re.search(r"Of \d+ distinct results of ways to do this analysis", words)


@pytest.mark.parametrize("values", [{}, {"estimate": 0.5, "ci_lower": 0.3, "ci_upper": 0.8}])
def test_no_causal_claim_is_made_anywhere(material, values):
    text = plain(render_report(with_headline(material, **values))).lower()
    for phrase in (
        "whatever the cause",
        "whatever its cause",
        "any cause",
        "one cause at a time",
        "cause-specific",
    ):
        text = text.replace(phrase, "")
    assert CAUSAL.findall(text) == []


def test_zero_reactions_come_with_the_limit_they_do_not_exclude(material):
    words = reactions.safety(material)
    assert "0 of 60" in words
    assert "that none was seen does not mean that there is none: the upper 95 % limit is 6.0 %" in words


def test_estimands_are_never_drawn_as_one_curve(page):
    for figure in re.findall(r"<figure class=\"picture\">.*?</figure>", page, flags=re.DOTALL):
        if "Kaplan–Meier" in figure:
            titles = re.findall(r"<strong>(.*?)</strong>", figure)
            assert len(titles) == 1
            assert sum(word in titles[0] for word in ("crude", "matched", "ATT", "ATO")) == 1


def test_the_naive_dose_comparison_is_called_biased_in_figure_and_table(page):
    section = page[page.index('<section id="dose"') : page.index('<section id="sensitivity"')]
    assert "✕ BIASED: Ever 3 or more doses" in section.split("</svg>")[0]
    assert "✕ BIASED: Ever 3 or more doses" in section.split("</svg>")[1]


def test_a_prognostic_score_beyond_the_limit_is_said_beside_the_gate(material):
    balance = pd.DataFrame(
        {
            "specification": [material.headline],
            "stage": ["adjusted"],
            "covariate": ["ENCALS"],
            "smd": [-0.163],
        }
    )
    far = replace(material, results={**material.results, "covariate_balance": balance})
    assert (
        "prognostic score (ENCALS), which the gate does not judge, still differs by 0.16"
        in headline.gate(replace(far, in_house=True))[1]
    )
    assert "still differs by 0.2" in headline.gate(far)[1]
    near = replace(material, results={**material.results, "covariate_balance": balance.assign(smd=0.05)})
    assert "ENCALS" not in headline.gate(near)[1]


def test_numbers_of_matched_sets_are_said_to_be_medians(material):
    assert "matched anew in each of 2 imputed data sets: these numbers are medians." in headline.about(
        material
    )
    single = with_headline(material, n_imputation=1)
    assert "medians" not in headline.about(single)


def test_what_rests_on_fewer_data_sets_than_the_headline_says_so(material):
    more = with_headline(material, n_imputation=10)
    words = "Made on 2 of the headline's 10 imputed data sets"
    assert words in unescape(str(robustness.body(more)))
    assert words not in unescape(str(robustness.body(material)))


def test_captions_say_what_the_tables_are(material):
    assert "of the first imputed data set" in str(effects.body(material))
    assert "pooled over imputed data sets" in str(subgroups.body(material))
