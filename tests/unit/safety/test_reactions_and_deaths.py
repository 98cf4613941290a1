"""Serious adverse drug reactions are those not excluded to be related; deaths are told with their days and their events."""

import pandas as pd
import pytest

from analytics.report.disclosure import Disclosure
from analytics.report.public import public_table
from analytics.safety import SafetySettings, safety_tables

SADR = ("sadr_window", "sadr_window_related", "sadr_window_causality_missing", "sadr_overall")


@pytest.fixture
def counts(make):
    """Makes the subjects and events of each kind of reaction, from (subject, day, causality) of serious events."""
    subject, event = make

    def run(events, **columns):
        adsl = pd.DataFrame([subject(f"S{i}") for i in range(4)])
        rows = [event(who, "Seizure", day, AESER="Y", AEREL=rel) | columns for who, day, rel in events]
        overview = safety_tables(SafetySettings(), adsl, None, pd.DataFrame(rows))["ae_overview"]
        found = overview.set_index("category").loc[list(SADR), ["n_subject", "n_event"]]
        return list(found.itertuples(index=False, name=None))

    return run


def test_a_serious_event_without_causality_counts_and_one_that_is_not_related_does_not(counts):
    events = [
        ("S0", "2020-02-01", "RELATED"), ("S0", "2020-02-02", None), ("S1", "2020-02-01", None),
        ("S2", "2020-02-01", "NOT RELATED"), ("S3", "2021-06-01", None),
    ]  # fmt: skip
    assert counts(events) == [(2, 3), (1, 1), (2, 2), (3, 4)]


@pytest.mark.parametrize(
    ("columns", "counted"),
    [
        ({"ASTDT": "2019-12-31"}, 0),
        ({"ASTDT": None}, 1),
        # The month of the first injection, and the year: it may have been after it.
        ({"ASTDT": "2020-01-01", "ASTDTF": "D"}, 1),
        ({"ASTDT": "2020-01"}, 1),
        ({"ASTDT": "2019-12-01", "ASTLSTDT": "2020-01-02", "ASTDTF": "M"}, 1),
        ({"ASTDT": "2020"}, 1),
        ({"ASTDT": "2019-12"}, 0),
        ({"ASTDT": "2019-12-01", "ASTDTF": "D"}, 0),
    ],
)
def test_what_may_have_been_after_the_first_administration_counts(make, columns, counted):
    subject, event = make
    adsl = pd.DataFrame([subject("S1")])
    adae = pd.DataFrame([event("S1", "Seizure", AESER="Y", AEREL="RELATED") | columns])
    overview = safety_tables(SafetySettings(), adsl, None, adae)["ae_overview"].set_index("category")
    assert overview.loc["sadr_window", "n_event"] == counted


def test_text_that_stops_at_the_year_is_no_emergent_start_as_with_its_flag(make):
    subject, event = make
    adsl = pd.DataFrame([subject("S1", start="2019-06-01")])
    for columns in ({"ASTDT": "2020"}, {"ASTDT": "2020-01-01", "ASTDTF": "M"}):
        adae = pd.DataFrame([event("S1", "Seizure") | columns])
        listed = safety_tables(SafetySettings(), adsl, None, adae)["ae_listing"].iloc[0]
        assert (listed["emergent"], listed["start_date_imputed"]) == ("N", "M")


def test_the_listing_marks_each_reaction(make):
    subject, event = make
    adsl = pd.DataFrame([subject("S1")])
    days = {"2020-02-01": "WINDOW", "2020-12-31": "WINDOW", "2021-01-01": "LATER", "2019-12-31": None}
    adae = pd.DataFrame([event("S1", "Seizure", day, AESER="Y", AEREL=None) for day in days])
    listing = safety_tables(SafetySettings(), adsl, None, adae)["ae_listing"].set_index("start_date")[
        "reaction"
    ]
    assert {day: None if pd.isna(mark) else mark for day, mark in listing.items()} == days


def test_seriousness_that_nobody_told_is_not_a_no(make):
    subject, event = make
    adsl = pd.DataFrame([subject("S1")])
    adae = pd.DataFrame(
        [event("S1", term, AESER=said) for term, said in (("A", "Y"), ("B", "N"), ("C", None))]
    )
    serious = safety_tables(SafetySettings(), adsl, None, adae)["ae_listing"].set_index("pt")["serious"]
    assert [None if pd.isna(said) else said for said in serious[["A", "B", "C"]]] == ["Y", "N", None]


def test_an_expedited_list_that_cannot_be_made_is_not_an_empty_one(make):
    subject, event = make
    adsl = pd.DataFrame([subject("S1")])
    told = pd.DataFrame([event("S1", "Seizure", AESER="Y", AEREL="RELATED", AESEQ=1)])
    untold = told.drop(columns=["AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE"])
    table = safety_tables(SafetySettings(), adsl, None, untold, data_cut="2020-03-01")["ae_expedited"]
    assert table["note"].tolist() == [
        "which events are serious cannot be told: AESER and the seriousness criteria are absent from adae"
    ]
    earlier = {"ae_expedited": table}
    again = safety_tables(SafetySettings(), adsl, None, told, earlier, data_cut="2020-03-02")["ae_expedited"]
    assert again["status"].tolist() == ["new"]


def test_timing_does_not_take_what_cannot_be_told_for_nothing(make):
    subject, event = make
    adsl = pd.DataFrame([subject("S1")])
    adae = pd.DataFrame([event("S1", "Seizure")])[["USUBJID", "AEDECOD", "ASTDT"]]
    timing = safety_tables(SafetySettings(), adsl, None, adae)["ae_timing"].dropna(subset="subset")
    for name in ("serious", "related", "serious_related"):
        rows = timing[timing["subset"] == name]
        assert rows["n_event"].isna().all()
        assert rows["note"].str.contains("absent from adae").all()
    assert timing[timing["subset"] == "all"]["n_event"].notna().all()


def test_the_parts_of_the_reactions_do_not_reveal_a_small_one(make):
    subject, event = make
    adsl = pd.DataFrame([subject(f"S{i:02d}") for i in range(40)])
    adae = pd.DataFrame(
        [event(f"S{i:02d}", "Seizure", AESER="Y", AEREL=None if i < 2 else "RELATED") for i in range(12)]
    )
    overview = safety_tables(SafetySettings(), adsl, None, adae)["ae_overview"]
    shown = public_table("ae_overview", overview, Disclosure(5, 5)).set_index("category")["n_event"]
    told = overview.set_index("category")["n_event"]
    assert told["sadr_window"] - told["sadr_window_related"] == told["sadr_window_causality_missing"] == 2
    assert shown["sadr_window"] == shown["sadr_window_related"] == 10
    assert 0 < shown["sadr_window_causality_missing"] < 5


# Deaths


@pytest.fixture
def deaths(make):
    """Makes the table of deaths of subjects given by their columns; the harvest is on 2019-12-04."""
    subject, event = make

    def run(**subjects):
        adsl = pd.DataFrame([subject(name, **columns) for name, columns in subjects.items()])
        adae = pd.DataFrame([event("told", "Dyspnoea", "2020-03-01", AEOUT="FATAL")])
        return safety_tables(SafetySettings(), adsl, None, adae)["ae_death"].set_index("usubjid")

    return run


UNTOLD = "no fatal adverse event recorded"
NEVER = {"SAFFL": "N", "TRT01A": None, "start": None, "TRTEDT": None}


def test_a_death_between_harvest_and_injection_has_its_day_from_the_harvest(deaths):
    row = deaths(waiting={**NEVER, "DTHDT": "2019-12-20"}).loc["waiting"]
    assert row["days_since_harvest"] == 16
    assert row[["death_day", "days_since_last_administration", "in_window"]].isna().all()
    assert row["note"] == f"never injected: no day from first injection, and no window; {UNTOLD}"


@pytest.mark.parametrize(
    ("columns", "days", "note"),
    [
        ({"DTHDT": "2020-03-01"}, (60, 34, 88), UNTOLD),
        ({"DTHDT": "2020-03-01", "HARVDT": None}, (60, 34, None), f"no day of harvest is recorded; {UNTOLD}"),
        ({"DTHDT": "2020-03-01", "TRTEDT": None}, (60, None, 88),
         f"the day of the last administration is not known; {UNTOLD}"),
        ({"DTHFL": "Y"}, (None, None, None), f"no day of death; {UNTOLD}"),
        ({"DTHFL": "Y", **NEVER}, (None, None, None), f"no day of death; {UNTOLD}"),
        ({"DTHDT": "2020-03-01", "start": None, "TRTEDT": None}, (None, None, 88),
         f"no day from the first administration; {UNTOLD}"),
    ],
)  # fmt: skip
def test_every_day_of_a_death_that_is_not_there_has_its_reason(deaths, columns, days, note):
    row = deaths(one=columns).loc["one"]
    names = ["death_day", "days_since_last_administration", "days_since_harvest"]
    assert [None if pd.isna(day) else day for day in row[names]] == list(days)
    assert row["note"] == note


def test_a_death_with_a_fatal_event_and_all_its_days_needs_no_note(deaths):
    row = deaths(told={"DTHDT": "2020-03-01"}).loc["told"]
    assert row["n_fatal_event"] == 1
    assert pd.isna(row["note"])


def test_deaths_that_adsl_cannot_tell_are_not_none(make, pick):
    subject, event = make
    adsl = pd.DataFrame([subject("S1")]).drop(columns=["DTHFL", "DTHDT"])
    row = pick(
        safety_tables(SafetySettings(), adsl, None, pd.DataFrame([event("S1", "A")]))["ae_overview"],
        category="death",
    )
    assert pd.isna(row["n_subject"])
    assert row["note"] == "DTHFL, DTHDT and VITSTAT are absent from adsl"
