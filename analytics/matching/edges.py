"""Which pairs are allowed, and how far apart they are: the sparse graph of optimal and full matching.

Belongs here: listing pairs within every caliper and exact stratum. Which of them are chosen is up to the methods.
"""

from dataclasses import dataclass

import numpy as np

from analytics.matching.problem import Problem
from analytics.matching.ties import in_units

# Pairs held in memory at once; beyond this an optimal method is the wrong tool.
MOST_PAIRS = 30_000_000
CELLS_AT_ONCE = 4_000_000


class MatchingError(ValueError):
    """Nobody can be matched as the protocol asks; the message says why in one line, without a subject."""


@dataclass(frozen=True)
class Edges:
    """Allowed pairs: numbers of treated and control in the layout, their distance, and their steps.

    `steps`: places between the two in the canonical order, squared; less, at equal places, for the lower control.
    `longest`: distance of the farthest pair that is allowed, listed or not.
    """

    treated: np.ndarray
    control: np.ndarray
    distance: np.ndarray
    steps: np.ndarray
    longest: float = 0.0

    def at(self, chosen: np.ndarray) -> "Edges":
        """Some of them, by number or by flag."""
        return Edges(
            self.treated[chosen],
            self.control[chosen],
            self.distance[chosen],
            self.steps[chosen],
            self.longest,
        )


def allowed_pairs(problem: Problem, keep: int | None = None) -> Edges:
    """Every pair within all calipers and in the same exact stratum.

    Args:
        problem: the arranged problem.
        keep: only each treated subject's nearest `keep` controls, of equally near ones those of fewer steps.

    Returns:
        The pairs; which of them are listed changes nothing of `longest`.

    Raises:
        MatchingError: more pairs than fit in memory.
    """
    layout = problem.layout
    nobody = np.empty(0, dtype=np.int64)
    parts = [Edges(nobody, nobody, np.empty(0), nobody)]
    n_pair = 0
    for start, stop, low, high in _chunks(layout.treated_stratum, layout.control_stratum):
        treated, control = layout.treated[start:stop], layout.control[low:high]
        distance = problem.distances(treated, np.broadcast_to(control, (treated.size, control.size)))
        at, where = np.nonzero(_allowed(problem, treated, control))
        places = layout.treated_position[start + at] - layout.control_position[low + where]
        found = distance[at, where]
        part = Edges(at + start, where + low, found, (4 * places - 1) ** 2, found.max(initial=0.0))
        parts.append(part if keep is None or high - low <= keep else _nearest(part, keep, problem.unit))
        n_pair += parts[-1].distance.size
        if n_pair > MOST_PAIRS:
            raise MatchingError(
                f"matching: more than {MOST_PAIRS:,} pairs are within the caliper; narrow it, match exactly on a "
                "covariate, or use nearest matching"
            )
    return Edges(
        np.concatenate([part.treated for part in parts]),
        np.concatenate([part.control for part in parts]),
        np.concatenate([part.distance for part in parts]),
        np.concatenate([part.steps for part in parts]),
        max(part.longest for part in parts),
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


def _nearest(edges: Edges, keep: int, unit: float) -> Edges:
    ordered = edges.at(np.lexsort((edges.steps, in_units(edges.distance, unit), edges.treated)))
    first = np.searchsorted(ordered.treated, ordered.treated, side="left")
    return ordered.at(np.arange(first.size) - first < keep)
