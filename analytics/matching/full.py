"""Full matching: everyone within reach in a set of one treated and several controls, or the reverse.

Belongs here: the least-distance partition into such sets. Allowed pairs come from `edges`.
"""

from typing import Any

import numpy as np
import pandas as pd

from analytics.matching.assignment import Costs, least_assignment
from analytics.matching.edges import Edges, allowed_pairs
from analytics.matching.matched_set import MatchedSet, nobody_matched, subclass_weights
from analytics.matching.optimal import _defaults
from analytics.matching.problem import NO_CONTROL, Problem, build_problem, lost_treated, one_armed
from analytics.matching.ties import in_units


def match_full(
    treated: np.ndarray,
    score: np.ndarray | None,
    ids: np.ndarray,
    *,
    estimand: str = "ATT",
    **settings: Any,
) -> MatchedSet:
    """Optimal full matching (Rosenbaum 1991; Hansen 2004), no bound on the size of sets.

    The partition of least total distance is a least-weight cover of the graph of allowed pairs, found by an
    assignment on what each pair saves over its members' nearest neighbours (Schrijver 2003, section 19.3).

    Args:
        treated, score, ids: as `match_nearest`.
        estimand: of the weights; see `subclass_weights`.
        **settings: as `match_optimal`.

    Returns:
        Sets; `distance` is to the set's centre. Subjects without any allowed partner are in no set.
    """
    if one_armed(treated):
        return nobody_matched(treated, ids, "full", NO_CONTROL)
    problem = build_problem(treated, score, ids, **_defaults(settings))
    layout = problem.layout
    chosen = _stars(cheapest_cover(problem, allowed_pairs(problem)), problem.unit)
    matched = np.zeros(layout.treated.size, dtype=bool)
    matched[chosen.treated] = True
    pairs = _frame(problem, chosen, np.asarray(treated), np.asarray(ids), estimand)
    unmatched = lost_treated(problem, np.asarray(treated), np.asarray(ids), matched)
    return MatchedSet(pairs, unmatched, problem.width, "full")


def cheapest_cover(problem: Problem, edges: Edges) -> Edges:
    """Edges of least total distance that touch everyone who has an edge."""
    n_treated, n_control = problem.layout.treated.size, problem.layout.control.size
    of_treated, of_control = np.full(n_treated, np.inf), np.full(n_control, np.inf)
    np.minimum.at(of_treated, edges.treated, edges.distance)
    np.minimum.at(of_control, edges.control, edges.distance)
    gain = of_treated[edges.treated] + of_control[edges.control] - edges.distance
    saving = np.flatnonzero(gain > problem.unit)
    taken = saving[_greatest_gain(problem, edges.at(saving), gain[saving])]
    nearest = np.lexsort((edges.control, edges.treated, in_units(edges.distance, problem.unit)))
    kept = [taken]
    for end, size in ((edges.treated, n_treated), (edges.control, n_control)):
        left = np.ones(size, dtype=bool)
        left[end[taken]] = False
        candidates = nearest[left[end[nearest]]]
        kept.append(candidates[np.unique(end[candidates], return_index=True)[1]])
    chosen = np.unique(np.concatenate(kept))
    return edges.at(chosen)


def _greatest_gain(problem: Problem, edges: Edges, gain: np.ndarray) -> np.ndarray:
    """Numbers of the edges of a matching of greatest total gain; nobody need be matched."""
    if gain.size == 0:
        return np.empty(0, dtype=np.int64)
    who, row = np.unique(edges.treated, return_inverse=True)
    n_control, alone = problem.layout.control.size, np.arange(who.size)
    costs = Costs(
        np.concatenate([row, alone]),
        np.concatenate([edges.control, n_control + alone]),
        np.concatenate([-gain, np.zeros(who.size)]),
        np.concatenate([edges.steps, np.zeros_like(alone)]),
        (who.size, n_control + who.size),
    )
    edge = least_assignment(costs, problem.unit).edge
    return np.sort(edge[edge < gain.size])


def _stars(cover: Edges, unit: float) -> Edges:
    """Drops edges both of whose ends another edge touches (possible only among ties), longest first."""
    degree_t = np.bincount(cover.treated) if cover.treated.size else np.empty(0, dtype=np.int64)
    degree_c = np.bincount(cover.control) if cover.control.size else np.empty(0, dtype=np.int64)
    keep = np.ones(cover.distance.size, dtype=bool)
    for edge in np.lexsort((cover.control, cover.treated, -in_units(cover.distance, unit))):
        t, c = cover.treated[edge], cover.control[edge]
        if degree_t[t] > 1 and degree_c[c] > 1:
            keep[edge] = False
            degree_t[t] -= 1
            degree_c[c] -= 1
    return cover.at(keep)


def _frame(
    problem: Problem, stars: Edges, treated: np.ndarray, ids: np.ndarray, estimand: str
) -> pd.DataFrame:
    layout = problem.layout
    several = np.bincount(stars.treated, minlength=layout.treated.size)[stars.treated] > 1
    # The centre is the end with several edges; of a pair it is the treated.
    shared = np.bincount(stars.control, minlength=layout.control.size)[stars.control] > 1
    treated_row, control_row = layout.treated[stars.treated], layout.control[stars.control]
    centre = np.where(shared & ~several, control_row, treated_row)
    member = np.where(shared & ~several, treated_row, control_row)
    centres = np.unique(centre)
    rows = np.concatenate([centres, member])
    frame = pd.DataFrame(
        {
            "usubjid": ids[rows],
            "set_id": np.concatenate([centres, centre]),
            "treated": (treated[rows] == 1).astype(np.int64),
            "distance": np.concatenate([np.zeros(centres.size), stars.distance]),
        }
    )
    frame["weight"] = subclass_weights(
        frame["treated"].to_numpy(), pd.factorize(frame["set_id"])[0], estimand
    )
    return _numbered(frame, problem)


def _numbered(frame: pd.DataFrame, problem: Problem) -> pd.DataFrame:
    """Sets numbered by the canonical place of their centre."""
    layout = problem.layout
    place = np.zeros(problem.score.size, dtype=np.int64)
    place[layout.treated], place[layout.control] = layout.treated_position, layout.control_position
    frame["set_id"] = np.unique(place[frame["set_id"].to_numpy(dtype=np.int64)], return_inverse=True)[1] + 1
    ordered = frame.sort_values(
        ["set_id", "treated", "usubjid"], ascending=[True, False, True], ignore_index=True
    )
    return ordered[["usubjid", "set_id", "treated", "weight", "distance"]]
