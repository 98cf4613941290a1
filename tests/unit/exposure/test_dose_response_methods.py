"""What a user of the dose-response table relies on."""

import numpy as np
import pandas as pd
import pytest

from analytics.catalogue import TABLES
from analytics.exposure.clone_censor_weight import clone_censor_weight
from analytics.exposure.clones import Strategies
from analytics.exposure.dose_history import dose_history
from analytics.exposure.dose_response import dose_response
from analytics.exposure.landmark import landmark_dose_response
from analytics.exposure.naive import naive_dose_response
from analytics.exposure.time_varying import count_intervals, switch_intervals, time_varying_dose_response
from tests.validation.dosing_cohorts import DosingCohort, DosingTruth, draw_cohort

GRACE = Strategies(k=3, grace_days=365)


@pytest.fixture(scope="module")
def cohort() -> DosingCohort:
    return draw_cohort(DosingTruth(n=300), seed=11)


@pytest.fixture(scope="module")
def decliners() -> DosingCohort:
    return draw_cohort(DosingTruth(n=2000, decliners_stop=True), seed=12)


def _log(frame: pd.DataFrame) -> float:
    return float(np.log(frame["estimate"].iloc[0]))


def test_all_analyses_stand_side_by_side_in_the_contract_columns(cohort: DosingCohort) -> None:
    table = dose_response(
        cohort.follow_up,
        cohort.injections,
        3,
        landmarks_days=[270, 365],
        strategies=GRACE,
        alsfrs=cohort.alsfrs,
    )
    assert list(table.columns) == list(TABLES["dose_response"].columns)
    assert table["method"].tolist() == [
        "naive",
        "landmark",
        "landmark",
        "time_varying",
        "time_varying_count",
        "clone_censor_weight",
    ]
    assert table["biased"].tolist() == ["Y", "Y", "Y", "Y", "Y", "N"]
    assert table["note"].iloc[1:5].str.contains("biased where decline decides").all()
    assert "biased reference" in table["label"].iloc[0]
    assert table["estimate"].notna().all()


def test_row_order_and_renaming_of_subjects_change_nothing(cohort: DosingCohort) -> None:
    given = (cohort.follow_up, cohort.injections, cohort.alsfrs, cohort.covariates)
    shuffled = [f.sample(frac=1, random_state=3) for f in given]
    renamed = [f.assign(usubjid="Z" + f["usubjid"].str[::-1]) for f in given]
    tables = [
        dose_response(f, i, 3, landmarks_days=[300], strategies=GRACE, alsfrs=a, covariates=c)
        for f, i, a, c in (given, shuffled, renamed)
    ]
    pd.testing.assert_frame_equal(tables[0], tables[1], rtol=1e-12)
    pd.testing.assert_frame_equal(tables[0], tables[2], rtol=1e-8)


def test_without_an_effect_only_the_naive_estimate_finds_one_when_dosing_is_random() -> None:
    c = draw_cohort(DosingTruth(n=3000), seed=13)
    assert _log(naive_dose_response(c.follow_up, c.injections, 3)) < -0.4
    assert abs(_log(landmark_dose_response(c.follow_up, c.injections, 3, [365]))) < 0.15
    assert abs(_log(time_varying_dose_response(c.follow_up, c.injections, 3))) < 0.15
    assert abs(_log(clone_censor_weight(c.follow_up, c.injections, GRACE, c.covariates, c.alsfrs))) < 0.1


def test_when_decliners_stop_only_clone_censor_weight_stays_near_the_truth(decliners: DosingCohort) -> None:
    c = decliners
    assert _log(naive_dose_response(c.follow_up, c.injections, 3)) < -0.5
    assert _log(landmark_dose_response(c.follow_up, c.injections, 3, [365])) < -0.3
    assert _log(time_varying_dose_response(c.follow_up, c.injections, 3)) < -0.3
    assert abs(_log(clone_censor_weight(c.follow_up, c.injections, GRACE, c.covariates, c.alsfrs))) < 0.15


def test_weights_without_alsfrs_leave_the_bias_of_decliners_in(decliners: DosingCohort) -> None:
    c = decliners
    assert _log(clone_censor_weight(c.follow_up, c.injections, GRACE)) < -0.25


def test_a_dose_on_the_day_of_death_counts_for_that_day_only() -> None:
    follow_up = pd.DataFrame(
        {"usubjid": ["A", "B"], "entry_days": 0, "stop_days": [101, 50], "event": [1, 0]}
    )
    injections = pd.DataFrame({"usubjid": ["A", "A", "B"], "day": [0, 100, 50]})
    history = dose_history(follow_up, injections)
    intervals = switch_intervals(history, 2)
    assert intervals.query("subject == 0")[["start", "stop", "exposed", "event"]].to_numpy().tolist() == [
        [0, 100, 0, 0],
        [100, 101, 1, 1],
    ]
    assert np.isinf(history.day_of_dose(1)[1]), "an injection at the end of follow-up is outside it"


def test_exposure_intervals_cover_the_follow_up_once(cohort: DosingCohort) -> None:
    history = dose_history(cohort.follow_up, cohort.injections)
    for intervals in (switch_intervals(history, 3), count_intervals(history)):
        days = (intervals["stop"] - intervals["start"]).groupby(intervals["subject"]).sum()
        assert days.to_numpy() == pytest.approx(history.stop - history.entry)
        assert intervals["event"].sum() == history.event.sum()


def test_dose_count_rises_with_each_dose_and_starts_at_those_had_by_entry() -> None:
    follow_up = pd.DataFrame({"usubjid": ["A"], "entry_days": [10], "stop_days": [100], "event": [0]})
    injections = pd.DataFrame({"usubjid": ["A"] * 3, "day": [0, 26, 60]})
    intervals = count_intervals(dose_history(follow_up, injections))
    assert intervals[["start", "stop", "exposed"]].to_numpy().tolist() == [
        [10, 26, 1],
        [26, 60, 2],
        [60, 100, 3],
    ]


def test_too_few_in_a_dose_group_gives_a_null_and_says_so(cohort: DosingCohort) -> None:
    table = dose_response(
        cohort.follow_up, cohort.injections, 9, landmarks_days=[5000], strategies=Strategies(9, 365)
    )
    null = table[table["method"] != "time_varying_count"]
    assert null[["estimate", "ci_lower", "ci_upper", "p_value"]].isna().all(axis=None)
    assert null["note"].str.contains("fewer than 8").all()


def test_clone_censor_weight_is_refused_on_a_clock_with_late_entry(cohort: DosingCohort) -> None:
    late = cohort.follow_up.assign(entry_days=1.0)
    row = clone_censor_weight(late[late["stop_days"] > 1], cohort.injections, GRACE).iloc[0]
    assert np.isnan(row["estimate"])
    assert "time zero" in row["note"]


def test_a_subject_given_twice_is_an_error_without_its_id(cohort: DosingCohort) -> None:
    twice = pd.concat([cohort.follow_up, cohort.follow_up.head(1)])
    with pytest.raises(ValueError, match="more than one row for a subject") as error:
        naive_dose_response(twice, cohort.injections, 3)
    assert cohort.follow_up["usubjid"].iloc[0] not in str(error.value)


def test_counts_are_those_of_the_fit_and_who_is_left_out_is_said(cohort: DosingCohort) -> None:
    known = cohort.covariates.assign(
        ALSFRSR=cohort.covariates["ALSFRSR"].where(cohort.covariates.index >= 75)
    )
    table = dose_response(
        cohort.follow_up, cohort.injections, 3, landmarks_days=[270], strategies=GRACE, covariates=known
    ).set_index("method")
    complete = dose_response(
        cohort.follow_up[cohort.follow_up["usubjid"].isin(known.dropna()["usubjid"])],
        cohort.injections, 3, landmarks_days=[270], covariates=known,
    ).set_index("method")  # fmt: skip
    for method in complete.index:
        assert table.loc[method, "n_exposed"] == complete.loc[method, "n_exposed"], method
        assert table.loc[method, "n_unexposed"] == complete.loc[method, "n_unexposed"], method
        assert "75 subjects left out for want of a covariate" in table.loc[method, "note"]
    naive = table.loc["naive"]
    assert naive["n_exposed"] + naive["n_unexposed"] == 225


def test_an_injection_recorded_in_two_rows_of_a_day_is_one(cohort: DosingCohort) -> None:
    twice = pd.concat([cohort.injections, cohort.injections.query("dose_number < 3")])
    given = {"landmarks_days": [270], "strategies": GRACE, "alsfrs": cohort.alsfrs}
    once, doubled = (dose_response(cohort.follow_up, i, 3, **given) for i in (cohort.injections, twice))
    pd.testing.assert_frame_equal(once, doubled)
