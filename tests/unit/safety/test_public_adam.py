"""Tables of ADaM files from elsewhere: other columns, several arms, text and SAS dates, words of older
scales.
"""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analytics.safety import SafetySettings, safety_tables
from analytics.safety.columns import day_number

ARMS = {"Placebo": 0, "Drug Low Dose": 54, "Drug High Dose": 81}


def trial():
    """A trial of three arms in the manner of the CDISC pilot: TRTA in ADAE, no DOSENO, AEACN empty."""
    adsl = pd.DataFrame(
        [
            {"USUBJID": f"01-{i:03d}", "TRT01P": arm, "TRT01A": arm, "TRT01AN": number, "SAFFL": "Y",
             "TRTSDT": "2014-01-02", "TRTEDT": "2014-07-02"}
            for i, (arm, number) in enumerate(list(ARMS.items()) * 10)
        ]
    )  # fmt: skip
    screened = {"USUBJID": "01-999", "TRT01P": "Screen Failure", "TRT01A": "Screen Failure", "SAFFL": "N"}
    adsl = pd.concat([adsl, pd.DataFrame([screened])], ignore_index=True)
    adae = pd.DataFrame(
        [
            {"USUBJID": f"01-{i:03d}", "TRTA": list(ARMS)[i % 3], "AETERM": "ITCHING", "AEDECOD": "PRURITUS",
             "AEBODSYS": "SKIN", "AESEQ": 1, "AESER": "N", "AEREL": rel, "AESEV": "MILD", "AEACN": None,
             "ASTDT": "2014-02-01", "TRTEMFL": "Y", "TRTSDT": "2014-01-02"}
            for i, rel in enumerate(["PROBABLE", "POSSIBLE", "REMOTE", "NONE", None] * 3)
        ]
    )  # fmt: skip
    return adsl, adae


def test_arms_come_in_the_order_of_their_numbers_with_full_denominators():
    adsl, adae = trial()
    overview = safety_tables(SafetySettings(), adsl, None, adae)["ae_overview"]
    assert overview["arm"].unique().tolist() == list(ARMS)
    assert set(overview["n_total"]) == {10}
    assert overview[overview["category"] == "emergent"]["n_subject"].tolist() == [5, 5, 5]


def test_a_map_of_causality_words_is_followed_and_what_it_does_not_know_is_missing():
    plain = safety_tables(SafetySettings(), *_frames())["ae_overview"].groupby("category")["n_event"].sum()
    assert (plain["related"], plain["causality_missing"]) == (0, 15)
    own = SafetySettings(causality_map={"PROBABLE": "RELATED", "POSSIBLE": "NOT RELATED"})
    tables = safety_tables(own, *_frames())
    counts = tables["ae_overview"].groupby("category")["n_event"].sum()
    assert (counts["related"], counts["causality_missing"]) == (3, 9)
    account = tables["ae_exclusion"].set_index("table_subset")["n_event"]
    assert (account["related"], account["serious"]) == (6, 0)


def _frames():
    adsl, adae = trial()
    return adsl, None, adae


def test_each_arm_is_compared_with_placebo():
    table = safety_tables(SafetySettings(), *_frames())["ae_risk_difference"]
    assert set(table["reference_arm"]) == {"Placebo"}
    assert set(table["arm"]) == {"Drug Low Dose", "Drug High Dose"}


@pytest.mark.parametrize(
    "convert",
    [
        pd.to_datetime,
        lambda s: pd.to_datetime(s).dt.date.where(s.notna(), None),
        lambda s: (pd.to_datetime(s) - pd.Timestamp("1960-01-01")).dt.days,
        lambda s: s + "T00:00:00",
        lambda s: pd.to_datetime(s).dt.tz_localize("Asia/Seoul"),
    ],
    ids=["datetime", "date", "sas", "iso datetime", "time zone"],
)
def test_dates_may_come_in_any_type(convert):
    adsl, _, adae = _frames()
    expected = safety_tables(SafetySettings(), adsl, None, adae)
    for column in ("TRTSDT", "TRTEDT"):
        adsl[column] = convert(adsl[column])
    for column in ("ASTDT", "TRTSDT"):
        adae[column] = convert(adae[column])
    made = safety_tables(SafetySettings(), adsl, None, adae)
    for name in ("ae_rate", "exposure_summary", "ae_timing"):
        pd.testing.assert_frame_equal(made[name], expected[name])


def test_absent_columns_give_a_null_with_a_note_and_not_a_zero(pick):
    adsl, _, adae = _frames()
    tables = safety_tables(SafetySettings(), adsl, None, adae.drop(columns=["AEREL", "AESEV", "AESER"]))
    overview = tables["ae_overview"]
    for category in (
        "related",
        "serious",
        "serious_death",
        "severity_mild",
        "discontinuation",
        "sadr_window",
    ):
        row = pick(overview, arm="Placebo", category=category)
        assert pd.isna(row["n_subject"]), category
        assert "adae" in row["note"], category
    assert pick(overview, arm="Placebo", category="emergent")["n_subject"] == 5
    refused = tables["ae_timing"].query("origin == 'LAST_INJECTION'")
    assert refused["note"].tolist() == ["no adex: administrations are unknown"]


def test_only_keys_and_terms_are_needed():
    adsl = pd.DataFrame({"USUBJID": ["1", "2"], "ARM": ["A", "B"]})
    adae = pd.DataFrame({"USUBJID": ["1", "1"], "AETERM": ["Cough", "cough"]})
    overview = safety_tables(SafetySettings(), adsl, None, adae)["ae_overview"].set_index(["category", "arm"])
    assert overview.loc[("any", "A"), ["n_subject", "n_event", "n_total"]].tolist() == [1, 2, 1]
    assert overview.loc[("any", "B"), "n_subject"] == 0


def test_emergence_is_derived_where_the_file_has_no_flag():
    adsl, _, adae = _frames()
    adae.loc[0, "ASTDT"] = "2013-12-31"
    table = safety_tables(SafetySettings(), adsl, None, adae.drop(columns="TRTEMFL"))["ae_overview"]
    assert table[table["category"] == "emergent"]["n_event"].sum() == 14
    assert table[table["category"] == "any"]["n_event"].sum() == 15


def test_an_empty_adae_gives_zeros_for_every_arm():
    adsl, _, adae = _frames()
    tables = safety_tables(SafetySettings(), adsl, None, adae.iloc[:0])
    main = tables["ae_by_term"].query("subset == 'emergent'")
    assert main["n_subject"].tolist() == [0, 0, 0]
    assert tables["ae_rate"].query("subset == 'emergent'")["ci_upper"].gt(0).all()


def test_an_adae_without_terms_is_refused_in_one_line():
    adsl, _, adae = _frames()
    with pytest.raises(ValueError, match="adae: needs USUBJID and AEDECOD") as error:
        safety_tables(SafetySettings(), adsl, None, adae.drop(columns=["AEDECOD", "AETERM"]))
    assert "\n" not in str(error.value)


def test_dates_as_text_may_have_a_time_or_none():
    days = day_number(
        pd.DataFrame({"ASTDT": ["2020-01-01", "2020-01-02T10:30", "2020-01-03T10:30:15", None]}), "ASTDT"
    )
    assert np.diff(days[:3]).tolist() == [1, 1]
    assert np.isnan(days[3])


def test_dates_may_be_date_objects_with_gaps():
    adsl, _, adae = _frames()
    adae["ASTDT"] = [dt.date(2014, 2, 1), None] + [dt.date(2014, 2, 1)] * 13
    listing = safety_tables(SafetySettings(), adsl, None, adae)["ae_listing"]
    assert listing["start_day"].isna().sum() == 1
