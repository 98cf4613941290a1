"""The two public rules of treatment emergence, where they differ."""

import pandas as pd
import pytest

from analytics.safety import SafetySettings, safety_tables


def emergent(make, columns, **setting):
    """Whether one event of a subject treated from 2020-01-15 to 2020-02-15 is emergent."""
    subject, event = make
    adsl = pd.DataFrame([subject("S1", start="2020-01-15", TRTEDT="2020-02-15")])
    adae = pd.DataFrame([event("S1", "HEADACHE") | columns])
    tables = safety_tables(SafetySettings(**setting), adsl, None, adae)
    return tables["ae_listing"]["emergent"].iloc[0] == "Y"


@pytest.mark.parametrize(
    ("columns", "cdisc", "phuse"),
    [
        ({"ASTDT": "2020-01-15"}, True, True),
        ({"ASTDT": "2020-01-14"}, False, False),
        ({"ASTDT": None}, False, True),
        # Imputed to the first of January: before the start for one rule, possibly after it for the other.
        ({"ASTDT": "2020-01-01", "ASTDTF": "D"}, False, True),
        ({"ASTDT": "2019-12-01", "ASTDTF": "D"}, False, False),
        ({"ASTDT": "2020-02-01", "ASTDTF": "M"}, False, True),
        ({"ASTDT": "2019-01-01", "ASTDTF": "M"}, False, False),
        ({"ASTDT": None, "AENDT": "2020-01-10"}, False, False),
    ],
)
def test_missing_and_partial_starts_follow_the_rule_of_the_protocol(make, columns, cdisc, phuse):
    assert emergent(make, columns, emergence="cdisc") is cdisc
    assert emergent(make, columns, emergence="phuse") is phuse


def test_the_phuse_window_ends_emergence_after_the_last_administration(make):
    late = {"ASTDT": "2020-03-20"}
    assert emergent(make, late, emergence="phuse", emergence_window_days=60)
    assert not emergent(make, late, emergence="phuse", emergence_window_days=30)
    assert emergent(make, late, emergence="phuse")


def test_flags_of_the_file_count_unless_the_protocol_says_derive(make):
    columns = {"ASTDT": "2020-02-01", "TRTEMFL": None}
    assert not emergent(make, columns)
    assert emergent(make, columns, use_given_emergence=False)
    assert emergent(make, {"ASTDT": None, "TRTEMFL": "Y"})


def test_an_undated_serious_reaction_is_not_lost_from_the_window(make):
    subject, event = make
    adsl = pd.DataFrame([subject("S1")])
    adae = pd.DataFrame([event("S1", "MENINGITIS", start=None, AESER="Y", AEREL="RELATED")])
    overview = safety_tables(SafetySettings(), adsl, None, adae)["ae_overview"].set_index("category")
    assert overview.loc["serious_related", "n_event"] == 0
    assert overview.loc["sadr_window", "n_event"] == 1
    assert overview.loc["sadr_window", "note"] == "1 events without a start date counted"


@pytest.mark.parametrize(("day", "counted"), [("2020-01-01", 1), ("2020-12-31", 1), ("2021-01-01", 0)])
def test_the_window_holds_day_0_to_365(make, day, counted):
    subject, event = make
    adsl = pd.DataFrame([subject("S1")])
    adae = pd.DataFrame([event("S1", "MENINGITIS", start=day, AESER="Y", AEREL="RELATED")])
    overview = safety_tables(SafetySettings(), adsl, None, adae)["ae_overview"].set_index("category")
    assert overview.loc["sadr_window", "n_event"] == counted
    assert overview.loc["sadr_overall", "n_event"] == 1
