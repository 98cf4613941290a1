"""Estimates against their written definitions, computed slowly, and against lifelines where it is right."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test

from analytics.survival.cox import fit_cox, fit_cox_arrays
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.log_rank import log_rank
from analytics.survival.milestone import survival_difference
from analytics.survival.observation import reverse_kaplan_meier
from analytics.survival.records import Records
from analytics.survival.rmst_contrast import rmst_contrasts
from tests.unit.survival.cohorts import Cohort, cohort

DATA = cohort(11, n=200)


def numeric_influence(statistic: object, data: Cohort, n: int) -> np.ndarray:
    """weight × derivative of a statistic of the weights, by central differences."""
    values = np.empty(n)
    for row in range(n):
        step = 1e-5 * data.weight[row]
        up, down = data.weight.copy(), data.weight.copy()
        up[row] += step
        down[row] -= step
        values[row] = data.weight[row] * (statistic(up) - statistic(down)) / (2 * step)  # type: ignore[operator]
    return values


def test_weighted_curve_error_is_the_infinitesimal_jackknife_by_cluster() -> None:
    data = cohort(3, n=60, delayed=True)

    def survival(weight: np.ndarray) -> float:
        return kaplan_meier(data.records("entry", weight=weight)).survival_at(25)[0]

    by_cluster = pd.Series(numeric_influence(survival, data, 60)).groupby(data.cluster).sum()
    curve = kaplan_meier(data.records("entry", "weight", "cluster"))
    assert curve.value_at(25)[1] == pytest.approx(np.sqrt((by_cluster**2).sum()), rel=1e-6)


def test_rmst_difference_of_matched_sets_counts_what_arms_share() -> None:
    data = cohort(5, n=60)
    tau = 20.0

    def difference(weight: np.ndarray) -> float:
        return rmst_contrasts(data.records(weight=weight), data.treated, tau)[0].estimate

    by_cluster = pd.Series(numeric_influence(difference, data, 60)).groupby(data.cluster).sum()
    contrast, _ = rmst_contrasts(data.records("weight", "cluster"), data.treated, tau)
    assert contrast.std_error == pytest.approx(np.sqrt((by_cluster**2).sum()), rel=1e-6)


def test_survival_difference_of_matched_sets_counts_what_arms_share() -> None:
    data = cohort(6, n=60)

    def difference(weight: np.ndarray) -> float:
        return survival_difference(data.records(weight=weight), data.treated, 15).estimate

    by_cluster = pd.Series(numeric_influence(difference, data, 60)).groupby(data.cluster).sum()
    contrast = survival_difference(data.records("weight", "cluster"), data.treated, 15)
    assert contrast.std_error == pytest.approx(np.sqrt((by_cluster**2).sum()), rel=1e-6)
    assert contrast.ci_lower < contrast.estimate < contrast.ci_upper


def test_weighted_log_rank_follows_xie_and_liu() -> None:
    x, w = DATA.treated, DATA.weight
    score = variance = 0.0
    for t in np.unique(DATA.stop[DATA.event]):
        risk, died = DATA.stop >= t, (DATA.stop == t) & DATA.event
        y, y1, d = w[risk].sum(), w[risk & (x == 1)].sum(), w[died].sum()
        score += w[died & (x == 1)].sum() - y1 * d / y
        n, k = risk.sum(), died.sum()
        if n > 1:
            spread = (((y - y1) / y) ** 2 * w**2 * x + (y1 / y) ** 2 * w**2 * (1 - x))[risk].sum()
            variance += k * (n - k) / (n * (n - 1)) * spread
    assert log_rank(DATA.records("weight"), x).statistic == pytest.approx(score**2 / variance, rel=1e-10)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("log_rank", None), ("wilcoxon", "wilcoxon"), ("tarone_ware", "tarone-ware"), ("peto", "peto")],
)
def test_log_rank_family_agrees_with_lifelines(ours: str, theirs: str | None) -> None:
    one, zero = DATA.treated == 1, DATA.treated == 0
    expected = logrank_test(
        DATA.stop[one], DATA.stop[zero], DATA.event[one], DATA.event[zero], weightings=theirs
    )
    test = log_rank(DATA.records(), DATA.treated, family=ours)
    assert test.statistic == pytest.approx(expected.test_statistic, rel=1e-9)
    assert test.p_value == pytest.approx(expected.p_value, rel=1e-7)


def test_fleming_harrington_agrees_with_lifelines() -> None:
    one, zero = DATA.treated == 1, DATA.treated == 0
    expected = logrank_test(
        DATA.stop[one],
        DATA.stop[zero],
        DATA.event[one],
        DATA.event[zero],
        weightings="fleming-harrington",
        p=0.5,
        q=1,
    )
    test = log_rank(DATA.records(), DATA.treated, family="fleming_harrington", rho=0.5, gamma=1)
    assert test.statistic == pytest.approx(expected.test_statistic, rel=1e-6)


def test_kaplan_meier_agrees_with_lifelines() -> None:
    theirs = KaplanMeierFitter().fit(DATA.stop, DATA.event)
    ours = kaplan_meier(DATA.records())
    np.testing.assert_allclose(theirs.survival_function_.iloc[:, 0], ours.survival, rtol=1e-10)
    limits = theirs.confidence_interval_.to_numpy()[1:-1]
    np.testing.assert_allclose(limits, np.column_stack([ours.ci_lower, ours.ci_upper])[1:-1], rtol=1e-6)


def test_unweighted_cox_agrees_with_lifelines() -> None:
    frame = DATA.covariates.assign(stop=DATA.stop, event=DATA.event)
    theirs = CoxPHFitter().fit(frame, "stop", "event", fit_options={"precision": 1e-10})
    ours = fit_cox(DATA.records(), DATA.covariates)
    np.testing.assert_allclose(ours.coefficient, theirs.params_, rtol=1e-6)
    np.testing.assert_allclose(ours.standard_error, theirs.standard_errors_, rtol=1e-6)


def test_the_array_entrance_gives_what_the_frame_entrance_gives() -> None:
    records = DATA.records("weight", "strata", "cluster")
    arrays = fit_cox_arrays(records.checked(), DATA.covariates.to_numpy())
    frame = fit_cox(records, DATA.covariates)
    np.testing.assert_allclose(arrays.coefficient, frame.coefficient, rtol=1e-12)
    np.testing.assert_allclose(arrays.robust_covariance, frame.robust_covariance, rtol=1e-12)


def test_reverse_kaplan_meier_gives_median_follow_up() -> None:
    follow_up = reverse_kaplan_meier(Records([1.0, 2, 3, 4, 5], [1, 0, 0, 0, 0]))
    assert follow_up.median()[0] == 3.5
