"""Single facts about nearest-neighbour matching."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analytics.matching.caliper import caliper_width
from analytics.matching.full import match_full
from analytics.matching.matched_set import MatchedSet
from analytics.matching.nearest import match_nearest
from analytics.matching.optimal import match_optimal
from analytics.matching.ratio import control_ratio

TREATED = np.array([1, 1, 1, 1, 0, 0, 0])
IDS = np.array(["T1", "T2", "T3", "T4", "C1", "C2", "C3"], dtype=object)


def test_each_lost_treated_subject_says_why() -> None:
    score = np.array([0.0, 0.05, 3.0, np.nan, 0.01, 2.0, 2.1])
    site = pd.DataFrame({"SITE": ["A", "A", "A", "A", "A", "A", "A"]})
    result = match_nearest(TREATED, score, IDS, caliper=0.1, caliper_scale="absolute", exact=site)
    reasons = dict(zip(result.unmatched["usubjid"], result.unmatched["reason"], strict=True))
    assert reasons == {
        "T1": "all controls within reach already used",
        "T3": "no control within the caliper",
        "T4": "no score",
    }


def test_a_treated_subject_alone_in_its_exact_stratum_is_lost_for_that_reason() -> None:
    site = pd.DataFrame({"SITE": ["A", "B", None, "A", "A", "A", "A"]})
    result = match_nearest(TREATED, np.zeros(7), IDS, caliper=None, exact=site)
    reasons = dict(zip(result.unmatched["usubjid"], result.unmatched["reason"], strict=True))
    assert reasons == {
        "T2": "no control in the exact stratum",
        "T3": "missing value in an exact covariate",
    }


def test_ties_break_by_covariates_then_by_subject_key() -> None:
    treated, score = np.array([1, 0, 0, 0]), np.array([1.0, 2.0, 2.0, 2.0])
    ids = np.array(["T", "C3", "C2", "C1"], dtype=object)
    by_key = match_nearest(treated, score, ids, caliper=None)
    by_age = match_nearest(
        treated, score, ids, caliper=None, covariates=pd.DataFrame({"AGE": [50, 40, 60, 60]})
    )
    assert by_key.pairs["usubjid"].tolist() == ["T", "C1"]
    assert by_age.pairs["usubjid"].tolist() == ["T", "C3"]


def test_austin_caliper_pools_the_variances_of_the_arms() -> None:
    score, treated = np.array([0.0, 2.0, 10.0, 14.0]), np.array([1, 1, 0, 0])
    assert caliper_width(score, treated, 0.2, "pooled_logit") == pytest.approx(0.2 * np.sqrt((2 + 8) / 2))
    assert caliper_width(score, treated, 0.2, "matchit") == pytest.approx(0.2 * np.std(score, ddof=1))
    assert caliper_width(score, treated, 0, "matchit") == np.inf


@pytest.mark.parametrize("unit", ["own", "sd"])
@pytest.mark.parametrize("matched", [match_nearest, match_optimal, match_full])
def test_a_caliper_of_nothing_on_a_covariate_matches_it_exactly(
    matched: Callable[..., MatchedSet], unit: str
) -> None:
    rng = np.random.default_rng(3)
    n = 200
    treated, age = (rng.random(n) < 0.3).astype(int), rng.integers(40, 80, n).astype(float)
    ids = np.array([f"S{place:03d}" for place in range(n)], dtype=object)
    made = matched(
        treated, rng.normal(size=n), ids, caliper=None, covariates=pd.DataFrame({"AGE": age}),
        covariate_calipers={"AGE": 0}, covariate_caliper_unit=unit,
    )  # fmt: skip
    ages = made.pairs["usubjid"].map(dict(zip(ids, age, strict=True)))
    assert len(made.pairs) > 20
    assert (ages.groupby(made.pairs["set_id"]).agg(np.ptp) == 0).all()


def test_a_caliper_on_a_category_is_refused_by_name() -> None:
    covariates = pd.DataFrame({"SITE": list("xyxyxyx")})
    with pytest.raises(ValueError, match="caliper on SITE, which holds categories; match it exactly"):
        match_nearest(TREATED, np.zeros(7), IDS, covariates=covariates, covariate_calipers={"SITE": 1})


def test_caliper_on_the_logit_holds_when_distances_are_probabilities() -> None:
    logit = np.array([-6.0, 0.0, 0.2, 2.0, -4.0, 0.1, 2.5])
    probability = 1 / (1 + np.exp(-logit))
    result = match_nearest(
        TREATED, probability, IDS, caliper=0.3, caliper_scale="absolute", caliper_score=logit
    )
    # T1 and C1 differ by 0.016 in probability but by 2 in logit.
    assert "T1" in set(result.unmatched["usubjid"])


def test_variable_ratio_reaches_the_average_and_keeps_its_limits() -> None:
    rng = np.random.default_rng(3)
    treated = np.r_[np.ones(40), np.zeros(200)]
    wanted = control_ratio(rng.normal(size=240) + treated, treated, 2.5, 4)
    assert wanted.sum() == 100
    assert wanted.min() >= 1
    assert wanted.max() <= 4


def test_random_order_depends_on_its_seed_alone() -> None:
    rng = np.random.default_rng(0)
    treated = np.r_[np.ones(30), np.zeros(40)].astype(int)
    score, ids = rng.normal(size=70), np.arange(70).astype(str)
    one, again, other = (match_nearest(treated, score, ids, order="random", seed=s).pairs for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(other)


def test_the_variance_of_a_single_treated_subject_does_not_void_the_caliper() -> None:
    treated, score = np.array([1, 0, 0, 0]), np.array([5.0, 0.0, 1.0, 2.0])
    result = match_nearest(treated, score, IDS[:4], caliper=0.2)
    assert result.caliper_width == pytest.approx(0.2)
    assert result.unmatched["reason"].tolist() == ["no control within the caliper"]


def test_an_empty_arm_matches_nobody_and_says_so() -> None:
    for method in (match_nearest, match_optimal, match_full):
        result = method(np.ones(3, dtype=int), np.zeros(3), IDS[:3])
        assert result.pairs.empty
        assert result.unmatched["reason"].tolist() == ["no control to match"] * 3
        assert result.estimand == "matched treated"
        assert method(np.zeros(3, dtype=int), np.zeros(3), IDS[:3]).n_treated == 0


def test_a_misspelt_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="order 'largest'"):
        match_nearest(TREATED, np.zeros(7), IDS, order="largest")
    with pytest.raises(ValueError, match="caliper_scale 'austin'"):
        match_nearest(TREATED, np.zeros(7), IDS, caliper_scale="austin")
