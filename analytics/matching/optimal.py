"""Optimal matching: as many pairs as calipers allow, with the least total distance.

Belongs here: casting the problem as an assignment and reading it back. The solver is SciPy's.
"""

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from analytics.matching.edges import Edges, allowed_pairs
from analytics.matching.matched_set import MatchedSet, nobody_matched, pair_frame
from analytics.matching.problem import NO_CONTROL, build_problem, lost_treated, one_armed


def match_optimal(
    treated: np.ndarray,
    score: np.ndarray | None,
    ids: np.ndarray,
    *,
    ratio: int = 1,
    tie_order: str = "key",
    **settings: Any,
) -> MatchedSet:
    """k:1 matching without replacement of least total distance (Rosenbaum 1989).

    First as few treated as possible stay without any control, then as many controls as possible are used, then
    the total distance is least. Equal totals are resolved by the solver over the canonical order, hence the same
    way whatever the order of rows.

    Args:
        treated, score, ids: as `match_nearest`.
        ratio: controls per treated, at most.
        tie_order: as `match_nearest`.
        **settings: caliper, caliper_scale, caliper_score, covariate_calipers, covariate_caliper_unit, exact,
            mahalanobis, covariates, as `match_nearest`.

    Raises:
        ValueError: an argument the method cannot use, or a problem too large for it.
    """
    if one_armed(treated):
        return nobody_matched(treated, ids, "optimal", NO_CONTROL)
    problem = build_problem(treated, score, ids, tie_order=tie_order, **_defaults(settings))
    n_treated = problem.layout.treated.size
    # Any assignment uses fewer than n_treated·ratio controls besides one's own, so a nearer one is always free.
    edges = allowed_pairs(problem, keep=n_treated * ratio)
    match = assign(edges, n_treated, problem.layout.control.size, ratio)
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


def assign(edges: Edges, n_treated: int, n_control: int, ratio: int) -> np.ndarray:
    """Controls of each treated, nearest first: (n_treated, ratio), −1 where none.

    Each treated subject stands `ratio` times in the assignment. To stay unmatched costs more than any pairing could
    save, and twice that for the first place, so that nobody takes a second control at the price of another's first.
    """
    match = np.full((n_treated, ratio), -1, dtype=np.int64)
    if edges.distance.size == 0:
        return match
    penalty = float(edges.distance.max()) * (n_treated * ratio + 1) + 1.0
    copies = np.repeat(np.arange(ratio), edges.treated.size)
    place = np.arange(n_treated * ratio)
    # SciPy reads a stored zero as no edge, so all costs are raised by one unit of penalty.
    cost = (
        np.concatenate([np.tile(edges.distance, ratio), np.where(place < n_treated, 2.0, 1.0) * penalty])
        + penalty
    )
    row = np.concatenate([copies * n_treated + np.tile(edges.treated, ratio), place])
    column = np.concatenate([np.tile(edges.control, ratio), n_control + place])
    graph = csr_matrix((cost, (row, column)), shape=(n_treated * ratio, n_control + n_treated * ratio))
    chosen_row, chosen_column = min_weight_full_bipartite_matching(graph)
    real = chosen_column < n_control
    who, control = chosen_row[real] % n_treated, chosen_column[real]
    gap = np.asarray(graph[chosen_row[real], chosen_column[real]]).ravel()
    order = np.lexsort((control, gap, who))
    who, control = who[order], control[order]
    match[who, np.arange(who.size) - np.searchsorted(who, who)] = control
    return match


def maximum_gain(
    treated: np.ndarray, control: np.ndarray, gain: np.ndarray, n_treated: int, n_control: int
) -> np.ndarray:
    """Numbers of the edges of a matching of greatest total gain; nobody need be matched.

    Args:
        treated, control, gain: (m,) ends and positive gain of each edge.
    """
    if gain.size == 0:
        return np.empty(0, dtype=np.int64)
    who, row = np.unique(treated, return_inverse=True)
    top = float(gain.max()) + 1.0
    spare = np.arange(who.size)
    cost = np.concatenate([top - gain, np.full(who.size, top)])
    graph = csr_matrix(
        (cost, (np.concatenate([row, spare]), np.concatenate([control, n_control + spare]))),
        shape=(who.size, n_control + who.size),
    )
    chosen_row, chosen_column = min_weight_full_bipartite_matching(graph)
    wanted = np.full(who.size, -1, dtype=np.int64)
    wanted[chosen_row] = chosen_column
    return np.flatnonzero(wanted[row] == control)
