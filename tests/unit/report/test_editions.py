"""Two editions of one run: the house's own, with every count and every line, and the public one."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from analytics.report import Material, render_report
from analytics.report.sections import IN_HOUSE, SECTIONS, line_lists


@pytest.fixture(scope="module")
def in_house(material: Material) -> Material:
    return replace(material, in_house=True)


def test_the_house_sees_every_count_and_the_public_does_not(material: Material, in_house: Material) -> None:
    ours, public = render_report(in_house), render_report(material)
    assert "2 patients more can be compared" in ours
    assert "patients more can be compared" not in public.split('id="answer"')[0]
    assert "&lt;5" not in ours
    assert "IN HOUSE: small counts and single subjects are shown" in ours
    assert "IN HOUSE" not in public
    assert re.search(r'@top-center \{ content: "[^"]*IN HOUSE"', ours)
    assert ours.count("<section id=") == len(SECTIONS) + len(IN_HOUSE)
    assert public.count("<section id=") == len(SECTIONS)


def test_no_subject_stands_in_the_public_edition(material: Material, in_house: Material) -> None:
    subjects = set(material.results["ae_listing"]["usubjid"]) | set(
        material.results["analysis_set"]["usubjid"]
    )
    public = render_report(material)
    assert not [subject for subject in subjects if subject in public]
    listing = material.results["ae_listing"].copy()
    serious = listing.index[listing["excluded"].isna()][:3]
    listing.loc[serious, "serious"] = "Y"
    ours = render_report(replace(in_house, results={**material.results, "ae_listing": listing}))
    assert all(subject in ours for subject in listing.loc[serious, "usubjid"])


def test_a_death_without_a_fatal_event_is_named_to_be_asked(in_house: Material) -> None:
    deaths = pd.DataFrame(
        [
            ("Lenzumestrocel", "S-2", "Y", 40.0, 12.0, None, None, None, 0, "Y", None),
            (
                "Lenzumestrocel",
                "S-1",
                "N",
                None,
                None,
                33.0,
                "PNEUMONIA",
                "NOT RELATED",
                1,
                "N",
                "never injected",
            ),
        ],
        columns=list(in_house.results["ae_death"].columns),
    )
    text = str(line_lists.body(replace(in_house, results={**in_house.results, "ae_death": deaths})))
    assert text.index("S-1") < text.index("S-2")
    assert "33 after harvest" in text
    assert "NONE: no fatal event is recorded" in text
    assert "Of 2 deaths 1 have no fatal event: to be asked of the site." in text


def test_events_of_special_interest_are_listed_by_the_protocols_terms(in_house: Material) -> None:
    listing = in_house.results["ae_listing"]
    term = str(listing.loc[listing["excluded"].isna(), "pt"].iloc[0])
    interest = in_house.protocol.safety.special_interest[0].model_copy(
        update={"terms": (f" {term.lower()} ",)}
    )
    safety = in_house.protocol.safety.model_copy(update={"special_interest": (interest,)})
    asked = replace(in_house, protocol=in_house.protocol.model_copy(update={"safety": safety}))
    part = str(line_lists.body(asked)).split(f"{interest.name}, by subject.")[1]
    counted = listing[(listing["pt"] == term) & listing["excluded"].isna()]
    assert part.count("<tr>") == len(counted) + 1


def test_without_lines_it_says_so(in_house: Material) -> None:
    text = str(line_lists.body(replace(in_house, results={})))
    assert text.count("this list could not be made; see what this release lacks") == 2
    assert "is recorded" not in text
