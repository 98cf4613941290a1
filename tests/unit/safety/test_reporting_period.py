"""What began in a reporting period: days at its edges, days that are not known, and time at risk, counted by hand."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from analytics.safety import SafetySettings
from analytics.safety.reporting_period import ReportingPeriod, period_tables

AFTER, TO = "2020-06-30", "2020-12-31"
YEAR = 365.25


@pytest.fixture
def counted(make):
    """Counts a period over subjects (name → columns) and events (name, day, columns)."""
    subject, event = make

    def run(subjects, events, at_cut=True, after=AFTER, to=TO):
        adsl = pd.DataFrame([subject(name, **columns) for name, columns in subjects.items()])
        rows = [event(who, "Headache", day, **more) for who, day, more in events]
        adae = pd.DataFrame(rows, columns=list(event("S1", "Headache")))
        adae["AESEQ"] = np.arange(len(adae)) + 1
        return period_tables(SafetySettings(), adsl, adae, ReportingPeriod(after, to, at_cut))

    return run


def counts(made, span, subset="emergent", level="overall"):
    rows = made.by_term[
        (made.by_term["span"] == span)
        & (made.by_term["subset"] == subset)
        & (made.by_term["level"] == level)
        & (made.by_term["arm"] == "Lenzumestrocel")
    ]
    return [] if rows.empty else list(rows[["n_subject", "n_event"]].iloc[0])


def years(made, span):
    rows = made.exposure[(made.exposure["span"] == span) & (made.exposure["arm"] == "Lenzumestrocel")]
    return rows["n_total"].iloc[0], rows["person_years"].iloc[0]


@pytest.mark.parametrize(
    ("day", "in_period", "cumulative"),
    [
        ("2020-06-29", 0, 1),
        ("2020-06-30", 0, 1),
        ("2020-07-01", 1, 1),
        ("2020-12-31", 1, 1),
        ("2021-01-01", 0, 0),
    ],
)
def test_the_first_cuts_day_is_of_the_period_before_and_the_lasts_of_this_one(
    counted, day, in_period, cumulative
):
    made = counted({"S1": {}}, [("S1", day, {})])
    assert counts(made, "period") == [in_period] * 2
    assert counts(made, "cumulative") == [cumulative] * 2


def test_successive_periods_add_up_to_what_is_cumulative(counted):
    days = pd.date_range("2020-01-01", "2020-12-31", freq="11D").strftime("%Y-%m-%d")
    events = [(f"S{number % 3}", day, {}) for number, day in enumerate(days)]
    subjects = {f"S{number}": {} for number in range(3)}
    edges = ["2019-12-31", "2020-03-31", "2020-06-30", "2020-09-30", "2020-12-31"]
    parts = [counted(subjects, events, after=a, to=b) for a, b in pairwise(edges)]
    assert sum(counts(part, "period")[1] for part in parts) == len(days) == counts(parts[-1], "cumulative")[1]
    assert sum(years(part, "period")[1] for part in parts) == pytest.approx(years(parts[-1], "cumulative")[1])


@pytest.mark.parametrize(
    ("at_cut", "cumulative", "said"), [(True, 1, "in no period"), (False, 0, "left out")]
)
def test_an_event_without_a_day_is_in_no_period(counted, at_cut, cumulative, said):
    # Undated it is no emergent event under the default rule, but it is a serious reaction.
    made = counted({"S1": {}}, [("S1", None, {"AESER": "Y", "AEREL": "RELATED"})], at_cut)
    assert counts(made, "period", "sadr_overall") == [0, 0]
    assert counts(made, "cumulative", "sadr_overall") == [cumulative] * 2
    assert any(note.startswith("Events without a first day: 1") and said in note for note in made.notes)


def test_a_partial_day_is_the_one_of_the_mart_and_is_said(counted):
    made = counted({"S1": {}}, [("S1", "2020-07-01", {"ASTDTF": "D"}), ("S1", "2020-06-01", {"ASTDTF": "D"})])
    assert counts(made, "period") == [1, 1]
    assert counts(made, "cumulative") == [1, 2]
    assert "Events in the period by a first day of which a part is not known: 1" in made.notes


def test_a_subject_counts_once_in_a_span_and_the_same_one_in_both(counted):
    made = counted({"S1": {}}, [("S1", "2020-02-01", {}), ("S1", "2020-08-01", {}), ("S1", "2020-08-02", {})])
    assert counts(made, "period") == [1, 2]
    assert counts(made, "cumulative") == [1, 3]


def test_time_at_risk_is_that_of_the_days_of_the_period(counted):
    made = counted(
        {
            "BOTH": {"start": "2020-01-01", "end": "2021-12-31"},
            "BEFORE": {"start": "2020-01-01", "end": "2020-06-30"},
            "LATER": {"start": "2021-01-01", "end": "2021-12-31", "TRTEDT": None},
            "LAST": {"start": "2020-12-31", "end": "2021-06-30", "TRTEDT": None},
        },
        [],
    )
    assert years(made, "period") == (2, pytest.approx((184 + 1) / YEAR))
    assert years(made, "cumulative") == (3, pytest.approx((366 + 182 + 1) / YEAR))


def test_an_event_after_the_time_at_risk_is_counted_and_in_no_rate(counted):
    made = counted({"S1": {"end": "2020-07-31"}}, [("S1", "2020-07-31", {}), ("S1", "2020-08-15", {})])
    assert counts(made, "period") == [1, 2]
    rate = made.exposure[(made.exposure["span"] == "period") & (made.exposure["subset"] == "emergent")].iloc[
        0
    ]
    assert rate["n_event"] == 1
    assert rate["rate_per_100py"] == pytest.approx(100 / (31 / YEAR))


def test_of_no_time_at_risk_there_is_no_rate(counted):
    made = counted({"S1": {"end": "2020-06-01"}}, [("S1", "2020-02-01", {})])
    assert years(made, "period") == (0, 0)
    assert made.exposure.loc[made.exposure["span"] == "period", "rate_per_100py"].isna().all()


def test_events_of_an_erased_subject_are_in_nothing(counted):
    made = counted({"S1": {}}, [("S1", "2020-08-01", {}), ("GONE", "2020-08-02", {})])
    assert counts(made, "period") == counts(made, "cumulative") == [1, 1]


def test_who_began_later_is_not_among_those_treated_by_then(counted):
    made = counted(
        {"S1": {}, "S2": {"start": "2021-02-01", "TRTEDT": None}}, [("S1", "2020-08-01", {})], at_cut=False
    )
    assert made.by_term.loc[made.by_term["span"] == "cumulative", "n_total"].eq(1).all()
    assert made.by_term.loc[made.by_term["subset"] == "emergent", "pct"].dropna().eq(100).all()


def test_an_arm_without_a_calendar_is_left_out_and_named(counted):
    control = {"arm": "PRO-ACT placebo", "SOURCE": "PROACT", "TRTSDT": None, "HARVDT": None, "EOSDT": None}
    made = counted({"S1": {}, "C1": control | {"TRTEDT": None}}, [("S1", "2020-08-01", {})])
    assert set(made.by_term["arm"]) == {"Lenzumestrocel"}
    other = counted({"S1": {}, "P1": {"arm": "Other", "start": None}}, [("S1", "2020-08-01", {})])
    assert "Other: no calendar days, in no reporting period" in other.notes


def test_a_term_that_began_before_the_period_alone_stands_in_it_with_nought(counted):
    made = counted({"S1": {}}, [("S1", "2020-02-01", {}), ("S1", "2020-08-01", {"AEDECOD": "Nausea"})])
    rows = made.by_term[(made.by_term["subset"] == "emergent") & (made.by_term["level"] == "pt")]
    found = rows.set_index(["span", "pt"])["n_event"].to_dict()
    assert found == {
        ("period", "Headache"): 0, ("period", "Nausea"): 1, ("cumulative", "Headache"): 1, ("cumulative", "Nausea"): 1,
    }  # fmt: skip


def test_a_classification_that_cannot_be_made_is_null_with_its_reason(make):
    subject, event = make
    adae = pd.DataFrame([event("S1", "Headache", "2020-08-01")]).drop(columns="AEREL").assign(AESEQ=1)
    made = period_tables(
        SafetySettings(), pd.DataFrame([subject("S1")]), adae, ReportingPeriod(AFTER, TO, True)
    )
    rows = made.by_term[made.by_term["subset"] == "related"]
    assert rows["n_event"].isna().all()
    assert rows["note"].str.contains("AEREL and RELGR1 are absent").all()
    assert made.exposure.loc[made.exposure["subset"] == "related", "n_event"].isna().all()


@pytest.mark.parametrize("to", [AFTER, "2020-01-01"])
def test_a_period_without_a_day_is_refused(counted, to):
    with pytest.raises(ValueError, match="has no day"):
        counted({"S1": {}}, [], to=to)
