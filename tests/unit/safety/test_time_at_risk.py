"""Rates are of one time: what stands above and below the line belongs to the same subjects and days."""

import numpy as np
import pandas as pd
import pytest

from analytics.safety import SafetySettings, SpecialInterest, safety_tables
from analytics.safety.periods import split_at

YEAR = 365.25


@pytest.fixture
def rate(make, pick):
    """Makes the rate of emergent headaches, first occurrence or all, of subjects and events given by columns."""
    subject, event = make

    def run(subjects, events, kind="all_events", term="Headache", **setting):
        adsl = pd.DataFrame([subject(f"S{i}", **columns) for i, columns in enumerate(subjects)])
        adae = pd.DataFrame([event(who, "Headache", day) for who, day in events])
        table = safety_tables(SafetySettings(**setting), adsl, None, adae)["ae_rate"]
        keys = {"pt": term} if term else {"level": "overall"}
        return pick(table, subset="emergent", kind=kind, **keys)

    return run


UNKNOWN_END = {"end": None, "TRTEDT": None}


@pytest.mark.parametrize("kind", ["all_events", "first_occurrence"])
def test_a_subject_without_an_end_is_in_neither_part_of_a_rate(rate, kind):
    known = {"end": "2020-12-30"}
    alone = rate([known, known], [("S0", "2020-12-30")], kind)
    beside = rate([known, known, UNKNOWN_END], [("S0", "2020-12-30"), ("S2", "2020-02-01")], kind)
    for column in ("n_event", "person_years", "rate_per_100py", "ci_lower", "ci_upper"):
        assert beside[column] == alone[column], column
    assert alone["person_years"] == pytest.approx(2 * 365 / YEAR)
    assert pd.isna(alone["note"])
    assert beside["note"] == (
        "left out: 1 subject of unknown time at risk; left out: 1 event outside the time at risk"
    )


def test_without_any_end_there_is_no_rate_and_its_reason_is_true(rate):
    row = rate([UNKNOWN_END] * 3, [("S0", "2020-02-01")])
    assert row["n_event"] == 0
    assert pd.isna(row["rate_per_100py"])
    assert row["note"].startswith("no subject's time at risk is known (")


def test_a_file_without_any_first_administration_says_so(make, pick):
    _, event = make
    adsl = pd.DataFrame({"USUBJID": ["S1", "S2"], "TRT01A": "Drug", "SAFFL": "Y", "EOSDT": "2020-12-31"})
    rates = safety_tables(SafetySettings(), adsl, None, pd.DataFrame([event("S1", "Headache")]))["ae_rate"]
    row = pick(rates, subset="fatal", level="overall", kind="all_events")
    assert pd.isna(row["rate_per_100py"])
    assert "adsl has no first administration (TRTSDT)" in row["note"]


@pytest.mark.parametrize("kind", ["all_events", "first_occurrence"])
def test_events_after_the_time_at_risk_are_in_no_rate(rate, kind):
    known = {"end": "2020-12-30"}
    row = rate([known, known], [("S0", "2020-12-30"), ("S1", "2020-12-31")], kind)
    assert row["n_event"] == 1
    assert row["person_years"] == pytest.approx(2 * 365 / YEAR)
    assert row["note"] == "left out: 1 event outside the time at risk"


def test_events_after_the_last_administration_are_in_no_rate_that_ends_with_it(rate):
    subjects = [{"TRTEDT": "2020-03-30", "end": "2020-12-30"}] * 2
    events = [("S0", "2020-03-30"), ("S0", "2020-06-01"), ("S1", "2020-03-31")]
    row = rate(subjects, events, at_risk_until="treatment")
    assert (row["n_event"], row["person_years"]) == (1, pytest.approx(2 * 90 / YEAR))
    whole = rate(subjects, events)
    assert (whole["n_event"], whole["person_years"]) == (3, pytest.approx(2 * 365 / YEAR))


def test_what_is_in_no_rate_is_still_counted_and_listed(make, pick):
    subject, event = make
    adsl = pd.DataFrame([subject("S1", end="2020-12-30")])
    adae = pd.DataFrame([event("S1", "Headache", "2021-02-01")])
    tables = safety_tables(SafetySettings(), adsl, None, adae)
    assert pick(tables["ae_overview"], category="emergent")["n_event"] == 1
    listed = tables["ae_listing"].iloc[0]
    assert (listed["emergent"], listed["at_risk"]) == ("Y", "N")
    outside = pick(
        tables["ae_timing"], origin="FIRST_INJECTION", subset="all", period="outside the time at risk"
    )
    assert (outside["n_event"], outside["note"]) == (1, "no time at risk in this period")
    assert pd.isna(outside["rate_per_100py"])


def test_a_sequential_look_compares_the_events_of_the_time_that_expects_them(make):
    subject, event = make
    adsl = pd.DataFrame(
        [subject(f"S{i}", end="2020-12-30") for i in range(9)] + [subject("S9", **UNKNOWN_END)]
    )
    adae = pd.DataFrame(
        [event("S0", "Headache"), event("S1", "Headache", "2021-05-01"), event("S9", "Headache")]
    )
    interest = SpecialInterest("Headache", ("HEADACHE",), expected_per_100py=10.0)
    tables = safety_tables(
        SafetySettings(special_interest=(interest,)), adsl, None, adae, data_cut="2021-06-01"
    )
    row, look = tables["ae_aesi"].iloc[0], tables["ae_monitoring_look"].iloc[0]
    assert (row["n_subject"], row["n_first_occurrence"]) == (3, 1)
    assert row["rate_per_100py"] == pytest.approx(100 / row["person_years"])
    assert look["n_event"] == 1
    assert look["expected"] == pytest.approx(row["person_years"] / 10)


def test_person_years_of_the_safety_window_end_with_it(make, pick):
    subject, event = make
    adsl = pd.DataFrame([subject("S1"), subject("S2", end="2020-03-31")])
    adae = pd.DataFrame([event("S1", "Meningitis", "2020-02-01", AESER="Y", AEREL="RELATED")])
    rates = safety_tables(SafetySettings(window_days=99), adsl, None, adae)["ae_rate"]
    window = pick(rates, subset="sadr_window", level="overall", kind="all_events")
    assert window["person_years"] == pytest.approx((100 + 91) / YEAR)
    first = pick(rates, subset="sadr_window", level="overall", kind="first_occurrence")
    assert first["person_years"] == pytest.approx((32 + 91) / YEAR)
    overall = pick(rates, subset="sadr_overall", level="overall", kind="all_events")
    assert overall["person_years"] == pytest.approx((731 + 91) / YEAR)


@pytest.mark.parametrize(
    "end",
    ["2020-12-29", "2020-12-30", "2020-12-31", "2021-01-01", "2021-01-02"],
    ids=lambda end: f"ends {end}",
)
def test_the_whole_window_has_one_boundary(make, pick, end):
    """Day 365 is 2020-12-31: who is observed on it completed the window, and goes on to what comes after."""
    subject, event = make
    adsl = pd.DataFrame([subject("S1", end=end, HARVDT="2020-01-01")])
    tables = safety_tables(SafetySettings(), adsl, None, pd.DataFrame([event("S1", "Headache")]))
    completed = pick(tables["ae_overview"], category="emergent")["n_completed_window"]
    assert completed == (end >= "2020-12-31")
    for origin, period in (("FIRST_INJECTION", "after day 365"), ("HARVEST", "after day 365 of harvest")):
        row = pick(tables["ae_timing"], origin=origin, period=period, subset="all")
        assert row["n_total"] == completed
        assert (row["person_years"] > 0) == (end >= "2021-01-01")


@pytest.mark.parametrize("origin", ["FIRST_INJECTION", "HARVEST"])
def test_the_last_day_at_risk_is_in_its_period_and_the_next_in_none(make, origin):
    subject, event = make
    adsl = pd.DataFrame([subject("S1", end="2020-12-30", HARVDT="2020-01-01")])
    adae = pd.DataFrame([event("S1", "Headache", "2020-12-30"), event("S1", "Nausea", "2020-12-31")])
    timing = safety_tables(SafetySettings(), adsl, None, adae)["ae_timing"]
    mine = timing.query("origin == @origin and subset == 'all' and n_event > 0")
    counted = mine.set_index("period")["n_event"]
    assert counted.drop("outside the time at risk").tolist() == [1]
    assert counted["outside the time at risk"] == 1
    assert mine["person_years"].sum() == pytest.approx(365 / YEAR), "2020-01-01 to 2020-12-30"


@pytest.mark.parametrize(
    ("origin", "within", "after"),
    [
        ("FIRST_INJECTION", "day 0 to 365", "after day 365"),
        ("HARVEST", "first injection to day 365 of harvest", "after day 365 of harvest"),
    ],
)
def test_the_last_day_of_the_window_is_in_it(make, origin, within, after):
    subject, event = make
    adsl = pd.DataFrame([subject("S1", end="2021-06-30", HARVDT="2020-01-01")])
    adae = pd.DataFrame([event("S1", "Headache", "2020-12-31"), event("S1", "Nausea", "2021-01-01")])
    timing = safety_tables(SafetySettings(), adsl, None, adae)["ae_timing"].query("subset == 'all'")
    counted = timing[(timing["origin"] == origin) & (timing["n_event"] > 0)]
    assert counted.set_index("period")["n_event"].to_dict() == {within: 1, after: 1}


@pytest.mark.parametrize("origin", ["FIRST_INJECTION", "HARVEST"])
def test_who_ends_on_the_day_of_the_injection_is_at_risk_on_that_day_alone(make, pick, origin):
    subject, event = make
    adsl = pd.DataFrame([subject("S1", end="2020-01-01", HARVDT="2020-01-01", TRTEDT="2020-01-01")])
    adae = pd.DataFrame([event("S1", "Headache", "2020-01-01"), event("S1", "Nausea", "2020-01-02")])
    timing = safety_tables(SafetySettings(), adsl, None, adae)["ae_timing"].query("subset == 'all'")
    outside = pick(timing, origin=origin, period="outside the time at risk")
    assert outside["n_event"] == 1
    assert timing.loc[timing["origin"] == origin, "n_event"].sum() == 2


def test_who_has_no_end_has_no_days_in_any_period():
    assert split_at(np.array([np.nan, 0.0, 12.0]), [0, 10]).tolist() == [[0, 0], [1, 0], [10, 3]]


def test_rates_of_a_period_are_events_over_its_person_years_with_their_exact_limits(make, pick):
    subject, event = make
    adsl = pd.DataFrame([subject("S1", end="2020-12-30", HARVDT="2020-01-01")])
    timing = safety_tables(SafetySettings(), adsl, None, pd.DataFrame([event("S1", "Headache")]))["ae_timing"]
    row = pick(timing, origin="FIRST_INJECTION", period="day 0 to 365", subset="all")
    # One event: Garwood's limits of a count of one.
    expected = [1, 0.0253178, 5.5716434]
    rates = row[["rate_per_100py", "ci_lower", "ci_upper"]].to_numpy(float)
    assert rates == pytest.approx(np.array(expected) * 100 / (365 / YEAR), rel=1e-6)


def test_the_window_is_completed_by_observation_whenever_time_at_risk_ends(make, pick):
    subject, event = make
    adsl = pd.DataFrame([subject("S1", end="2021-06-01"), subject("S2", end="2020-06-01")])
    adae = pd.DataFrame([event("S1", "Headache")])
    overview = safety_tables(SafetySettings(at_risk_until="treatment"), adsl, None, adae)["ae_overview"]
    assert pick(overview, category="emergent")["n_completed_window"] == 1


SAS_SECONDS = 86_400 * (pd.Timestamp("2020-01-01") - pd.Timestamp("1960-01-01")).days + 30_000


@pytest.mark.parametrize(
    "start",
    ["2020-01-01T08:20:00", pd.Timestamp("2020-01-01 23:59"), SAS_SECONDS],
    ids=["text", "datetime", "SAS seconds"],
)
def test_datetimes_of_adam_are_read_where_dates_are_not_there(make, start):
    subject, event = make
    adsl = pd.DataFrame([subject("S1", end="2020-12-30"), subject("S2", end="2020-12-30")])
    adae = pd.DataFrame([event("S1", "Headache", "2020-01-01"), event("S2", "Headache", "2019-12-31")])
    dated = safety_tables(SafetySettings(), adsl, None, adae)
    timed = adsl.drop(columns=["TRTSDT", "SAFFL"]).assign(TRTSDTM=start)
    events = adae.drop(columns="ASTDT").assign(ASTDTM=adae["ASTDT"] + "T12:00")
    for name, table in safety_tables(SafetySettings(), timed, None, events).items():
        pd.testing.assert_frame_equal(table, dated[name], obj=name)


def test_a_date_goes_before_the_datetime_and_fills_from_it(make):
    subject, event = make
    adsl = pd.DataFrame(
        [subject("S1", TRTSDTM="2020-01-05T00:00"), subject("S2", start=None, TRTSDTM="2020-01-05T00:00")]
    )
    adae = pd.DataFrame([event(who, "Headache", "2020-01-11") for who in ("S1", "S2")])
    listing = safety_tables(SafetySettings(), adsl, None, adae)["ae_listing"]
    assert listing["start_day"].tolist() == [10, 6]


@pytest.mark.parametrize("column", ["RFENDT", "RFENDTC", "RFENDTM"])
def test_the_reference_end_is_the_end_of_observation_where_nothing_better_is_there(make, pick, column):
    subject, event = make
    adsl = pd.DataFrame([subject("S1", end=None)]).drop(columns="EOSDT").assign(**{column: "2020-12-30"})
    tables = safety_tables(
        SafetySettings(), adsl, None, pd.DataFrame([event("S1", "Headache", "2020-06-01")])
    )
    exposure = pick(tables["exposure_summary"], statistic="time_at_risk_mean")
    assert (exposure["value"], exposure["note"].split(" ends with ")[0]) == (365, "time at risk")
    assert "last date known alive" in exposure["note"]
    better = adsl.assign(EOSDT="2020-06-30")
    again = safety_tables(SafetySettings(), better, None, pd.DataFrame([event("S1", "Headache")]))
    assert pick(again["exposure_summary"], statistic="time_at_risk_mean")["value"] == 182
