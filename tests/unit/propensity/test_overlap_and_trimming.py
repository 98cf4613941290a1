"""Overlap of the arms and trimming rules."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from analytics.propensity.diagnostics import area_under_curve, overlap, preference_score
from analytics.propensity.trimming import (
    optimal_crump_threshold,
    trim_common_support,
    trim_crump,
    trim_sturmer,
)

TREATED = np.array([1, 1, 1, 0, 0, 0, 0])
SCORE = np.array([0.2, 0.5, 0.9, 0.05, 0.2, 0.4, 0.6])


def test_area_under_the_curve_counts_pairs_and_half_of_ties() -> None:
    pairs = [(t > c) + 0.5 * (t == c) for t in SCORE[:3] for c in SCORE[3:]]
    assert area_under_curve(TREATED, SCORE) == pytest.approx(np.mean(pairs))
    assert np.isnan(area_under_curve(np.ones(3), SCORE[:3]))


def test_preference_score_is_one_half_at_the_share_of_treatment() -> None:
    assert preference_score(np.array([0.05]), 0.05)[0] == pytest.approx(0.5)
    shifted = preference_score(SCORE, 0.3)
    assert np.allclose(np.log(shifted / (1 - shifted)), np.log(SCORE / (1 - SCORE)) - np.log(0.3 / 0.7))


def test_overlap_reports_the_range_both_arms_reach() -> None:
    found = overlap(TREATED, SCORE)
    assert (found.support_low, found.support_high) == (0.2, 0.6)
    assert found.treated_in_support == pytest.approx(2 / 3)
    assert found.control_in_support == pytest.approx(3 / 4)
    assert trim_common_support(TREATED, SCORE).tolist() == [True, True, False, False, True, True, True]


def test_arms_that_never_meet_have_no_common_support() -> None:
    found = overlap(np.array([1, 1, 0, 0]), np.array([0.8, 0.9, 0.1, 0.2]))
    assert np.isnan(found.support_low)
    assert found.treated_in_support == 0
    assert found.overlap_coefficient == 0
    assert not trim_common_support(np.array([1, 0]), np.array([0.9, 0.1])).any()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.001, 0.999), min_size=5, max_size=60))
def test_optimal_crump_threshold_solves_its_equation(scores: list[float]) -> None:
    e = np.array(scores)
    inverse = 1 / (e * (1 - e))
    alpha = optimal_crump_threshold(e)
    if inverse.max() <= 2 * inverse.mean():
        assert alpha == 0
        return

    def excess(gamma: float) -> float:
        return 2 * inverse[inverse <= gamma].mean() - gamma

    gamma = 1 / (alpha * (1 - alpha))
    assert excess(gamma * (1 + 1e-9)) <= 1e-6 * gamma
    assert trim_crump(e, None).sum() == (inverse <= gamma * (1 + 1e-9)).sum()
    assert brentq(excess, inverse.min(), inverse.max() * 2, xtol=1e-6) > 0


def test_crump_rule_of_thumb_and_sturmer_percentiles() -> None:
    assert trim_crump(SCORE).tolist() == [True, True, True, False, True, True, True]
    rng = np.random.default_rng(2)
    treated = (rng.random(500) < 0.3).astype(int)
    score = rng.random(500)
    kept = trim_sturmer(treated, score)
    low, high = np.percentile(score[treated == 1], 5), np.percentile(score[treated == 0], 95)
    assert np.array_equal(kept, (score >= low) & (score <= high))
