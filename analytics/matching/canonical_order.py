"""One order of subjects that does not depend on the order of rows.

Belongs here: sorting by score with the tie-breakers that `ties` names. Every matching method works on this order, so none
of them can depend on how rows arrived.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.matching.ties import tied


def canonical_order(
    ascending: np.ndarray,
    score: np.ndarray,
    ids: np.ndarray | None,
    covariates: pd.DataFrame | None = None,
    arm: np.ndarray | None = None,
) -> np.ndarray:
    """Row numbers by ascending score; equal scores by covariates in alphabetical order, arm, then subject key.

    Args:
        ascending: rows that take part, by ascending score, equals in any order.
        score: (n,) finite where rows take part.
        ids: (n,) unique subject keys; None breaks ties by row number (the order of R's `order`).
        covariates: (n, k) tie-breaking columns, or None.
        arm: (n,) True for treated, who stand after controls alike in every covariate; None where it is no matter.

    Raises:
        ValueError: tied rows share score, covariates and subject key.
    """
    ordered = score[ascending]
    place = np.flatnonzero(tied(ordered))
    if place.size == 0:
        return ascending
    run = np.concatenate([[0], np.cumsum(np.diff(ordered[place]) > 0)])
    rows = ascending[place]
    keys: list[np.ndarray] = [rows if ids is None else key_rank(np.asarray(ids)[rows])]
    if ids is not None and arm is not None:
        keys.append(arm[rows])
    if ids is not None and covariates is not None:
        keys = [
            *keys,
            *(key_rank(covariates[name].to_numpy()[rows]) for name in sorted(covariates, key=str)[::-1]),
        ]
    within = np.lexsort((*keys, run))
    if ids is not None and len(np.unique(keys[0])) < rows.size:
        raise ValueError("matching: subject keys are not unique")
    order = ascending.copy()
    order[place] = rows[within]
    return order


def key_rank(values: np.ndarray) -> np.ndarray:
    """Dense rank of numbers or text, missing values last."""
    if values.dtype == object:
        values = np.array([("" if pd.isna(v) else str(v)) for v in values], dtype=str)
    return np.asarray(np.unique(values, return_inverse=True)[1])


@dataclass(frozen=True)
class Layout:
    """Treated and controls as the kernels want them: sorted by exact stratum, then canonical position.

    Attributes:
        treated, control: row numbers of the given data.
        treated_position, control_position: place in the canonical order of everyone.
        treated_stratum, control_stratum: stratum codes.
        insertion: per treated, how many controls stand before it.
    """

    treated: np.ndarray
    control: np.ndarray
    treated_position: np.ndarray
    control_position: np.ndarray
    treated_stratum: np.ndarray
    control_stratum: np.ndarray
    insertion: np.ndarray


def lay_out(arm: np.ndarray, order: np.ndarray, stratum: np.ndarray | None) -> Layout:
    """Split a canonical order into the two arms.

    Args:
        arm: (n,) True for treated.
        order: row numbers in canonical order; rows left out take no part.
        stratum: (n,) integer codes of exact strata, or None.
    """
    position = np.arange(order.size)
    if stratum is not None:
        by_stratum = np.argsort(stratum[order], kind="stable")
        order, position = order[by_stratum], by_stratum
    is_treated = arm[order]
    at_treated, at_control = np.flatnonzero(is_treated), np.flatnonzero(~is_treated)
    treated, control = order[at_treated], order[at_control]
    none = np.zeros(order.size, dtype=np.int64)
    return Layout(
        treated,
        control,
        position[at_treated],
        position[at_control],
        (none[: treated.size] if stratum is None else stratum[treated]),
        (none[: control.size] if stratum is None else stratum[control]),
        at_treated - np.arange(at_treated.size),
    )
