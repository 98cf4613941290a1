"""Optimal and full matching against exhaustive search."""

from itertools import combinations, permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from analytics.matching import optimal
from analytics.matching.edges import Edges, allowed_pairs
from analytics.matching.full import match_full
from analytics.matching.matched_set import MatchedSet
from analytics.matching.nearest import match_nearest
from analytics.matching.optimal import FIRST_LISTED, MORE, _defaults, assigned, match_optimal
from analytics.matching.problem import build_problem

FEW = settings(max_examples=40, deadline=None)


@st.composite
def small(draw: st.DrawFn) -> dict[str, Any]:
    n_treated, n_control = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    n = n_treated + n_control
    score = draw(st.lists(st.integers(-8, 8), min_size=n, max_size=n))
    return {
        "treated": np.r_[np.ones(n_treated, dtype=int), np.zeros(n_control, dtype=int)],
        "score": np.array(score, dtype=float),
        "ids": np.array([f"S{i}" for i in range(n)], dtype=object),
        "caliper": draw(st.sampled_from([None, 1.0, 3.0])),
        "caliper_scale": "absolute",
    }


def total_distance(result: MatchedSet) -> float:
    return float(result.pairs["distance"].sum())


def gaps(study: dict[str, Any]) -> np.ndarray:
    arm = study["treated"] == 1
    distance = np.abs(study["score"][arm][:, None] - study["score"][~arm])
    return np.where(distance <= (study["caliper"] or np.inf), distance, np.inf)


def best_pairs(distance: np.ndarray) -> tuple[int, float]:
    """Most pairs, then least total distance, by trying every assignment."""
    n, k = distance.shape
    best = (0, 0.0)
    for size in range(min(n, k), 0, -1):
        totals = [
            sum(distance[t, c] for t, c in zip(chosen, controls, strict=True))
            for chosen in combinations(range(n), size)
            for controls in permutations(range(k), size)
        ]
        if np.isfinite(min(totals)):
            return size, float(min(totals))
    return best


@FEW
@given(small())
def test_optimal_matching_has_most_pairs_and_least_distance(study: dict[str, Any]) -> None:
    result = match_optimal(**study)
    size, total = best_pairs(gaps(study))
    assert result.n_treated == size
    assert total_distance(result) == pytest.approx(total, abs=1e-9)
    assert (result.pairs["distance"] <= (study["caliper"] or np.inf)).all()


def test_optimal_distance_equals_linear_sum_assignment_and_is_at_most_greedy() -> None:
    rng = np.random.default_rng(11)
    treated = np.r_[np.ones(60), np.zeros(200)].astype(int)
    score, ids = rng.normal(size=260) + treated, np.arange(260).astype(str)
    distance = np.abs(score[:60, None] - score[60:])
    for ratio in (1, 2):
        result = match_optimal(treated, score, ids, ratio=ratio, caliper=None)
        repeated = np.tile(distance, (ratio, 1))
        rows, columns = linear_sum_assignment(repeated)
        assert total_distance(result) == pytest.approx(repeated[rows, columns].sum(), rel=1e-10)
        greedy = match_nearest(treated, score, ids, ratio=ratio, caliper=None)
        assert total_distance(result) <= total_distance(greedy) + 1e-12


def test_nobody_gets_a_second_control_at_the_price_of_anothers_first() -> None:
    treated = np.array([1, 1, 0, 0])
    score = np.array([0.0, 0.9, 0.1, 0.0])
    result = match_optimal(
        treated, score, np.array(list("abcd"), dtype=object), ratio=2, caliper=1.0, caliper_scale="absolute"
    )
    assert result.n_treated == 2


def cheapest_cover(distance: np.ndarray) -> float:
    """Least total distance of edges touching everyone who has one, by trying every set of edges."""
    edges = [tuple(edge) for edge in np.argwhere(np.isfinite(distance))]
    wanted = {("t", t) for t, _ in edges} | {("c", c) for _, c in edges}
    best = np.inf
    for chosen in range(1 << len(edges)):
        kept = [edge for i, edge in enumerate(edges) if chosen >> i & 1]
        if {("t", t) for t, _ in kept} | {("c", c) for _, c in kept} == wanted:
            best = min(best, sum(distance[t, c] for t, c in kept))
    return float(best) if edges else 0.0


@settings(max_examples=25, deadline=None)
@given(small().filter(lambda study: np.isfinite(gaps(study)).sum() <= 10))
def test_full_matching_is_the_cheapest_cover_by_stars(study: dict[str, Any]) -> None:
    result = match_full(**study)
    assert total_distance(result) == pytest.approx(cheapest_cover(gaps(study)), abs=1e-9)
    per_set = result.pairs.groupby("set_id")["treated"].agg(["sum", "size"])
    controls = per_set["size"] - per_set["sum"]
    assert ((per_set["sum"] == 1) | (controls == 1)).all()
    assert result.pairs["usubjid"].is_unique
    with_partner = np.isfinite(gaps(study)).any(axis=1).sum() + np.isfinite(gaps(study)).any(axis=0).sum()
    assert len(result.pairs) == with_partner


@FEW
@given(small(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_neither(study: dict[str, Any], random: Any) -> None:
    rows = list(range(study["ids"].size))
    random.shuffle(rows)
    shuffled = study | {key: study[key][rows] for key in ("treated", "score", "ids")}
    for method in (match_optimal, match_full):
        pd.testing.assert_frame_equal(method(**study).pairs, method(**shuffled).pairs)


def test_full_matching_weighs_controls_by_treated_over_controls_of_their_set() -> None:
    treated = np.array([1, 0, 0, 1, 1, 0])
    score = np.array([0.0, 0.1, 0.2, 5.0, 5.1, 5.05])
    result = match_full(treated, score, np.array(list("abcdef"), dtype=object), caliper=None)
    assert dict(zip(result.pairs["usubjid"], result.pairs["weight"], strict=True)) == pytest.approx(
        {"a": 1.0, "b": 0.5, "c": 0.5, "d": 1.0, "e": 1.0, "f": 2.0}
    )


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_nearest_few_controls_give_what_all_would(data: st.DataObject) -> None:
    n_treated, n_control = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 25))
    # Few distinct values: nothing but ties, and everyone wants the same controls.
    score = np.array(
        data.draw(st.lists(st.integers(0, 5), min_size=(n := n_treated + n_control), max_size=n))
    )
    treated, ids = np.arange(n) < n_treated, np.array([f"S{i:02d}" for i in range(n)], dtype=object)
    caliper = data.draw(st.sampled_from([None, 1.0, 3.0]))
    problem = build_problem(
        treated, score.astype(float), ids, **_defaults({"caliper": caliper, "caliper_scale": "absolute"})
    )
    ratio = data.draw(st.integers(1, 3))
    all_of_them = assigned(problem, ratio, first=n_treated)
    assert (assigned(problem, ratio, first=1) == all_of_them).all()


def test_where_treated_are_many_few_pairs_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    n_treated, n_control = 1_000, 4_000
    treated = np.arange(n_treated + n_control) < n_treated
    score = rng.normal(np.where(treated, 0.3, 0.0), 1.0)
    held = []

    def listed(problem: Any, keep: int) -> Edges:
        held.append((edges := allowed_pairs(problem, keep)).distance.size)
        return edges

    monkeypatch.setattr(optimal, "allowed_pairs", listed)
    result = match_optimal(treated, score, np.arange(treated.size), caliper=None)
    distance = np.abs(score[treated][:, None] - score[~treated])
    assert total_distance(result) == pytest.approx(distance[linear_sum_assignment(distance)].sum())
    # All but the last list is left behind, and a thousand nearest of each would be a million.
    assert max(held) <= n_treated * FIRST_LISTED * MORE
