"""Which pairs are allowed, and how far apart they are: the sparse graph of optimal and full matching.

Belongs here: listing pairs within every caliper and exact stratum. Which of them are chosen is up to the methods.
"""

from dataclasses import dataclass

import numpy as np

from analytics.matching.problem import Problem

# Pairs held in memory at once; beyond this an optimal method is the wrong tool.
MOST_PAIRS = 30_000_000
CELLS_AT_ONCE = 4_000_000


class MatchingError(ValueError):
    """Nobody can be matched as the protocol asks; the message says why in one line, without a subject."""


@dataclass(frozen=True)
class Edges:
    """Allowed pairs: numbers of treated and control in the layout, and their distance."""

    treated: np.ndarray
    control: np.ndarray
    distance: np.ndarray


def allowed_pairs(problem: Problem, keep: int | None = None) -> Edges:
    """Every pair within all calipers and in the same exact stratum.

    Args:
        problem: the arranged problem.
        keep: only each treated subject's nearest `keep` controls (ties by canonical order).

    Raises:
        MatchingError: more pairs than fit in memory.
    """
    layout = problem.layout
    rows: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    gaps: list[np.ndarray] = []
    n_pair = 0
    for start, stop, low, high in _chunks(layout.treated_stratum, layout.control_stratum):
        treated, control = layout.treated[start:stop], layout.control[low:high]
        distance = problem.distances(treated, np.broadcast_to(control, (treated.size, control.size)))
        at, where = np.nonzero(_allowed(problem, treated, control))
        gap = distance[at, where]
        if keep is not None and high - low > keep:
            at, where, gap = _nearest(at, where, gap, keep)
        rows.append(at + start)
        columns.append(where + low)
        gaps.append(gap)
        n_pair += at.size
        if n_pair > MOST_PAIRS:
            raise MatchingError(
                f"matching: more than {MOST_PAIRS:,} pairs are within the caliper; narrow it, match exactly on a "
                "covariate, or use nearest matching"
            )
    nothing = np.empty(0, dtype=np.int64)
    return Edges(
        np.concatenate([nothing, *rows]),
        np.concatenate([nothing, *columns]),
        np.concatenate([np.empty(0), *gaps]),
    )


def _chunks(treated_stratum: np.ndarray, control_stratum: np.ndarray) -> list[tuple[int, int, int, int]]:
    """Spans of treated and of the controls of their stratum, small enough for a dense block."""
    spans = []
    for code in np.unique(treated_stratum):
        first, last = np.searchsorted(treated_stratum, [code, code + 1])
        low, high = np.searchsorted(control_stratum, [code, code + 1])
        if high > low:
            size = max(1, CELLS_AT_ONCE // int(high - low))
            spans += [
                (s, min(s + size, int(last)), int(low), int(high)) for s in range(int(first), int(last), size)
            ]
    return spans


def _allowed(problem: Problem, treated: np.ndarray, control: np.ndarray) -> np.ndarray:
    within = np.abs(problem.caliper_score[treated][:, None] - problem.caliper_score[control]) <= problem.width
    for values, width in zip(problem.limit, problem.limit_width, strict=True):
        within &= np.abs(values[treated][:, None] - values[control]) <= width
    return np.asarray(within)


def _nearest(
    at: np.ndarray, where: np.ndarray, gap: np.ndarray, keep: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    order = np.lexsort((where, gap, at))
    at, where, gap = at[order], where[order], gap[order]
    first = np.searchsorted(at, at, side="left")
    kept = np.arange(at.size) - first < keep
    return at[kept], where[kept], gap[kept]
