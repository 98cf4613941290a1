"""One term in several spellings is one term, in every table of a release; a list that matches nothing says so."""

import pandas as pd
import pytest

from analytics.safety import SafetySettings, SpecialInterest, safety_tables
from analytics.safety.disproportionality import disproportionality_table
from analytics.safety.rare_names import without_rare_names
from analytics.safety.terms import one_spelling, unmatched


@pytest.fixture
def spelled(make):
    """Three subjects with four headaches in as many spellings, of a class in two; and one with another event."""
    subject, event = make
    adsl = pd.DataFrame([subject(name) for name in ("S1", "S2", "S3", "S4")])
    nervous = "Nervous system disorders"
    adae = pd.DataFrame(
        [
            event("S1", "Headache", soc=nervous, AESEQ=1),
            event("S1", "HEADACHE", "2020-02-03", soc=nervous.upper(), AESEQ=2, AESER="Y", AEREL="RELATED"),
            event("S2", "headache ", soc=nervous, AESEQ=1),
            event("S3", None, soc=nervous, AETERM=" headache", AESEQ=1),
            event("S4", "Fever", soc="General disorders", AESEQ=1),
        ]
    )
    return adsl, adae


def test_every_table_counts_the_spellings_of_a_term_once(spelled, pick):
    adsl, adae = spelled
    interest = SpecialInterest("Headache", ("HEADACHE",), expected_per_100py=5.0)
    tables = safety_tables(SafetySettings(special_interest=(interest,)), adsl, None, adae)
    main = tables["ae_by_term"].query("subset == 'emergent'")
    assert main["level"].tolist() == ["overall", "soc", "pt", "soc", "pt"]
    for table, keys in (
        (main, {"pt": "Headache"}),
        (main, {"soc": "Nervous system disorders", "level": "soc"}),
        (tables["ae_aesi"], {"special_interest": "Headache"}),
    ):
        row = pick(table, **keys)
        assert (row["n_subject"], row["n_event"]) == (3, 4), keys
    rate = pick(tables["ae_rate"], subset="emergent", pt="Headache", kind="first_occurrence")
    assert rate["n_event"] == tables["ae_aesi"]["n_first_occurrence"].iloc[0] == 3
    assert rate["rate_per_100py"] == tables["ae_aesi"]["rate_per_100py"].iloc[0]
    assert tables["ae_by_severity"].query("pt == 'Headache'")["n_subject"].sum() == 3
    listing = tables["ae_listing"]
    assert set(listing["pt"]) == {"Headache", "Fever"}
    assert listing.groupby("usubjid")["first_of_pt"].count().tolist() == [1, 1, 1, 1]
    assert listing.groupby("usubjid")["first_in_soc"].count().tolist() == [1, 1, 1, 1]


def test_the_spelling_shown_does_not_depend_on_the_order_of_rows(spelled):
    adsl, adae = spelled
    first = safety_tables(SafetySettings(), adsl, None, adae)
    for seed in range(5):
        shuffled = safety_tables(SafetySettings(), adsl, None, adae.sample(frac=1, random_state=seed))
        pd.testing.assert_frame_equal(shuffled["ae_by_term"], first["ae_by_term"])


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (["HEADACHE", "Headache", "headache"], "Headache"),
        (["headache", "HEADACHE"], "HEADACHE"),
        (["COVID-19"], "COVID-19"),
        ([" Neck \t stiffness "], "Neck stiffness"),
        (["두 통", "두\u3000통"], "두 통"),
    ],
)
def test_a_term_is_shown_as_dictionaries_write_it_where_one_site_does(given, shown):
    assert set(one_spelling(pd.Series(given))) == {shown}


def test_a_listed_term_is_listed_however_either_side_spells_it(spelled, pick):
    adsl, adae = spelled
    overview = safety_tables(SafetySettings(expected_terms=(" headACHE",)), adsl, None, adae)["ae_overview"]
    assert pick(overview, category="unexpected")["n_event"] == 1
    assert pick(overview, category="serious_unexpected_related")["n_event"] == 0


def test_another_spelling_is_no_change_of_an_expedited_event(spelled):
    adsl, adae = spelled
    first = safety_tables(SafetySettings(), adsl, None, adae, data_cut="2020-03-01")["ae_expedited"]
    shouted = adae.assign(AEDECOD="HEADACHE ")
    again = safety_tables(
        SafetySettings(), adsl, None, shouted, {"ae_expedited": first}, data_cut="2020-03-02"
    )
    assert first["status"].tolist() == ["new"]
    assert again["ae_expedited"]["status"].tolist() == ["known"]


def test_one_event_in_two_external_tables_is_refused():
    reports = pd.DataFrame({"event": ["Headache", "HEADACHE "], "a": 5, "b": 10, "c": 20, "d": 200})
    with pytest.raises(
        ValueError, match="2 rows hold an event of another row in the same or another spelling"
    ):
        disproportionality_table(reports)


def test_a_list_that_matches_nothing_keeps_its_zero_and_says_so(make, pick):
    subject, event = make
    adsl = pd.DataFrame([subject(f"S{i}") for i in range(20)])
    adae = pd.DataFrame([event(f"S{i}", "Headaches") for i in range(14)] + [event("S1", "Fever")])
    interest = SpecialInterest("Meningeal irritation", ("HEADACHE", "MENINGISM", "NECK STIFFNESS"))
    tables = safety_tables(SafetySettings(special_interest=(interest,)), adsl, None, adae)
    row = tables["ae_aesi"].iloc[0]
    assert (row["n_subject"], row["n_event"], row["n_total"]) == (0, 0, 20)
    assert row["pct_ci_upper"] == pytest.approx(16.84, abs=0.01)
    assert row["ci_upper"] > 0
    assert row["note"].startswith(
        "none of these 3 terms is among the 2 distinct terms delivered; nearest: “Headaches”"
    )


@pytest.mark.parametrize(
    ("listed", "delivered", "note"),
    [
        (("HEADACHE",), ["Headache", "Fever"], None),
        (("HEADACHE",), [], None),
        (("HEADACHE", "Fever"), ["fever"], None),
        (("HEADACHE",), ["Fall"], "this term is not among the 1 distinct terms delivered"),
        (("HEADACHE", "MENINGISM"), ["Head pain", "Meningitis", "Fall"],
         "none of these 2 terms is among the 3 distinct terms delivered; nearest: “Meningitis”, “Head pain”"),
        (("HEADACHE",), ["Headaches", "Head aches", "Head ache, tension", "Headaches NOS", "Fall"],
         "this term is not among the 5 distinct terms delivered; nearest: “Headaches”, “Head aches”, “Headaches NOS”"),
    ],
)  # fmt: skip
def test_the_note_names_what_is_near(listed, delivered, note):
    assert unmatched(listed, delivered) == note


def test_a_list_of_expected_terms_that_matches_nothing_or_is_empty_explains_what_is_not_listed(spelled, pick):
    adsl, adae = spelled
    empty = safety_tables(SafetySettings(), adsl, None, adae)["ae_overview"]
    assert (
        pick(empty, category="unexpected")["note"]
        == "no listed terms were given: every term counts as not listed"
    )
    misspelt = safety_tables(SafetySettings(expected_terms=("Hedache", "Chill")), adsl, None, adae)[
        "ae_overview"
    ]
    assert "none of these 2 terms" in pick(misspelt, category="unexpected")["note"]


def test_a_rare_term_is_not_named_in_a_public_note(make):
    subject, event = make
    adsl = pd.DataFrame([subject(f"S{i}") for i in range(20)])
    adae = pd.DataFrame(
        [event(f"S{i}", "Head aches") for i in range(6)] + [event("S1", "Headache of Kim Cheolsu")]
    )
    interest = SpecialInterest("Headache", ("HEADACHE",))
    tables = safety_tables(SafetySettings(special_interest=(interest,)), adsl, None, adae)
    assert "Kim" in tables["ae_aesi"]["note"].iloc[0]
    public = without_rare_names(tables["ae_aesi"], tables["ae_by_term"], 5)["note"].iloc[0]
    assert public == (
        "this term is not among the 2 distinct terms delivered; nearest: “Head aches”; no expected rate was pre-specified"
    )
