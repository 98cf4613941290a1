"""An administration is a day on which the product was given, whatever rows a file has of it."""

import itertools

import pandas as pd
import pytest

from analytics.safety import SafetySettings, safety_tables
from analytics.safety.administrations import one_row_each

DAYS = ("2020-01-01", "2020-01-27", "2020-06-01")
PARAMETERS = ("DOSE", "PLDOSE", "ADJ", "DURD")


def given(**columns):
    """Three administrations of one subject, a row each."""
    return pd.DataFrame(
        {"USUBJID": "S1", "EXSEQ": [1, 2, 3], "ASTDT": DAYS, "CYCLE": [1, 1, 2], "EXDOSE": 1.0} | columns
    )


def of_parameters(parameters=PARAMETERS, summary=("TDOSE", "TDURD"), **columns):
    """The same in ADaM's basic data structure: a row per parameter of each, and rows over all of them."""
    rows = [
        {**row, "PARAMCD": parameter}
        for row, parameter in itertools.product(given().to_dict("records"), parameters)
    ]
    over = [
        {"USUBJID": "S1", "EXSEQ": None, "ASTDT": DAYS[0], "CYCLE": None, "PARAMCD": parameter}
        for parameter in summary
    ]
    return pd.DataFrame(rows + over).assign(**columns)


@pytest.fixture
def exposed(make):
    """Makes the exposure and timing of one subject from an ADEX."""
    subject, event = make

    def run(adex):
        adsl = pd.DataFrame([subject("S1")])
        tables = safety_tables(
            SafetySettings(), adsl, adex, pd.DataFrame([event("S1", "Headache", "2020-06-03")])
        )
        return tables["exposure_summary"], tables["ae_timing"]

    return run


@pytest.mark.parametrize(
    "adex",
    [
        of_parameters(),
        of_parameters().sample(frac=1, random_state=1),
        of_parameters(parameters=("DOSE",)),
        of_parameters().drop(columns="EXSEQ"),
        pd.concat([given(), given(EXSEQ=[4, 5, 6])]),
        pd.concat([given(), given(EXSEQ=[4, 5, 6], EXOCCUR="N", ASTDT=["2020-02-01"] * 3)]),
    ],
    ids=[
        "parameters",
        "shuffled",
        "one parameter and summaries",
        "no EXSEQ",
        "two records a day",
        "not given",
    ],
)
def test_rows_are_not_administrations(exposed, adex):
    plain, others = exposed(given()), exposed(adex.reset_index(drop=True))
    for one, other in zip(plain, others, strict=True):
        pd.testing.assert_frame_equal(one, other)
    totals = others[0].set_index("statistic")["value"]
    assert totals["injections_total"] == 3
    assert totals["cycles_mean"] == 2


def test_study_days_say_the_same_as_dates(exposed):
    by_day = given(ASTDY=[1, 27, 153]).drop(columns="ASTDT")
    for dated, numbered in zip(exposed(given()), exposed(by_day), strict=True):
        pd.testing.assert_frame_equal(dated, numbered)


def test_an_event_before_the_first_dated_injection_is_in_no_cycle_and_in_no_days_since_one(make, pick):
    subject, event = make
    doses = given(ASTDT=["2020-02-01", "2020-03-01", "2020-06-01"])
    events = pd.DataFrame([event("S1", "Headache", "2020-01-10"), event("S1", "Headache", "2020-03-02")])
    tables = safety_tables(SafetySettings(), pd.DataFrame([subject("S1")]), doses, events)
    timing = tables["ae_timing"].query("subset == 'all' and n_event > 0").set_index("origin")
    for origin, later in (("CYCLE", "cycle 1"), ("LAST_INJECTION", "0 to 1 days")):
        found = timing.loc[[origin]].set_index("period")["n_event"]
        assert found.to_dict() == {later: 1, "no dated injection before": 1}


def test_rows_that_are_administrations_stay_as_they_are():
    for adex in (given(), given(ASTDT=None), given(ASTDT=None, PARAMCD="DOSE"), given().iloc[:0]):
        assert one_row_each(adex) is adex


def test_partial_dates_stand_for_themselves():
    month = given(ASTDT="2020-01-01", ASTDTF="D")
    assert len(one_row_each(month)) == 3
    assert len(one_row_each(given(ASTDT="2020-01"))) == 3


def test_dose_numbers_that_counted_records_are_left_out():
    twice = pd.concat([given(DOSENO=[1, 3, 5]), given(EXSEQ=[4, 5, 6], DOSENO=[2, 4, 6])], ignore_index=True)
    assert "DOSENO" not in one_row_each(twice)
    assert one_row_each(of_parameters(DOSENO=1))["DOSENO"].tolist() == [1, 1, 1]
