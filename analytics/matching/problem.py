"""A matching problem: who may be matched with whom, and how far apart they are.

Belongs here: checking and arranging what the caller gives, shared by nearest, optimal and full matching; and why
a treated subject was lost. Choosing controls is up to the methods.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.matching import mahalanobis_kernel, nearest_kernel
from analytics.matching.caliper import caliper_width, covariate_widths
from analytics.matching.canonical_order import Layout, canonical_order, key_rank, lay_out
from analytics.matching.mahalanobis import mahalanobis_coordinates
from analytics.matching.strata import stratum_codes
from analytics.matching.ties import TIE_ORDERS, merged, rounding_unit, tied

NO_CONTROL = "no control to match"
NO_SCORE = "no score"
EXACT_MISSING = "missing value in an exact covariate"
NO_STRATUM = "no control in the exact stratum"
OUTSIDE_CALIPER = "no control within the caliper"
ALL_USED = "all controls within reach already used"


@dataclass(frozen=True)
class Problem:
    """What every method needs.

    Attributes:
        layout: treated and controls in canonical order; whoever cannot be matched is not in it.
        score: (n,) distances are measured on it unless `points` is given; NaN-free within the layout.
        caliper_score, width: (n,) score the caliper applies to, and its width.
        limit, limit_width: (k, n) covariates under a caliper, and their widths (k,).
        points: (n, d) Mahalanobis coordinates, or None.
        stratum: (n,) codes of exact strata, −1 where missing, or None.
        available: (n,) who may be matched at all, or None for everyone.
        unit: distances closer than this are equal; 0 compares to the last bit.
        n_tied: how many share their score (of points, the first coordinate) with another.
    """

    layout: Layout
    score: np.ndarray
    caliper_score: np.ndarray
    width: float
    limit: np.ndarray
    limit_width: np.ndarray
    points: np.ndarray | None
    stratum: np.ndarray | None = None
    available: np.ndarray | None = None
    unit: float = 0.0
    n_tied: int = 0

    def score_arguments(self, treated: np.ndarray | slice = slice(None)) -> tuple:
        at, rows = self.layout, self.layout.treated[treated]
        control = (
            self.score[at.control],
            self.caliper_score[at.control],
            at.control_position,
            at.control_stratum,
        )
        case = (
            self.score[rows],
            self.caliper_score[rows],
            at.treated_stratum[treated],
            at.insertion[treated],
        )
        limits = (self.limit[:, at.control], self.limit[:, rows], self.limit_width, self.width, self.unit)
        return control, case, limits

    def point_arguments(self, treated: np.ndarray | slice = slice(None)) -> tuple:
        at, rows = self.layout, self.layout.treated[treated]
        assert self.points is not None
        control = (self.points[at.control], at.control_position, at.control_stratum)
        case = (
            self.points[rows],
            at.treated_position[treated],
            at.treated_stratum[treated],
            at.insertion[treated],
        )
        limit = np.vstack([self.limit, self.caliper_score[None]])
        width = np.append(self.limit_width, self.width)
        return control, case, (limit[:, at.control], limit[:, rows], width, self.unit)

    def distances(self, treated_rows: np.ndarray, control_rows: np.ndarray) -> np.ndarray:
        """Distances between rows of treated (m,) and rows of controls (m, k)."""
        if self.points is None:
            return np.asarray(np.abs(self.score[treated_rows][:, None] - self.score[control_rows]))
        gap = self.points[treated_rows][:, None, :] - self.points[control_rows]
        return np.asarray(np.sqrt((gap**2).sum(axis=2)))


def one_armed(treated: np.ndarray) -> bool:
    """Whether there is nobody to match with, or nobody to match."""
    arm = np.asarray(treated) == 1
    return bool(arm.all() or not arm.any())


def build_problem(
    treated: np.ndarray,
    score: np.ndarray | None,
    ids: np.ndarray,
    *,
    caliper: float | None,
    caliper_scale: str,
    caliper_score: np.ndarray | None,
    covariate_calipers: dict[str, float] | None,
    covariate_caliper_unit: str,
    exact: pd.DataFrame | None,
    mahalanobis: pd.DataFrame | None,
    covariates: pd.DataFrame | None,
    tie_order: str,
    tie_places: np.ndarray | None = None,
    available: np.ndarray | None = None,
) -> Problem:
    """Arrange the arguments of `match_nearest`, `match_optimal` or `match_full`; see the first for their meaning.

    Raises:
        ValueError: an argument no method can use.
    """
    if tie_order not in TIE_ORDERS:
        raise ValueError(f"matching: tie_order {tie_order!r} is not one of {', '.join(TIE_ORDERS)}")
    if mahalanobis is None and score is None:
        raise ValueError("matching: a score is needed unless Mahalanobis columns are given")
    arm = np.asarray(treated) == 1
    value = np.zeros(arm.size) if score is None else np.ascontiguousarray(score, dtype=np.float64)
    on_caliper = value if caliper_score is None else np.ascontiguousarray(caliper_score, dtype=np.float64)
    scored = score is not None or caliper_score is not None
    width = caliper_width(on_caliper, arm, caliper if scored else None, caliper_scale)
    limit, limit_width = _covariate_limits(covariates, arm, covariate_calipers, covariate_caliper_unit)
    stratum = None if exact is None else stratum_codes(exact)
    usable = np.isfinite(value) & np.isfinite(on_caliper) & np.isfinite(limit).all(axis=0)
    if stratum is not None:
        usable &= stratum >= 0
    if available is not None:
        usable &= np.asarray(available, dtype=bool)
    by_rows = tie_order == "reference" and tie_places is None
    points = None if mahalanobis is None else _points(mahalanobis, arm, None if by_rows else np.asarray(ids))
    unit = 0.0 if by_rows else rounding_unit(value if points is None else points)
    along = value if points is None else points[:, 0]
    ascending = _ascending(along)
    along = merged(along, unit, ascending)
    value = along if points is None else merged(value, unit, _ascending(value))
    ascending = ascending if usable.all() else ascending[usable[ascending]]
    keys = None if by_rows else np.asarray(ids if tie_places is None else tie_places)
    order = canonical_order(ascending, along, keys, covariates if tie_places is None else None, arm)
    n_tied = int(tied(along[ascending]).sum())
    return Problem(
        _layout(arm, order, stratum, within_strata=points is not None),
        value, on_caliper, width, limit, limit_width, points, stratum, available, unit, n_tied,
    )  # fmt: skip


def _ascending(score: np.ndarray) -> np.ndarray:
    """Rows of finite scores by ascending score, equals in any order."""
    finite = np.isfinite(score)
    if finite.all():
        return np.argsort(score)
    rows = np.flatnonzero(finite)
    return rows[np.argsort(score[rows])]


def _covariate_limits(
    covariates: pd.DataFrame | None, arm: np.ndarray, calipers: dict[str, float] | None, unit: str
) -> tuple[np.ndarray, np.ndarray]:
    if not calipers:
        return np.empty((0, arm.size)), np.empty(0)
    if covariates is None:
        raise ValueError("matching: covariate_calipers need the covariates")
    if unit not in ("sd", "own"):
        raise ValueError(f"matching: covariate_caliper_unit {unit!r} is not one of sd, own")
    widths = covariate_widths(covariates, arm, calipers, standardised=unit == "sd")
    return np.ascontiguousarray(covariates[list(calipers)].to_numpy(dtype=np.float64).T), widths


def _points(mahalanobis: pd.DataFrame, arm: np.ndarray, keys: np.ndarray | None) -> np.ndarray:
    if keys is None:
        return np.ascontiguousarray(mahalanobis_coordinates(mahalanobis, arm))
    # Sums in one order of subjects and columns, so that not even their last bit depends on those given.
    order = np.argsort(key_rank(keys), kind="stable")
    columns = mahalanobis.iloc[order][sorted(mahalanobis, key=str)]
    points = np.empty_like(sorted_points := mahalanobis_coordinates(columns, arm[order]))
    points[order] = sorted_points
    return points


def _layout(arm: np.ndarray, order: np.ndarray, stratum: np.ndarray | None, *, within_strata: bool) -> Layout:
    layout = lay_out(arm, order, stratum)
    if not within_strata or stratum is None:
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


def lost_treated(problem: Problem, treated: np.ndarray, ids: np.ndarray, matched: np.ndarray) -> pd.DataFrame:
    """Treated subjects in no set: usubjid, reason; in canonical order, then those who could not be matched by key.

    Args:
        treated: (n,) 1 treated, 0 control.
        ids: (n,) subject keys.
        matched: per treated of the layout, whether it has a control.
    """
    layout = problem.layout
    lost = np.flatnonzero(~matched)
    why = _reasons(problem, lost) if lost.size else np.empty(0, dtype=object)
    remaining = np.asarray(treated) == 1
    if problem.available is not None:
        remaining &= np.asarray(problem.available, dtype=bool)
    remaining[layout.treated] = False
    keys, outside = np.asarray(ids), np.flatnonzero(remaining)
    outside = outside[np.argsort(keys[outside], kind="stable")]
    reason = np.full(outside.size, NO_SCORE, dtype=object)
    if problem.stratum is not None:
        reason[(problem.stratum[outside] < 0) & np.isfinite(problem.score[outside])] = EXACT_MISSING
    rows = np.concatenate([layout.treated[lost], outside])
    return pd.DataFrame({"usubjid": keys[rows], "reason": np.concatenate([why, reason])})


def _reasons(problem: Problem, lost: np.ndarray) -> np.ndarray:
    layout, one = problem.layout, np.ones(lost.size, dtype=np.int64)
    if problem.points is None:
        control, case, limits = problem.score_arguments(lost)
        position = layout.treated_position[lost]
        reach = nearest_kernel.with_replacement(control, case, limits, position, one)
    else:
        control, case, limits = problem.point_arguments(lost)
        reach = mahalanobis_kernel.with_replacement(control, case, limits, one)
    why = np.where(reach[:, 0] >= 0, ALL_USED, OUTSIDE_CALIPER).astype(object)
    if problem.stratum is not None:
        why[~np.isin(layout.treated_stratum[lost], layout.control_stratum)] = NO_STRATUM
    return why
