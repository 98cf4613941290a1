"""Nearest-neighbour matching: k:1, variable ratio, with or without replacement, under calipers.

Belongs here: the public functions and the order in which treated subjects choose. Arranging the problem is in
`problem`, loops over subjects are in the kernels.
"""

import numpy as np
import pandas as pd

from analytics.matching import mahalanobis_kernel, nearest_kernel
from analytics.matching.canonical_order import Layout, lay_out
from analytics.matching.matched_set import MatchedSet, nobody_matched, pair_frame
from analytics.matching.problem import NO_CONTROL, Problem, build_problem, lost_treated, one_armed
from analytics.matching.ratio import control_ratio

ORDERS = ("descending", "ascending", "closest", "random")


def nearest_pairs(
    treated: np.ndarray, score: np.ndarray, width: float, *, ratio: int = 1, order: str = "descending"
) -> tuple[np.ndarray, np.ndarray]:
    """Match on a score and nothing else, for loops that match thousands of times; ties break by row number.

    Args:
        treated: (n,) 1 treated, 0 control.
        score: (n,) finite.
        width: caliper width on the score.
        ratio: controls per treated, without replacement.
        order: "descending", "ascending" or "closest".

    Returns:
        Rows of the matched treated (m,), in matching order, and rows of their controls (m, ratio), −1 where none.
    """
    layout = lay_out(np.asarray(treated) == 1, np.argsort(score, kind="stable"), None)
    nothing = np.empty((0, score.size))
    problem = Problem(layout, score, score, width, nothing, np.empty(0), None)
    sequence = _sequence(layout, score[layout.treated], order, layout.treated_position, 0)
    match = _match(problem, np.full(layout.treated.size, ratio, dtype=np.int64), False, order, sequence)
    return _rows(layout, match, sequence)


def match_nearest(
    treated: np.ndarray,
    score: np.ndarray | None,
    ids: np.ndarray,
    *,
    ratio: float = 1,
    min_controls: int = 1,
    max_controls: int | None = None,
    replace: bool = False,
    order: str = "descending",
    caliper: float | None = 0.2,
    caliper_scale: str = "pooled_logit",
    caliper_score: np.ndarray | None = None,
    covariate_calipers: dict[str, float] | None = None,
    covariate_caliper_unit: str = "sd",
    exact: pd.DataFrame | None = None,
    mahalanobis: pd.DataFrame | None = None,
    covariates: pd.DataFrame | None = None,
    tie_order: str = "key",
    tie_places: np.ndarray | None = None,
    seed: int = 0,
    available: np.ndarray | None = None,
) -> MatchedSet:
    """Find for each treated subject the nearest controls (Rubin 1973; Austin 2011).

    Args:
        treated: (n,) 1 treated, 0 control.
        score: (n,) the logit or the probability, whichever distances are measured on; not finite: not matched.
            May be None with `mahalanobis`.
        ids: (n,) unique subject keys.
        ratio: controls per treated; their average when `max_controls` is given.
        replace: a control may serve several treated.
        order: which treated subject chooses first: highest score, lowest, the closest pair, or drawn from `seed`.
        caliper: widest distance allowed, in units of `caliper_scale` (see `caliper_width`); None or 0 for none.
        caliper_score: (n,) score the caliper applies to if not `score`; must increase with it (the logit, when
            distances are measured on the probability).
        covariate_calipers: column of `covariates` → widest difference.
        covariate_caliper_unit: "sd" for standard deviations over everyone (as MatchIt), "own" for the column's unit.
        exact: columns matched exactly.
        mahalanobis: columns whose Mahalanobis distance is minimised, within the caliper.
        covariates: columns for calipers and for breaking ties.
        available: (n,) who may be matched; widths and covariances still come from everyone. None for all.
        tie_order: "key" breaks ties as `analytics.matching.ties` says; "reference" by row number, as MatchIt
            (with replacement and several controls, ties for the last place may fall to another equally near control).
        tie_places: (n,) places of equal scores, all different, in place of covariates and keys; None for the rule.

    Returns:
        The matched set; every treated subject is either in it or in `unmatched` with a reason.

    Raises:
        ValueError: an argument the method cannot use.
    """
    if order not in ORDERS:
        raise ValueError(f"matching: order {order!r} is not one of {', '.join(ORDERS)}")
    if one_armed(treated):
        return nobody_matched(treated, ids, "nearest", NO_CONTROL)
    problem = build_problem(
        treated,
        score,
        ids,
        caliper=caliper,
        caliper_scale=caliper_scale,
        caliper_score=caliper_score,
        covariate_calipers=covariate_calipers,
        covariate_caliper_unit=covariate_caliper_unit,
        exact=exact,
        mahalanobis=mahalanobis,
        covariates=covariates,
        tie_order=tie_order,
        tie_places=tie_places,
        available=available,
    )
    layout, keys = problem.layout, np.asarray(ids)
    arm = np.asarray(treated) == 1
    by_rows = tie_order == "reference" and tie_places is None
    place = layout.treated if by_rows else layout.treated_position
    places = np.arange(arm.size)
    places[layout.treated] = place
    wanted = np.zeros(arm.size, dtype=np.int64)
    wanted[arm] = control_ratio(problem.score, arm, ratio, max_controls, min_controls, places)
    sequence = _sequence(layout, None if score is None else problem.score[layout.treated], order, place, seed)
    match = _match(problem, wanted[layout.treated], replace, order, sequence)
    treated_rows, control_rows = _rows(layout, match, sequence)
    pairs = pair_frame(keys, treated_rows, control_rows, problem.distances(treated_rows, control_rows))
    unmatched = lost_treated(problem, np.asarray(treated), keys, match[:, 0] >= 0)
    return MatchedSet(pairs, unmatched, problem.width, "nearest")


def _sequence(
    layout: Layout, score: np.ndarray | None, order: str, place: np.ndarray, seed: int
) -> np.ndarray:
    by_place = np.argsort(place, kind="stable")
    if order == "random":
        # Drawn over the canonical order, so that the seed alone decides.
        return np.random.default_rng(seed).permutation(np.argsort(layout.treated_position))
    if order == "closest" or score is None:
        return by_place
    return np.lexsort((place, -score if order == "descending" else score))


def _match(
    problem: Problem, ratio: np.ndarray, replace: bool, order: str, sequence: np.ndarray
) -> np.ndarray:
    if problem.points is None:
        control, case, limits = problem.score_arguments()
        position = problem.layout.treated_position
        if replace:
            return nearest_kernel.with_replacement(control, case, limits, position, ratio)
        by_score = nearest_kernel.closest_first if order == "closest" else nearest_kernel.greedy
        return by_score(control, case, limits, position, sequence, ratio)
    control, case, limits = problem.point_arguments()
    if replace:
        return mahalanobis_kernel.with_replacement(control, case, limits, ratio)
    by_points = mahalanobis_kernel.closest_first if order == "closest" else mahalanobis_kernel.greedy
    return by_points(control, case, limits, sequence, ratio)


def _rows(layout: Layout, match: np.ndarray, sequence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if layout.control.size == 0:
        return np.empty(0, dtype=np.int64), np.empty((0, match.shape[1]), dtype=np.int64)
    found = sequence[match[sequence, 0] >= 0]
    chosen = match[found]
    return layout.treated[found], np.where(chosen >= 0, layout.control[chosen], -1)
