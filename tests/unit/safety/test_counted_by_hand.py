"""Tables of a cohort small enough to count by hand."""

import pandas as pd
import pytest

from analytics.safety import SafetySettings, safety_tables
from analytics.safety.zero import zero_note

ARM = "Lenzumestrocel"


def test_denominators_are_the_adsl_population_without_screen_failures_and_controls(tables):
    overview = tables["ae_overview"]
    assert set(overview["arm"]) == {ARM}
    assert set(overview["n_total"]) == {4}


@pytest.mark.parametrize(
    ("category", "n_subject", "n_event"),
    [
        ("any", 3, 6), ("emergent", 3, 5), ("related", 2, 3), ("causality_missing", 1, 1), ("serious", 2, 2),
        ("serious_death", 1, 1), ("serious_hospitalisation", 1, 1), ("serious_life_threatening", 0, 0),
        ("serious_related", 1, 1), ("sadr_window", 1, 1), ("discontinuation", 0, 0), ("fatal", 1, 1),
        ("any_severity_severe", 2, 2), ("any_severity_mild", 3, 3), ("any_severity_moderate", 0, 0), ("death", 1, 1),
    ],
)  # fmt: skip
def test_overview_counts_subjects_once_and_events_beside(tables, pick, category, n_subject, n_event):
    row = pick(tables["ae_overview"], category=category)
    assert (row["n_subject"], row["n_event"]) == (n_subject, n_event)
    assert row["pct"] == pytest.approx(100 * n_subject / 4)


def test_the_worst_grade_counts_subjects_once_and_no_events(tables):
    overview = tables["ae_overview"].set_index("category")
    worst = overview.loc[["severity_severe", "severity_moderate", "severity_mild", "severity_missing"]]
    assert worst["n_subject"].tolist() == [2, 0, 1, 0]
    assert worst["n_event"].isna().all()
    assert worst["note"].str.contains("highest severity").all()


def test_terms_come_by_frequency_within_classes_by_frequency(tables):
    table = tables["ae_by_term"]
    main = table[table["subset"] == "emergent"]
    assert main["level"].tolist() == ["overall", "soc", "pt", "soc", "pt", "soc", "pt"]
    assert main["pt"].dropna().tolist() == ["HEADACHE", "MENINGITIS", "DYSPNOEA"]
    headache = main[main["pt"] == "HEADACHE"].iloc[0]
    assert (headache["n_subject"], headache["n_event"]) == (2, 3)


def test_classes_come_alphabetically_where_the_protocol_says_so(cohort):
    table = safety_tables(SafetySettings(order="alphabetical"), *cohort)["ae_by_term"]
    socs = table[(table["subset"] == "emergent") & (table["level"] == "soc")]["soc"].tolist()
    assert socs == sorted(socs)


def test_maximum_severity_counts_a_subject_at_the_worst_event(tables, pick):
    table = tables["ae_by_severity"]
    assert pick(table, pt="HEADACHE", severity="SEVERE")["n_subject"] == 1
    mild = pick(table, pt="HEADACHE", severity="MILD")
    assert (mild["n_subject"], mild["n_event"]) == (1, 2)


def test_grades_4_and_5_have_rows_where_a_file_has_such_a_grade(cohort):
    adsl, adex, adae = cohort
    words = ["MILD", "MODERATE", "SEVERE"]
    for grade, rows in ((3, words), (4, [*words, "LIFE THREATENING", "FATAL"])):
        graded = adae.drop(columns="AESEV").assign(ATOXGR=[grade, *[1] * (len(adae) - 1)])
        table = safety_tables(SafetySettings(), adsl, adex, graded)["ae_by_severity"]
        assert table["severity"].unique().tolist() == [*rows, "MISSING"]


def test_injections_are_counted_up_to_six_and_more(cohort):
    adsl, adex, adae = cohort
    more = pd.DataFrame({"USUBJID": "S1", "ASTDT": [f"2020-0{month}-27" for month in range(2, 8)]})
    table = safety_tables(SafetySettings(), adsl, pd.concat([adex, more]), adae)["exposure_summary"]
    reached = table[table["statistic"].str.startswith("injections_n_ge_")]
    assert reached["statistic"].tolist() == [f"injections_n_ge_{k}" for k in range(1, 7)]
    assert reached["value"].tolist() == [4, 4, 1, 1, 1, 1]


def test_exposure_counts_the_first_day_and_ends_with_death(tables, pick):
    table = tables["exposure_summary"]
    days = {"S1": 731, "S2": 61, "S3": 182, "S4": 731}
    assert pick(table, statistic="time_at_risk_mean")["value"] == sum(days.values()) / 4
    years = pick(table, statistic="time_at_risk_person_years")["value"]
    assert years == pytest.approx(sum(days.values()) / 365.25)
    assert pick(table, statistic="time_at_risk_n_ge_3_months")["value"] == 3
    assert pick(table, statistic="time_at_risk_pct_ge_3_months")["value"] == 75
    assert pick(table, statistic="time_at_risk_n_ge_12_months")["value"] == 2
    assert pick(table, statistic="treatment_duration_median")["value"] == 27
    assert pick(table, statistic="injections_total")["value"] == 8
    assert table[table["statistic"].str.startswith("injections_")]["note"].isna().all()
    assert pick(table, statistic="cycles_mean")["value"] == 1


def test_first_occurrence_rate_ends_time_at_risk_on_the_day_of_the_event(tables, pick):
    row = pick(tables["ae_rate"], subset="emergent", pt="HEADACHE", kind="first_occurrence")
    # S1 on day 31, S2 on day 1 (0-based); S3 and S4 in full.
    assert row["person_years"] == pytest.approx((32 + 2 + 182 + 731) / 365.25)
    assert row["rate_per_100py"] == pytest.approx(100 * 2 / row["person_years"])
    every = pick(tables["ae_rate"], subset="emergent", pt="HEADACHE", kind="all_events")
    assert (every["n_event"], every["person_years"]) == (3, pytest.approx((731 + 61 + 182 + 731) / 365.25))
    assert set(tables["ae_rate"]["year_days"]) == {365.25}


def test_deaths_are_listed_whatever_their_cause_with_their_day(tables, pick):
    row = pick(tables["ae_death"], usubjid="S2")
    assert (row["death_day"], row["fatal_terms"], row["in_window"]) == (60, "DYSPNOEA", "Y")
    assert row["days_since_last_administration"] == 34
    assert row["causality"] == "NOT RELATED"


def test_events_between_harvest_and_injection_count_from_harvest_only(tables, pick):
    timing = tables["ae_timing"]
    before = pick(timing, origin="HARVEST", period="harvest to first injection", subset="all")
    # S1 before the injection, S6 who was never injected; the arm is the planned one.
    assert (before["n_subject"], before["n_total"], before["arm"]) == (2, 5, ARM)
    # 28 days of four injected subjects, and 17 days until the end of observation of S6.
    assert before["person_years"] == pytest.approx((4 * 28 + 17) / 365.25)
    first = timing[(timing["origin"] == "FIRST_INJECTION") & (timing["subset"] == "all")]
    assert first["n_event"].sum() == 5


def test_events_are_placed_by_time_since_the_last_injection(tables, pick):
    timing = tables["ae_timing"]
    row = pick(timing, origin="LAST_INJECTION", period="0 to 1 days", subset="all")
    # S2 one day after the first injection, S3 one day after the second.
    assert (row["n_subject"], row["n_event"], row["n_total"]) == (2, 2, 4)
    assert row["person_years"] == pytest.approx(4 * 2 * 2 / 365.25)
    since = timing[(timing["origin"] == "LAST_INJECTION") & (timing["subset"] == "all")]
    assert since["n_event"].sum() == 5
    assert since["person_years"].sum() == pytest.approx((731 + 61 + 182 + 731) / 365.25)


def test_every_event_is_counted_or_excluded_for_a_stated_reason(tables, cohort):
    account = tables["ae_exclusion"]
    rows = account[account["table_subset"] == "any"].set_index("reason")["n_event"]
    assert rows.to_dict() == {
        "counted": 6,
        "external control: comparable collection is not stated": 1,
        "not in the safety population": 1,
        "screen failure": 1,
        "subject is not in ADSL": 1,
    }
    assert rows.sum() == len(cohort[2])


def test_a_zero_says_what_it_does_not_exclude_and_who_completed_the_window(tables, pick):
    row = pick(tables["ae_overview"], category="discontinuation")
    assert row["n_completed_window"] == 2
    assert row["note"].startswith("0 of 4 does not exclude 60.2 %")
    assert "2 completed the 365-day window" in row["note"]


@pytest.mark.parametrize(("completed", "ending"), [(3, " (0 of them: 70.8 %)"), (0, "")])
def test_a_zero_among_those_who_completed_the_window_is_told_where_anybody_did(completed, ending):
    rows = pd.DataFrame(
        {
            "n_subject": [0],
            "n_total": [10],
            "n_completed_window": [completed],
            "pct_ci_upper": [30.8],
            "note": [None],
        }
    )
    (note,) = zero_note(rows, SafetySettings())["note"]
    assert note.endswith(f"; {completed} completed the 365-day window{ending}")


def test_the_emergence_rule_is_printed_on_every_table_that_uses_it(tables):
    for name in (
        "ae_overview",
        "ae_by_term",
        "ae_by_severity",
        "ae_rate",
        "ae_risk_difference",
        "ae_timing",
        "ae_aesi",
    ):
        assert tables[name]["emergence_rule"].str.startswith("CDISC pilot").all(), name


def test_sources_are_not_compared_unless_collection_is_stated_comparable(tables, cohort, pick):
    refused = tables["ae_risk_difference"]
    assert refused["difference_pct"].isna().all()
    assert refused["note"].str.contains("comparable adverse-event collection is not stated").all()
    made = safety_tables(SafetySettings(comparable_collection=True), *cohort)["ae_risk_difference"]
    row = pick(made, category="emergent", level="category")
    assert (row["reference_arm"], row["n_subject"], row["n_subject_reference"]) == ("PRO-ACT placebo", 3, 1)
    assert row["difference_pct"] == pytest.approx(100 * (3 / 4 - 1 / 2))
    assert row["ci_lower"] < row["difference_pct"] < row["ci_upper"]


def test_fisher_p_is_given_only_where_asked(cohort):
    asked = safety_tables(SafetySettings(comparable_collection=True, fisher=True), *cohort)[
        "ae_risk_difference"
    ]
    assert asked["p_fisher"].between(0, 1).any()
    silent = safety_tables(SafetySettings(comparable_collection=True), *cohort)["ae_risk_difference"]
    assert silent["p_fisher"].isna().all()


def test_planned_and_actual_arm_are_kept_apart(cohort, pick):
    adsl, adex, adae = cohort
    adsl = adsl.assign(TRT01P=adsl["TRT01P"].where(adsl["USUBJID"] != "S1", "Other arm"))
    table = safety_tables(SafetySettings(), adsl, adex, adae)["exposure_summary"]
    assert pick(table, arm=ARM, statistic="n_planned_otherwise")["value"] == 1
    # The arm that nobody received is shown, empty.
    empty = pick(table, arm="Other arm", statistic="n")
    assert (empty["value"], empty["note"]) == (0, "no subject in this arm")
    assert pick(table, arm="Other arm", statistic="n_planned")["value"] == 1


def test_an_empty_arm_has_zero_counts_and_no_percentage(cohort, pick):
    overview = safety_tables(SafetySettings(arms=("Sham",)), *cohort)["ae_overview"]
    row = pick(overview, arm="Sham", category="emergent")
    assert (row["n_subject"], row["n_total"], row["note"]) == (0, 0, "no subject in this arm")
    assert row[["pct", "pct_ci_upper"]].isna().all()


def test_common_terms_reach_the_threshold_in_some_arm(cohort):
    table = safety_tables(SafetySettings(min_pct=50), *cohort)["ae_by_term"]
    common = table[(table["subset"] == "common") & (table["level"] == "pt")]
    assert common["pt"].tolist() == ["HEADACHE"]


def test_listed_terms_are_not_unexpected(cohort, pick):
    listed = SafetySettings(expected_terms=("headache", "Meningitis"))
    overview = safety_tables(listed, *cohort)["ae_overview"]
    assert pick(overview, category="unexpected")["n_event"] == 1
    assert pick(overview, category="serious_unexpected_related")["n_event"] == 0


def test_a_repeated_subject_in_adsl_is_refused_without_naming_it(cohort):
    adsl, adex, adae = cohort
    with pytest.raises(ValueError, match="repeated on 8") as error:
        safety_tables(SafetySettings(), adsl.loc[[*adsl.index, *adsl.index]], adex, adae)
    assert "S1" not in str(error.value)
