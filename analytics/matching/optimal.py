"""Optimal matching: as many pairs as calipers allow, with the least total distance.

Belongs here: casting the problem as an assignment and reading it back.
"""

from typing import Any

import numpy as np

from analytics.matching.assignment import Costs, least_assignment
from analytics.matching.edges import Edges, allowed_pairs
from analytics.matching.matched_set import MatchedSet, nobody_matched, pair_frame
from analytics.matching.problem import NO_CONTROL, Problem, build_problem, lost_treated, one_armed
from analytics.matching.ties import in_units

FIRST_LISTED, MORE = 32, 8
"""Controls listed of each treated subject at first, and how many times as many where these were too few."""


def match_optimal(
    treated: np.ndarray,
    score: np.ndarray | None,
    ids: np.ndarray,
    *,
    ratio: int = 1,
    **settings: Any,
) -> MatchedSet:
    """k:1 matching without replacement of least total distance (Rosenbaum 1989).

    First as few treated as possible stay without any control, then as many controls as possible are used, then
    the total distance is least. Equal totals: `analytics.matching.ties`.

    Args:
        treated, score, ids: as `match_nearest`.
        ratio: controls per treated, at most.
        **settings: tie_order, tie_places, caliper, caliper_scale, caliper_score, covariate_calipers,
            covariate_caliper_unit, exact, mahalanobis, covariates, as `match_nearest`.

    Raises:
        ValueError: an argument the method cannot use, or a problem too large for it.
    """
    if one_armed(treated):
        return nobody_matched(treated, ids, "optimal", NO_CONTROL)
    problem = build_problem(treated, score, ids, **_defaults(settings))
    match = assigned(problem, ratio)
    found = np.flatnonzero(match[:, 0] >= 0)
    treated_rows = problem.layout.treated[found]
    chosen = match[found]
    control_rows = (
        np.where(chosen >= 0, problem.layout.control[chosen], -1) if problem.layout.control.size else chosen
    )
    pairs = pair_frame(
        np.asarray(ids), treated_rows, control_rows, problem.distances(treated_rows, control_rows)
    )
    unmatched = lost_treated(problem, np.asarray(treated), np.asarray(ids), match[:, 0] >= 0)
    return MatchedSet(pairs, unmatched, problem.width, "optimal")


SETTINGS: dict[str, Any] = {
    "tie_order": "key",
    "tie_places": None,
    "caliper": 0.2,
    "caliper_scale": "pooled_logit",
    "caliper_score": None,
    "covariate_calipers": None,
    "covariate_caliper_unit": "sd",
    "exact": None,
    "mahalanobis": None,
    "covariates": None,
}


def _defaults(settings: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(settings) - set(SETTINGS))
    if unknown:
        raise ValueError(f"matching: unknown setting {unknown[0]}")
    return SETTINGS | settings


def assigned(problem: Problem, ratio: int, first: int = FIRST_LISTED) -> np.ndarray:
    """Controls of each treated, nearest first: (n_treated, ratio), −1 where none.

    Every pair would be n_treated·n_control of them. The nearest few are enough where the assignment among them proves that
    no other pair is in any of least total (complementary slackness); otherwise more are listed, at most n_treated·ratio of a
    subject: an assignment uses fewer controls besides one's own, so that a nearer one is always free.

    Args:
        problem: the arranged problem.
        ratio: controls per treated, at most.
        first: controls per treated and place that are listed at first.
    """
    listed, enough = first * ratio, problem.layout.treated.size * ratio
    while True:
        edges = allowed_pairs(problem, keep=min(listed, enough))
        match, reach = _assign(problem, edges, ratio)
        if listed >= enough or not _lacks(problem, edges, reach, listed):
            return match
        listed *= MORE


def _lacks(problem: Problem, edges: Edges, reach: np.ndarray, listed: int) -> bool:
    """Whether a pair that is not listed could be in an assignment of least total."""
    n_listed, farthest = np.bincount(edges.treated, minlength=reach.size), np.zeros(reach.size)
    np.maximum.at(farthest, edges.treated, edges.distance)
    return bool(((n_listed >= listed) & (farthest - problem.unit <= reach)).any())


def _assign(problem: Problem, edges: Edges, ratio: int) -> tuple[np.ndarray, np.ndarray]:
    """The assignment among listed pairs, and how far each treated subject's pairs must be listed for it to stand.

    Each treated subject stands `ratio` times in the assignment. To stay unmatched costs more than any pairing could
    save, and twice that for the first place, so that nobody takes a second control at the price of another's first.
    """
    n_treated, n_control = problem.layout.treated.size, problem.layout.control.size
    match = np.full((n_treated, ratio), -1, dtype=np.int64)
    if edges.distance.size == 0:
        return match, np.zeros(n_treated)
    # A power of two, so that sums with it lose no bit of a distance that they need not.
    penalty = 2.0 ** np.ceil(np.log2(edges.longest * (n_treated * ratio + 1) + 1.0))
    copies, place = np.repeat(np.arange(ratio), edges.treated.size), np.arange(n_treated * ratio)
    alone = np.where(place < n_treated, 2.0, 1.0) * penalty
    costs = Costs(
        np.concatenate([copies * n_treated + np.tile(edges.treated, ratio), place]),
        np.concatenate([np.tile(edges.control, ratio), n_control + place]),
        np.concatenate([np.tile(edges.distance, ratio), alone]),
        np.concatenate([np.tile(edges.steps, ratio), np.zeros_like(place)]),
        (place.size, n_control + place.size),
    )
    found = least_assignment(costs, problem.unit)
    edge = found.edge
    real = edge < copies.size
    number = edge[real] % edges.treated.size
    who, control = edges.treated[number], edges.control[number]
    order = np.lexsort((control, in_units(edges.distance[number], problem.unit), who))
    who, control = who[order], control[order]
    match[who, np.arange(who.size) - np.searchsorted(who, who)] = control
    return match, found.reach.reshape(ratio, n_treated).max(axis=0)
