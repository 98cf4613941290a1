"""What people read in the morning: each thing they need in a whole sentence, on the first page alone."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from markupsafe import Markup

from analytics.change.changes import SERIOUS
from analytics.report import Material, milestones, render_report
from analytics.report.sections import news
from analytics.report.sentences import ENGLISH, sentences

SAY = sentences(ENGLISH)


@pytest.fixture(scope="module")
def first_page(material: Material) -> str:
    """The text of the first two sections of a second release."""
    sites = pd.DataFrame(
        {"query_id": [f"q{k}" for k in range(13)], "source": "REGISTRY", "table_name": "dm", "rule": "r"}
    )
    new = [("subjects in: eligible", 11), ("events added: OS", 4), (SERIOUS, 9), (f"{SERIOUS}: pneumonia", 6),
           (f"{SERIOUS}: fall", 3)]  # fmt: skip
    changed = replace(
        material,
        change=pd.DataFrame(
            [(kind, "Lenzumestrocel", n, None) for kind, n in new], columns=["kind", "arm", "n", "note"]
        ),
        data_query=pd.concat([material.data_query, sites]),
        open_query=pd.DataFrame(
            {
                "query_id": sites["query_id"],
                "since": ["2025-07-31"] + ["2025-10-31"] * 10 + ["2026-01-31"] * 2,
            }
        ),
        provenance=replace(
            material.provenance, facts={**material.provenance.facts, "Follows release": "0001-2025-10-31"}
        ),
    )
    page = render_report(changed)
    part = page[page.index('<section id="news"') : page.index('<section id="survival"')]
    return re.sub(
        r"\s+", " ", Markup(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", part, flags=re.DOTALL)).unescape()
    )


@pytest.mark.parametrize(
    "told",
    [
        r"Data cut 2026-01-31\. New since the cut of 2025-10-31: 10 patients more can be compared \(Lenzumestrocel\)\.",
        r"New serious events\. 10 among Lenzumestrocel patients, whatever their cause; of them pneumonia 5\.",
        r"does not show a difference in death: hazard ratio \d\.\d\d \(95 % interval \d\.\d\d to \d\.\d\d, which holds 1, "
        r"no difference\), Lenzumestrocel against matched PRO-ACT placebo\.",
        r"Kaplan–Meier estimates \(95 % intervals\) of \d+ Lenzumestrocel and \d+ PRO-ACT placebo patients, "
        r"from first injection or trial baseline on\.",
        r"It was 1\.11 before; what it moved by is within what drawing missing values anew would move it\.",
        r"hazard ratio \d\.\d\d, 95 % interval \d\.\d\d to \d\.\d\d",
        r"\d+ Lenzumestrocel patients \(\d+ events\) and \d+ PRO-ACT placebo patients \(\d+ events\)\.",
        r"At [\d.]+ months \d+ of 100 Lenzumestrocel patients \(\d+ to \d+\) and \d+ of 100 PRO-ACT placebo "
        r"patients \(\d+ to \d+\) were alive\.",
        r"1 of 2 checks raised a warning; 15 data queries to the sites are open, 10 of them since an earlier cut, the "
        r"oldest since 2025-07-31; 45 concern PROACT, which answers no queries",
        r"Counts\. To the nearest 5; 1 to 4 are shown as <5 or left out\.",
        r"Not randomised\. The comparison is not randomised",
        r"does not confirm its result, and says nothing about what was not measured\.",
    ],
)
def test_the_first_page_alone_says_it(first_page: str, told: str) -> None:
    assert re.search(told, first_page), first_page


def test_alive_of_a_hundred_is_the_curve_that_is_drawn(material: Material) -> None:
    curve = material.results["survival_curve"].query("specification == 'matched' and endpoint == 'OS'")
    days = 300
    ours, public = (
        milestones.alive_at(replace(material, in_house=True), days),
        milestones.alive_at(material, days),
    )
    for told, shown in zip(ours, public, strict=True):
        mine = (
            curve[(curve["arm"] == told.arm) & (curve["time_days"] <= days)].sort_values("time_days").iloc[-1]
        )
        assert (told.share, told.lower, told.upper) == (mine["survival"], mine["ci_lower"], mine["ci_upper"])
        assert round(100 * mine["survival"]) == int(told.words(SAY).split()[0])
        # 60 patients: no step is made by fewer than 5 of them.
        assert int(shown.words(SAY).split()[0]) % 10 == 0


def test_nobody_is_counted_alive_beyond_follow_up_or_with_few_at_risk(material: Material) -> None:
    beyond = material.results["survival_curve"]["time_days"].max() + 1
    assert all(told.share is None for told in milestones.alive_at(material, beyond))
    few = material.results["survival_curve"].assign(n_risk=material.disclosure.curve_min_at_risk - 1)
    hidden = replace(material, results={**material.results, "survival_curve": few})
    assert all(told.share is None for told in milestones.alive_at(hidden, 300))
    assert list(milestones.milestone_sentences(hidden, SAY)) == []
    # What the table of effects refuses is told nowhere: its floor is higher than that of a curve.
    fewer = few.assign(n_risk=material.protocol.outcome.min_at_risk - 1)
    assert fewer["n_risk"].min() >= material.disclosure.curve_min_at_risk
    refused = replace(material, results={**material.results, "survival_curve": fewer})
    assert all(told.share is None for told in milestones.alive_at(refused, 300))
    none = replace(material, results={**material.results, "survival_curve": few.iloc[:0]})
    assert list(milestones.milestone_sentences(none, SAY)) == []


@pytest.mark.parametrize("short", [0, 1])
def test_an_arm_that_is_not_followed_so_long_is_said_beside_the_other(material: Material, short: int) -> None:
    curve = material.results["survival_curve"]
    cut = curve[(curve["arm"] != material.arms[short]) | (curve["time_days"] < 100)]
    text = " ".join(
        milestones.milestone_sentences(
            replace(material, results={**material.results, "survival_curve": cut}), SAY
        )
    )
    assert f"of {material.arms[short]} patients it cannot be told" in text
    assert re.search(rf"\d+ of 100 {material.arms[1 - short]} patients \(\d+ to \d+\) were alive; of", text)


def test_a_change_below_the_limit_is_not_told_as_a_number(material: Material) -> None:
    change = pd.DataFrame(
        [
            ("subjects in: eligible", "Lenzumestrocel", 11, None),
            ("events added: OS", "Lenzumestrocel", 1, None),
            ("adverse events added", "Lenzumestrocel", 0, None),
            ("subjects in: in the sources", "Lenzumestrocel", 12, None),
        ],
        columns=["kind", "arm", "n", "note"],
    )
    new = news.body(replace(material, change=change)).split("</li>")[0]
    assert "10 patients more can be compared (Lenzumestrocel)." in new
    assert "death" not in new
    assert "adverse" not in new
    ours = news.body(replace(material, change=change, in_house=True)).split("</li>")[0]
    told = "11 patients more can be compared (Lenzumestrocel); 1 death more among those compared before (Lenzumestrocel)."
    assert told in ours


def test_a_first_release_says_that_there_is_nothing_before_it(material: Material) -> None:
    first = replace(material, change=material.change.iloc[:0], attribution=material.attribution.iloc[:0])
    assert "It stands alone" in news.body(first)
    facts = {**first.provenance.facts, "Follows release": "none: the first"}
    first = replace(first, provenance=replace(first.provenance, facts=facts))
    assert "It is the first release" in news.body(first)
    assert "It was" not in news.body(first)


def test_a_cut_that_is_released_again_says_where_its_news_stand(material: Material) -> None:
    cut = material.provenance.facts["Data cut"]
    facts = {**material.provenance.facts, "Follows release": f"0007-{cut}"}
    again = replace(
        material,
        change=material.change.assign(n=0.0),
        provenance=replace(material.provenance, facts=facts),
    )
    text = news.body(again)
    assert f"It was released before, as 0007-{cut}, whose report tells what was new with it." in text
    assert "New since then: nothing that is counted." in text
    assert "New since the cut of" not in text


def test_a_trial_says_that_nothing_in_it_is_new(material: Material) -> None:
    text = news.body(replace(material, released=False))
    assert "another protocol is tried on a data cut that is released" in text
    assert "can be compared" not in text


def test_without_a_headline_its_reason_is_told(material: Material) -> None:
    effects = material.results["effect_estimate"].assign(estimate=None, note="one arm is empty")
    changed = replace(material, results={**material.results, "effect_estimate": effects})
    assert "There is none: one arm is empty." in news.body(changed)


def test_what_moved_a_settled_headline_is_named(material: Material) -> None:
    settled = material.results["effect_estimate"].assign(imputation_noise=0.0)
    text = news.body(replace(material, results={**material.results, "effect_estimate": settled}))
    assert "It was 1.11 before, moved mostly by follow-up added (× 1.11)." in text
    assert "draws of missing values" not in text
    alone = replace(material, attribution=material.attribution.iloc[:0])
    assert (
        "Another 2 draws of missing values would typically move it by 33 % of its standard error."
        in news.body(alone)
    )
