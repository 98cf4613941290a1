"""What must hold for every data set: order, labels, splitting, scaling and duplication change nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.survival.competing_risks import aalen_johansen
from analytics.survival.cox import fit_cox
from analytics.survival.cox_fit import CoxFit
from analytics.survival.fine_gray import fine_gray
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.log_rank import FAMILIES, log_rank
from analytics.survival.proportional_hazards import proportional_hazards_test
from analytics.survival.records import Records
from tests.unit.survival.cohorts import Cohort, cohort

SEEDS = st.integers(min_value=0, max_value=10_000)
PROFILE = settings(max_examples=12, deadline=None)


def fitted(data: Cohort, ties: str = "efron") -> CoxFit:
    return fit_cox(data.records("entry", "weight", "strata", "cluster"), data.covariates, ties=ties)


def same_fit(one: CoxFit, other: CoxFit) -> None:
    np.testing.assert_allclose(one.coefficient, other.coefficient, rtol=1e-8, atol=1e-11)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-8)
    np.testing.assert_allclose(one.robust_covariance, other.robust_covariance, rtol=1e-7)


@PROFILE
@given(SEEDS, st.sampled_from(["efron", "breslow"]))
def test_order_of_rows_changes_no_cox_fit(seed: int, ties: str) -> None:
    data = cohort(seed, delayed=True)
    rows = np.random.default_rng(seed + 1).permutation(len(data.stop))
    same_fit(fitted(data, ties), fitted(data.take(rows), ties))


@PROFILE
@given(SEEDS)
def test_names_of_strata_and_clusters_change_no_cox_fit(seed: int) -> None:
    data = cohort(seed, delayed=True)
    strata, cluster = np.array(["z", "m", "a"])[data.strata], [f"c{997 * c % 1009}" for c in data.cluster]
    renamed = fit_cox(data.records("entry", "weight", strata=strata, cluster=cluster), data.covariates)
    same_fit(fitted(data), renamed)


@PROFILE
@given(SEEDS, st.sampled_from(["efron", "breslow"]))
def test_splitting_follow_up_into_intervals_changes_no_cox_fit(seed: int, ties: str) -> None:
    data = cohort(seed, delayed=True)
    cut = np.floor((data.entry + data.stop) / 2)
    late = np.flatnonzero((cut > data.entry) & (cut < data.stop))
    rows = np.concatenate([np.arange(len(cut)), late])
    split = data.take(rows)
    first = np.isin(np.arange(len(cut)), late)
    split.stop[: len(cut)][first] = cut[first]
    split.event[: len(cut)][first] = False
    split.entry[len(cut) :] = cut[late]
    same_fit(fitted(data, ties), fitted(split, ties))


@PROFILE
@given(SEEDS)
def test_splitting_follow_up_changes_no_survival_curve(seed: int) -> None:
    data = cohort(seed)
    cut = np.full(len(data.stop), 7.5)
    late = data.stop > cut
    entry = np.concatenate([np.zeros(len(cut)), cut[late]])
    stop = np.concatenate([np.minimum(data.stop, cut), data.stop[late]])
    event = np.concatenate([data.event & ~late, data.event[late]])
    subject = np.concatenate([np.arange(len(cut)), np.flatnonzero(late)])
    whole, split = (
        kaplan_meier(data.records(), robust=True),
        kaplan_meier(Records(stop, event, entry=entry, cluster=subject)),
    )
    for t in (5.0, 10.0, 30.0):
        np.testing.assert_allclose(split.value_at(t), whole.value_at(t), rtol=1e-9)


@PROFILE
@given(SEEDS, st.sampled_from([0.001, 1 / 365.25, 7.0, 1000.0]))
def test_unit_of_time_changes_times_alone(seed: int, unit: float) -> None:
    data = cohort(seed, delayed=True)
    curve = kaplan_meier(data.records("entry", "weight"))
    scaled = kaplan_meier(data.records("weight", stop=data.stop * unit, entry=data.entry * unit))
    np.testing.assert_allclose(scaled.time, curve.time * unit)
    np.testing.assert_allclose(scaled.survival, curve.survival, rtol=1e-12)
    np.testing.assert_allclose(scaled.median(), np.array(curve.median()) * unit)
    fit = fit_cox(data.records("entry"), data.covariates)
    other = fit_cox(data.records(stop=data.stop * unit, entry=data.entry * unit), data.covariates)
    np.testing.assert_allclose(other.coefficient, fit.coefficient, rtol=1e-9)


@PROFILE
@given(SEEDS)
def test_everyone_twice_with_half_the_weight_leaves_breslow_and_kaplan_meier_unchanged(seed: int) -> None:
    data = cohort(seed)
    twice = data.take(np.tile(np.arange(len(data.stop)), 2))
    half = np.full(len(twice.stop), 0.5)
    one = fit_cox(data.records(), data.covariates, ties="breslow")
    two = fit_cox(twice.records(weight=half), twice.covariates, robust=False, ties="breslow")
    np.testing.assert_allclose(two.coefficient, one.coefficient, rtol=1e-8)
    np.testing.assert_allclose(two.covariance, one.covariance, rtol=1e-8)
    whole, halves = kaplan_meier(data.records()), kaplan_meier(twice.records(weight=half))
    np.testing.assert_allclose(halves.survival, whole.survival, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(halves.n_risk, whole.n_risk)


@PROFILE
@given(SEEDS)
def test_breslow_and_efron_agree_when_no_two_deaths_are_tied(seed: int) -> None:
    data = cohort(seed)
    stop = data.stop + np.random.default_rng(seed).permutation(len(data.stop)) * 1e-4
    efron = fit_cox(data.records(stop=stop), data.covariates)
    breslow = fit_cox(data.records(stop=stop), data.covariates, ties="breslow")
    np.testing.assert_allclose(efron.coefficient, breslow.coefficient, rtol=1e-10)


@PROFILE
@given(SEEDS, st.sampled_from(FAMILIES))
def test_log_rank_does_not_depend_on_order_or_names(seed: int, family: str) -> None:
    data = cohort(seed, delayed=True)
    other = data.take(np.random.default_rng(seed).permutation(len(data.stop)))
    options = {"family": family, "rho": 0.5, "gamma": 1.0}
    one = log_rank(data.records("entry", "strata"), data.treated, **options)
    names = np.array(["placebo", "active"])[other.treated]
    two = log_rank(other.records("entry", "strata"), names, **options)
    assert two.statistic == pytest.approx(one.statistic, rel=1e-9)


@PROFILE
@given(SEEDS, st.floats(min_value=0.1, max_value=20.0))
def test_a_common_factor_of_the_weights_changes_no_weighted_log_rank(seed: int, factor: float) -> None:
    data = cohort(seed)
    one = log_rank(data.records("weight"), data.treated)
    two = log_rank(data.records(weight=data.weight * factor), data.treated)
    assert two.statistic == pytest.approx(one.statistic, rel=1e-9)


@PROFILE
@given(SEEDS)
def test_incidences_of_all_causes_and_survival_sum_to_one(seed: int) -> None:
    data = cohort(seed, delayed=True)
    incidences = aalen_johansen(data.records("entry", "weight", event=data.cause))
    survival = kaplan_meier(data.records("entry", "weight"))
    at = np.searchsorted(survival.time, incidences[1].time)
    total = sum(curve.incidence for curve in incidences.values()) + survival.survival[at]
    np.testing.assert_allclose(total, 1.0, rtol=1e-12)


@PROFILE
@given(SEEDS)
def test_incidence_without_competing_events_is_one_minus_kaplan_meier(seed: int) -> None:
    data = cohort(seed, delayed=True)
    incidence = aalen_johansen(data.records("entry", "cluster"))[1]
    curve = kaplan_meier(data.records("entry", "cluster"))
    at = np.searchsorted(curve.time, incidence.time)
    np.testing.assert_allclose(incidence.incidence, 1 - curve.survival[at], rtol=1e-10, atol=1e-14)
    # Variances, not their roots: what cancels to nothing leaves rounding, and the root of 1e-14 looks like a figure.
    np.testing.assert_allclose(incidence.std_error**2, curve.std_error[at] ** 2, rtol=2e-6, atol=1e-12)


@PROFILE
@given(SEEDS)
def test_fine_gray_without_competing_events_is_cox_with_breslow_ties(seed: int) -> None:
    data = cohort(seed)
    gray = fine_gray(data.records(), data.covariates)
    cox = fit_cox(data.records(), data.covariates, ties="breslow", robust=True)
    np.testing.assert_allclose(gray.coefficient, cox.coefficient, rtol=1e-7)
    np.testing.assert_allclose(gray.robust_covariance, cox.robust_covariance, rtol=1e-7)


@PROFILE
@given(SEEDS)
def test_order_of_rows_changes_no_proportional_hazards_test(seed: int) -> None:
    data = cohort(seed, delayed=True)
    other = data.take(np.random.default_rng(seed + 1).permutation(len(data.stop)))
    one, two = (
        proportional_hazards_test(d.records("entry", "weight", "strata"), d.covariates) for d in (data, other)
    )
    pd.testing.assert_frame_equal(one, two, rtol=1e-7)
