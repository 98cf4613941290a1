"""The expedited list and its clock over releases."""

import pandas as pd
import pytest

from analytics.safety import SafetySettings, safety_tables


@pytest.fixture
def release(make):
    """Makes the list of one release from events of one subject."""
    subject, event = make

    def run(events, cut, previous=None, **setting):
        adsl = pd.DataFrame([subject("S1"), subject("S2", SAFFL="N", TRT01A=None, TRTSDT=None)])
        default = {"USUBJID": "S1", "pt": "MENINGITIS", "AESER": "Y"}
        rows = [event(**{"name": e.pop("USUBJID")} | e) for e in (default | given for given in events)]
        earlier = None if previous is None else {"ae_expedited": previous}
        made = safety_tables(SafetySettings(**setting), adsl, None, pd.DataFrame(rows), earlier, data_cut=cut)
        return made["ae_expedited"]

    return run


def test_serious_unexpected_related_or_unassessed_events_are_listed(release):
    events = [
        {"AESEQ": 1, "AEREL": "RELATED"},
        {"AESEQ": 2, "AEREL": None},
        {"AESEQ": 3, "AEREL": "NOT RELATED"},
        {"AESEQ": 4, "AEREL": "RELATED", "AESER": "N"},
        {"AESEQ": 5, "AEREL": "RELATED", "pt": "HEADACHE"},
        {"AESEQ": 6, "AEREL": "RELATED", "start": "2019-11-01"},
        # Never injected, but after the harvest.
        {"AESEQ": 7, "AEREL": "RELATED", "USUBJID": "S2", "start": "2019-12-10"},
    ]
    listed = release(events, "2020-03-01", expected_terms=("headache",))
    assert sorted(listed["sequence"]) == [1, 2, 7]
    assert listed.set_index("sequence")["causality"][2] == "MISSING"


def test_the_clock_starts_at_the_first_cut_that_showed_the_event_and_never_moves(release):
    first = release([{"AESEQ": 1, "AEREL": "RELATED"}], "2020-03-01")
    assert first.loc[0, ["status", "awareness_date", "due_date"]].tolist() == [
        "new",
        "2020-03-01",
        "2020-03-16",
    ]
    assert first.loc[0, "days_left"] == 15
    second = release([{"AESEQ": 1, "AEREL": "RELATED"}], "2020-03-10", first)
    assert second.loc[0, ["status", "due_date"]].tolist() == ["known", "2020-03-16"]
    assert second.loc[0, "days_left"] == 6


def test_a_recorded_day_of_awareness_is_used(release):
    event = {"AESEQ": 1, "AEREL": "RELATED", "AWAREDT": "2020-02-20"}
    listed = release([event], "2020-03-10", awareness_column="AWAREDT")
    assert listed.loc[0, ["awareness_source", "due_date"]].tolist() == ["recorded", "2020-03-06"]
    assert listed.loc[0, "days_left"] == -4


def test_new_events_come_first_and_withdrawn_ones_stay_visible(release):
    first = release([{"AESEQ": 1, "AEREL": "RELATED"}, {"AESEQ": 2, "AEREL": "RELATED"}], "2020-03-01")
    events = [
        {"AESEQ": 1, "AEREL": "RELATED"},
        {"AESEQ": 2, "AEREL": "NOT RELATED"},
        {"AESEQ": 3, "AEREL": "RELATED", "pt": "SEIZURE"},
    ]
    second = release(events, "2020-03-02", first)
    assert second["status"].tolist() == ["new", "known", "no longer qualifies"]
    third = release(events, "2020-03-03", second)
    assert third["status"].tolist() == ["known", "known", "no longer qualifies"]


def test_an_event_that_qualifies_again_keeps_its_first_clock(release):
    first = release([{"AESEQ": 1, "AEREL": "RELATED"}], "2020-03-01")
    second = release([{"AESEQ": 1, "AEREL": "NOT RELATED"}], "2020-03-05", first)
    third = release([{"AESEQ": 1, "AEREL": "RELATED"}], "2020-03-09", second)
    assert third.loc[0, ["status", "due_date"]].tolist() == ["changed", "2020-03-16"]


def test_a_changed_term_is_flagged_without_restarting_the_clock(release):
    first = release([{"AESEQ": 1, "AEREL": "RELATED"}], "2020-03-01")
    second = release([{"AESEQ": 1, "AEREL": "RELATED", "pt": "ENCEPHALITIS"}], "2020-03-05", first)
    assert second.loc[0, ["status", "due_date"]].tolist() == ["changed", "2020-03-16"]


def test_without_awareness_or_cut_the_clock_is_null_with_a_note(release):
    listed = release([{"AESEQ": 1, "AEREL": "RELATED"}], None)
    assert listed["due_date"].isna().all()
    assert listed.loc[0, "note"].startswith("no day of awareness")
