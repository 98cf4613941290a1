"""Nearest-neighbour matching: k:1, variable ratio, with or without replacement, under calipers.

Belongs here: the public functions, their checks, and why a treated subject was lost. Loops over subjects are in
the kernels.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.matching import mahalanobis_kernel, nearest_kernel
from analytics.matching.caliper import caliper_width, covariate_widths
from analytics.matching.canonical_order import Layout, canonical_order, key_rank, lay_out
from analytics.matching.mahalanobis import mahalanobis_coordinates
from analytics.matching.matched_set import MatchedSet, pair_frame
from analytics.matching.ratio import control_ratio
from analytics.matching.strata import stratum_codes

ORDERS = ("descending", "ascending", "closest", "random")

NO_SCORE = "no score"
EXACT_MISSING = "missing value in an exact covariate"
NO_STRATUM = "no control in the exact stratum"
OUTSIDE_CALIPER = "no control within the caliper"
ALL_USED = "all controls within reach already used"


@dataclass(frozen=True)
class _Problem:
    """What the kernels need, in layout order."""

    layout: Layout
    score: np.ndarray
    caliper_score: np.ndarray
    width: float
    limit: np.ndarray
    limit_width: np.ndarray
    points: np.ndarray | None

    def score_arguments(self, treated: np.ndarray | slice = slice(None)) -> tuple:
        at, rows = self.layout, self.layout.treated[treated]
        control = (self.score[at.control], self.caliper_score[at.control], at.control_position, at.control_stratum)
        case = (self.score[rows], self.caliper_score[rows], at.treated_stratum[treated], at.insertion[treated])
        limits = (self.limit[:, at.control], self.limit[:, rows], self.limit_width, self.width)
        return control, case, limits

    def point_arguments(self, treated: np.ndarray | slice = slice(None)) -> tuple:
        at, rows = self.layout, self.layout.treated[treated]
        assert self.points is not None
        control = (self.points[at.control], at.control_position, at.control_stratum)
        case = (self.points[rows], at.treated_position[treated], at.treated_stratum[treated], at.insertion[treated])
        limit = np.vstack([self.limit, self.caliper_score[None]])
        return control, case, (limit[:, at.control], limit[:, rows], np.append(self.limit_width, self.width))


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
    problem = _Problem(layout, score, score, width, nothing, np.empty(0), None)
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
    exact: pd.DataFrame | None = None,
    mahalanobis: pd.DataFrame | None = None,
    covariates: pd.DataFrame | None = None,
    tie_order: str = "key",
    seed: int = 0,
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
        covariate_calipers: column of `covariates` → widest difference in standard deviations.
        exact: columns matched exactly.
        mahalanobis: columns whose Mahalanobis distance is minimised, within the caliper.
        covariates: columns for calipers and, in their order, for breaking ties.
        tie_order: "key" breaks ties by covariates, then subject key; "reference" by row number, as MatchIt.

    Returns:
        The matched set; every treated subject is either in it or in `unmatched` with a reason.

    Raises:
        ValueError: an argument the method cannot use.
    """
    if order not in ORDERS or tie_order not in ("key", "reference"):
        raise ValueError(f"matching: order {order!r} or tie_order {tie_order!r} is unknown")
    arm = np.asarray(treated) == 1
    keys = np.asarray(ids)
    if mahalanobis is None and score is None:
        raise ValueError("matching: a score is needed unless Mahalanobis columns are given")
    value = np.zeros(arm.size) if score is None else np.ascontiguousarray(score, dtype=np.float64)
    on_caliper = value if caliper_score is None else np.ascontiguousarray(caliper_score, dtype=np.float64)
    width = caliper_width(on_caliper, arm, None if score is None and caliper_score is None else caliper, caliper_scale)
    limit, limit_width = _covariate_limits(covariates, arm, covariate_calipers)
    stratum = None if exact is None else stratum_codes(exact)
    usable = np.isfinite(value) & np.isfinite(on_caliper) & np.isfinite(limit).all(axis=0)
    if stratum is not None:
        usable &= stratum >= 0
    tie_keys = keys if tie_order == "key" else None
    points = None if mahalanobis is None else _points(mahalanobis, arm, tie_keys)
    problem = _Problem(
        _layout(arm, usable, value if points is None else points[:, 0], tie_keys, covariates, stratum, points),
        value,
        on_caliper,
        width,
        limit,
        limit_width,
        points,
    )
    layout = problem.layout
    wanted = np.zeros(arm.size, dtype=np.int64)
    wanted[arm] = control_ratio(value, arm, ratio, max_controls, min_controls)
    place = layout.treated if tie_order == "reference" else layout.treated_position
    ranked = np.zeros(layout.treated.size) if score is None else value[layout.treated]
    sequence = _sequence(layout, ranked, order, place, seed)
    match = _match(problem, wanted[layout.treated], replace, order, sequence)
    treated_rows, control_rows = _rows(layout, match, sequence)
    pairs = pair_frame(keys, treated_rows, control_rows, _distances(problem, treated_rows, control_rows))
    unmatched = _lost(problem, keys, arm, value, stratum, match)
    return MatchedSet(pairs, unmatched, width, "nearest")


def _covariate_limits(
    covariates: pd.DataFrame | None, arm: np.ndarray, calipers: dict[str, float] | None
) -> tuple[np.ndarray, np.ndarray]:
    if not calipers:
        return np.empty((0, arm.size)), np.empty(0)
    if covariates is None:
        raise ValueError("matching: covariate_calipers need the covariates")
    widths = covariate_widths(covariates, arm, calipers)
    return np.ascontiguousarray(covariates[list(calipers)].to_numpy(dtype=np.float64).T), widths


def _points(mahalanobis: pd.DataFrame, arm: np.ndarray, keys: np.ndarray | None) -> np.ndarray:
    if keys is None:
        return np.ascontiguousarray(mahalanobis_coordinates(mahalanobis, arm))
    # Sums in the order of subject keys, so that not even their last bit depends on the order of rows.
    order = np.argsort(key_rank(keys), kind="stable")
    points = np.empty_like(sorted_points := mahalanobis_coordinates(mahalanobis.iloc[order], arm[order]))
    points[order] = sorted_points
    return points


def _layout(
    arm: np.ndarray,
    usable: np.ndarray,
    value: np.ndarray,
    keys: np.ndarray | None,
    covariates: pd.DataFrame | None,
    stratum: np.ndarray | None,
    points: np.ndarray | None,
) -> Layout:
    rows = np.arange(arm.size) if usable.all() else np.flatnonzero(usable)
    order = canonical_order(
        value[rows], None if keys is None else keys[rows], None if covariates is None else covariates.iloc[rows]
    )
    layout = lay_out(arm, rows[order], stratum)
    if points is None or stratum is None:
        return layout
    # Steps outwards are counted within the stratum when matching on points.
    local = layout.insertion + np.arange(layout.treated.size)
    spots = np.ones(layout.treated.size + layout.control.size, dtype=bool)
    spots[local] = False
    return Layout(
        layout.treated,
        layout.control,
        local,
        np.flatnonzero(spots),
        layout.treated_stratum,
        layout.control_stratum,
        layout.insertion,
    )


def _sequence(layout: Layout, score: np.ndarray, order: str, place: np.ndarray, seed: int) -> np.ndarray:
    if order == "descending":
        return np.lexsort((place, -score))
    if order == "ascending":
        return np.lexsort((place, score))
    by_place = np.argsort(place, kind="stable")
    return by_place if order == "closest" else np.random.default_rng(seed).permutation(by_place)


def _match(
    problem: _Problem, ratio: np.ndarray, replace: bool, order: str, sequence: np.ndarray
) -> np.ndarray:
    position = problem.layout.treated_position
    if problem.points is None:
        arguments = problem.score_arguments()
        if replace:
            return nearest_kernel.with_replacement(*arguments, position, ratio)
        kernel = nearest_kernel.closest_first if order == "closest" else nearest_kernel.greedy
        return kernel(*arguments, position, sequence, ratio)
    arguments = problem.point_arguments()
    if replace:
        return mahalanobis_kernel.with_replacement(*arguments, ratio)
    kernel = mahalanobis_kernel.closest_first if order == "closest" else mahalanobis_kernel.greedy
    return kernel(*arguments, sequence, ratio)


def _rows(layout: Layout, match: np.ndarray, sequence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if layout.control.size == 0:
        return np.empty(0, dtype=np.int64), np.empty((0, match.shape[1]), dtype=np.int64)
    found = sequence[match[sequence, 0] >= 0]
    chosen = match[found]
    return layout.treated[found], np.where(chosen >= 0, layout.control[chosen], -1)


def _distances(problem: _Problem, treated_rows: np.ndarray, control_rows: np.ndarray) -> np.ndarray:
    if problem.points is None:
        return np.abs(problem.score[treated_rows][:, None] - problem.score[control_rows])
    gap = problem.points[treated_rows][:, None, :] - problem.points[control_rows]
    return np.sqrt((gap**2).sum(axis=2))


def _lost(
    problem: _Problem,
    keys: np.ndarray,
    arm: np.ndarray,
    value: np.ndarray,
    stratum: np.ndarray | None,
    match: np.ndarray,
) -> pd.DataFrame:
    layout = problem.layout
    lost = np.flatnonzero(match[:, 0] < 0)
    reason = np.full(arm.size, NO_SCORE, dtype=object)
    if stratum is not None:
        reason[(stratum < 0) & np.isfinite(value)] = EXACT_MISSING
    if lost.size:
        one = np.ones(lost.size, dtype=np.int64)
        if problem.points is None:
            arguments = problem.score_arguments(lost)
            reach = nearest_kernel.with_replacement(*arguments, layout.treated_position[lost], one)
        else:
            reach = mahalanobis_kernel.with_replacement(*problem.point_arguments(lost), one)
        empty = ~np.isin(layout.treated_stratum[lost], layout.control_stratum)
        why = np.where(reach[:, 0] >= 0, ALL_USED, OUTSIDE_CALIPER).astype(object)
        why[empty] = NO_STRATUM if stratum is not None else OUTSIDE_CALIPER
        reason[layout.treated[lost]] = why
    in_layout = np.zeros(arm.size, dtype=bool)
    in_layout[layout.treated[match[:, 0] >= 0]] = True
    rows = np.flatnonzero(arm & ~in_layout)
    frame = pd.DataFrame({"usubjid": keys[rows], "reason": reason[rows]})
    return frame.sort_values("usubjid", kind="stable", ignore_index=True)
