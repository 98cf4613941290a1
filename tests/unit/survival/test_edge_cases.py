"""Data on which no estimate, or only part of one, can be made: a note, never an exception nor a made-up number (F44)."""

import numpy as np
import pandas as pd
import pytest

from analytics.survival.competing_risks import aalen_johansen, cause_specific_cox
from analytics.survival.cox import fit_cox
from analytics.survival.fine_gray import fine_gray
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.log_rank import log_rank
from analytics.survival.milestone import survival_difference
from analytics.survival.nelson_aalen import nelson_aalen
from analytics.survival.proportional_hazards import proportional_hazards_test
from analytics.survival.records import Records
from analytics.survival.rmst import restricted_mean
from analytics.survival.rmst_contrast import rmst_contrasts
from tests.unit.survival.cohorts import cohort

DATA = cohort(7)


def test_entry_at_or_after_the_end_is_refused_with_a_count() -> None:
    with pytest.raises(ValueError, match="2 records end at or before their entry"):
        fit_cox(Records([1.0, 2, 3], [1, 1, 1], entry=[1.0, 3, 0]), pd.DataFrame({"x": [1.0, 2, 3]}))


def test_negative_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="1 weights are negative"):
        kaplan_meier(Records([1.0, 2], [1, 1], weight=[1.0, -1]))


def test_unequal_lengths_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="cluster has 1 values, stop has 2"):
        Records([1.0, 2], [1, 1], cluster=["a"])


def test_covariates_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="covariates has 1 rows, stop has 2"):
        fit_cox(Records([1.0, 2], [1, 1]), pd.DataFrame({"x": [1.0]}))


def test_an_event_other_than_0_or_1_is_refused() -> None:
    with pytest.raises(ValueError, match="event must be 0 or 1"):
        kaplan_meier(Records([1.0, 2], [1, 2]))


def test_all_censored_gives_no_cox_estimate_but_a_note() -> None:
    fit = fit_cox(DATA.records(event=np.zeros(len(DATA.stop))), DATA.covariates)
    assert np.isnan(fit.coefficient).all()
    assert fit.note == "no events"
    table = proportional_hazards_test(DATA.records(event=np.zeros(len(DATA.stop))), DATA.covariates)
    assert table["chi2"].isna().all()
    assert table["note"].eq("no events").all()


def test_all_censored_keeps_survival_at_one_and_has_no_median() -> None:
    curve = kaplan_meier(Records([3.0, 5], [0, 0]))
    assert curve.survival.tolist() == [1, 1, 1]
    assert np.isnan(curve.median()).all()
    assert log_rank(Records([3.0, 5], [0, 0]), [0, 1]).note == "no events"


def test_no_records_give_empty_results() -> None:
    assert len(kaplan_meier(Records([], [])).time) == 0
    assert fit_cox(Records([], []), pd.DataFrame({"x": np.array([])})).note == "no complete records"
    assert aalen_johansen(Records([], [])) == {}


def test_a_stratum_without_events_changes_nothing() -> None:
    extra = cohort(8, n=30)
    stop, event = np.r_[DATA.stop, extra.stop], np.r_[DATA.event, np.zeros(30)]
    strata = np.r_[np.zeros(len(DATA.stop)), np.ones(30)]
    both = fit_cox(Records(stop, event, strata=strata), pd.concat([DATA.covariates, extra.covariates]))
    alone = fit_cox(DATA.records(), DATA.covariates)
    np.testing.assert_allclose(both.coefficient, alone.coefficient, rtol=1e-9)


def test_a_term_collinear_with_earlier_ones_is_named_as_aliased() -> None:
    x = DATA.covariates.assign(months=DATA.covariates["age"] * 12, constant=1.0)
    fit = fit_cox(DATA.records(), x)
    alone = fit_cox(DATA.records(), DATA.covariates)
    assert fit.note == "aliased (constant or collinear with earlier terms): months, constant"
    assert np.isnan(fit.coefficient[2:]).all()
    np.testing.assert_allclose(fit.coefficient[:2], alone.coefficient, rtol=1e-8)


def test_a_covariate_that_is_constant_within_pairs_is_aliased() -> None:
    pair = np.arange(len(DATA.stop)) // 2
    x = pd.DataFrame({"treated": DATA.treated * 1.0, "site": pair % 5 * 0.37})
    fit = fit_cox(DATA.records(strata=pair), x)
    assert fit.note is not None
    assert "aliased" in fit.note
    assert "site" in fit.note
    assert np.isfinite(fit.coefficient[0])


def test_an_arm_without_events_is_named_as_separation() -> None:
    event = DATA.event & (DATA.treated == 0)
    fit = fit_cox(DATA.records(event=event), DATA.covariates)
    assert fit.note == "separation, the coefficient is infinite: treated"
    assert np.isnan(fit.coefficient[1])
    assert np.isfinite(fit.coefficient[0])
    assert not fit.converged


def test_perfect_order_by_a_covariate_gives_no_estimate() -> None:
    fit = fit_cox(Records(np.arange(1.0, 9), np.ones(8)), pd.DataFrame({"x": np.arange(8.0)}))
    assert np.isnan(fit.coefficient).all()
    assert fit.note is not None
    assert not fit.converged


def test_zero_weights_are_as_good_as_absent_rows() -> None:
    weight = np.where(np.arange(len(DATA.stop)) % 4 == 0, 0.0, DATA.weight)
    present = DATA.take(np.flatnonzero(weight > 0))
    fit = fit_cox(DATA.records(weight=weight), DATA.covariates)
    other = fit_cox(present.records("weight"), present.covariates)
    np.testing.assert_allclose(fit.robust_covariance, other.robust_covariance, rtol=1e-10)
    assert fit.n_missing == (weight == 0).sum()


def test_rows_with_a_missing_value_are_left_out_and_counted() -> None:
    x = DATA.covariates.copy()
    x.loc[:9, "age"] = np.nan
    fit = fit_cox(DATA.records(), x)
    kept = DATA.take(np.arange(10, len(DATA.stop)))
    assert fit.n_missing == 10
    np.testing.assert_allclose(fit.coefficient, fit_cox(kept.records(), kept.covariates).coefficient)


def test_times_that_differ_by_floating_noise_are_ties() -> None:
    noisy = DATA.stop * 0.1 + np.random.default_rng(3).uniform(-1e-12, 1e-12, len(DATA.stop))
    clean = fit_cox(DATA.records(), DATA.covariates)
    np.testing.assert_allclose(
        fit_cox(DATA.records(stop=noisy), DATA.covariates).coefficient, clean.coefficient, rtol=1e-9
    )
    assert len(kaplan_meier(DATA.records(stop=noisy)).time) == len(kaplan_meier(DATA.records()).time)


def test_survival_reaches_exactly_zero_when_the_last_weighted_subject_dies() -> None:
    curve = kaplan_meier(Records([1.0, 2, 3], [1, 1, 1], weight=[0.1, 0.2, 0.7]))
    assert curve.survival[-1] == 0.0
    assert np.isnan(kaplan_meier(Records([1.0, 2, 3], [1, 1, 1])).std_error[-1])


def test_a_subject_censored_at_a_death_time_is_at_risk_of_it() -> None:
    assert kaplan_meier(Records([2.0, 2, 5], [1, 0, 0])).survival_at(2)[0] == pytest.approx(2 / 3)


def test_a_subject_who_enters_at_a_death_time_is_not_at_risk_of_it() -> None:
    curve = kaplan_meier(Records([2.0, 5, 6], [1, 0, 0], entry=[0.0, 2, 0]))
    assert curve.survival_at(2)[0] == pytest.approx(1 / 2)


def test_survival_is_unknown_after_the_end_of_follow_up() -> None:
    curve = kaplan_meier(Records([2.0, 4, 6], [1, 1, 0]))
    assert np.isnan(curve.survival_at(7)).all()
    assert np.isnan(restricted_mean(curve, 7)).all()
    assert kaplan_meier(Records([2.0, 4], [1, 1])).survival_at(9)[0] == 0.0


def test_contrasts_beyond_follow_up_are_null_with_a_note() -> None:
    difference, ratio = rmst_contrasts(DATA.records(), DATA.treated, 1e4)
    milestone = survival_difference(DATA.records(), DATA.treated, 1e4)
    for contrast in (difference, ratio, milestone):
        assert np.isnan(contrast.estimate)
        assert contrast.note == "follow-up of an arm ends before 10000"


def test_groups_never_at_risk_together_have_no_log_rank() -> None:
    assert log_rank(Records([1.0, 2, 3, 4], [1, 1, 1, 1], strata=[1, 1, 2, 2]), list("aabb")).note is not None


def test_fine_gray_without_events_of_the_cause_has_a_note() -> None:
    fit = fine_gray(DATA.records(event=np.where(DATA.event, 2, 0)), DATA.covariates)
    assert fit.note == "no events of the cause of interest"
    assert np.isnan(fit.coefficient).all()


def test_fine_gray_refuses_what_it_would_have_to_ignore() -> None:
    with pytest.raises(ValueError, match="neither delayed entry nor weights"):
        fine_gray(DATA.records("weight", event=DATA.cause), DATA.covariates)


def test_cause_specific_cox_censors_other_causes() -> None:
    fit = cause_specific_cox(DATA.records(event=DATA.cause), DATA.covariates, 2)
    other = fit_cox(DATA.records(event=DATA.cause == 2), DATA.covariates)
    np.testing.assert_array_equal(fit.coefficient, other.coefficient)


def test_nelson_aalen_is_constant_after_the_last_time() -> None:
    hazard = nelson_aalen(Records([1.0, 2, 3], [1, 0, 1]))
    np.testing.assert_allclose(hazard.value_at([0.5, 1, 10]), [0, 1 / 3, 4 / 3])
