"""Sequential looks at events of special interest over releases."""

import numpy as np
import pandas as pd
import pytest

from analytics.safety import SafetySettings, SpecialInterest, safety_tables

RATED = SpecialInterest("Headache", ("headache",), expected_per_100py=5.0)
UNRATED = SpecialInterest("Seizure", ("SEIZURE",))


@pytest.fixture
def look(make):
    """Makes the looks of one release: `n_headache` of 40 subjects followed for `days`."""
    subject, event = make

    def run(n_headache, cut, previous=None, days=365, interests=(RATED, UNRATED), **setting):
        end = str((pd.Timestamp("2020-01-01") + pd.Timedelta(days=days - 1)).date())
        adsl = pd.DataFrame([subject(f"S{i:02d}", end=end) for i in range(40)])
        adae = pd.DataFrame([event(f"S{i:02d}", "HEADACHE", start=end) for i in range(n_headache)] or
                            [event("X", "HEADACHE")])  # fmt: skip
        earlier = None if previous is None else {"ae_monitoring_look": previous}
        setting = SafetySettings(special_interest=interests, **setting)
        return safety_tables(setting, adsl, None, adae, earlier, data_cut=cut)["ae_monitoring_look"]

    return run


def test_a_look_compares_first_occurrences_with_the_count_expected_in_the_time_at_risk(look):
    row = look(3, "2021-01-01").iloc[0]
    assert row["n_event"] == 3
    assert row["expected"] == pytest.approx(40 * 365 / 365.25 * 0.05)
    mu = row["expected"]
    assert row["log_likelihood_ratio"] == pytest.approx(3 * np.log(3 / mu) - (3 - mu))
    assert row["critical_value"] == pytest.approx(3.467952, abs=1e-6)
    assert row["signal"] == "N"
    assert look(9, "2021-01-01").iloc[0]["signal"] == "Y"


def test_without_an_expected_rate_the_look_is_a_stated_refusal(look):
    row = look(3, "2021-01-01").iloc[1]
    assert row["special_interest"] == "Seizure"
    assert pd.isna(row["signal"])
    assert row["note"] == "refused: no expected rate was pre-specified"


def test_earlier_looks_are_never_rewritten(look):
    first = look(3, "2021-01-01")
    second = look(9, "2021-02-01", first)
    pd.testing.assert_frame_equal(second.iloc[: len(first)], first)
    assert second["look"].tolist() == [1, 1, 2, 2]
    third = look(9, "2021-03-01", second)
    assert third.iloc[4]["note"] == "signal stands since look 2"


def test_the_same_cut_released_again_adds_no_look(look):
    first = look(3, "2021-01-01")
    pd.testing.assert_frame_equal(look(5, "2021-01-01", first), first)
    pd.testing.assert_frame_equal(look(5, "2020-12-01", first), first)


def test_a_changed_plan_is_refused(look):
    first = look(3, "2021-01-01", interests=(RATED,))
    changed = look(3, "2021-02-01", first, interests=(SpecialInterest("Headache", ("HEADACHE",), 9.0),))
    assert pd.isna(changed.iloc[1]["signal"])
    assert "the plan differs from that of look 1" in changed.iloc[1]["note"]


def test_nothing_is_tested_beyond_the_expected_maximum(look):
    row = look(20, "2021-01-01", sequential_expected_max=1.0).iloc[0]
    assert pd.isna(row["signal"])
    assert "monitoring has ended" in row["note"]
    at_the_maximum = look(20, "2021-01-01", sequential_expected_max=float(row["expected"])).iloc[0]
    assert at_the_maximum["signal"] == "Y"


def test_less_time_at_risk_than_before_is_refused(look):
    first = look(3, "2021-01-01")
    second = look(3, "2021-02-01", first, days=300)
    assert "less time at risk than at look 1" in second.iloc[2]["note"]


def test_terms_of_special_interest_are_counted_without_regard_to_case(make):
    subject, event = make
    adsl, adae = pd.DataFrame([subject("S1"), subject("S2")]), pd.DataFrame([event("S1", "Headache")] * 2)
    row = safety_tables(SafetySettings(special_interest=(RATED,)), adsl, None, adae)["ae_aesi"].iloc[0]
    assert (row["n_subject"], row["n_event"], row["n_total"]) == (1, 2, 2)
