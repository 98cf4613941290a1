"""Delta analysis for riluzole that is recorded only when taken.

PRO-ACT's riluzole form says "Yes" for users and is often absent otherwise, so absence is not missing at
random. Here absence is read as use with a stated probability, from none to as often as among those
recorded, and the whole estimate is remade. Not here: the estimate, which is a callable of the caller's.

Source: Carpenter JR, Kenward MG. Multiple Imputation and its Application. 2013, chapter 10 (delta
adjustment).
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from analytics.sensitivity.rows import Row, sensitivity_row

Estimate = Callable[[np.ndarray], tuple[float, float]]
"""Takes the completed riluzole column (n,) and returns log hazard ratio and standard error.

NaN if it cannot.
"""


def delta_riluzole(
    riluzole: np.ndarray,
    estimate: Estimate,
    seed: int,
    probabilities: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0),
    n_imputation: int = 10,
    level: float = 0.95,
) -> list[Row]:
    """Hazard ratio for a range of probabilities that an unrecorded subject takes riluzole.

    Args:
        riluzole: (n,) 1, 0 or NaN, in the order of the subject key.
        estimate: Remakes the estimate (score, match, outcome) from the completed column.
        seed: Seed of the draws.
        probabilities: Probabilities of use among the unrecorded.
        n_imputation: Draws pooled by Rubin's rules where the probability is neither 0 nor 1.
        level: Level of the intervals.
    """
    rng = np.random.default_rng(seed)
    values = np.asarray(riluzole, dtype=float)
    unrecorded = np.isnan(values)
    uniforms = rng.random((n_imputation, int(unrecorded.sum())))
    return [_at(values, unrecorded, uniforms, float(p), estimate, level) for p in probabilities]


def _at(
    values: np.ndarray,
    unrecorded: np.ndarray,
    uniforms: np.ndarray,
    probability: float,
    estimate: Estimate,
    level: float,
) -> Row:
    """One probability: the same uniforms throughout, so that users only join as it grows."""
    found = []
    for draw in uniforms if 0 < probability < 1 and unrecorded.any() else uniforms[:1]:
        completed = values.copy()
        completed[unrecorded] = (draw < probability).astype(float)
        found.append(estimate(completed))
    logs, errors = np.array(found, dtype=float).T
    scenario = "unrecorded subjects take riluzole with a stated probability"
    parameter: Row = {"parameter": "probability_of_use", "parameter_value": probability}
    parameter |= {"n": int(unrecorded.sum())}
    usable = np.isfinite(logs) & np.isfinite(errors)
    if usable.sum() < len(logs):
        note = f"{int((~usable).sum())} of {len(logs)} draws could not be estimated"
        return sensitivity_row("delta_riluzole", scenario, "hazard_ratio", None, note=note, **parameter)
    between = float(np.var(logs, ddof=1)) * (1 + 1 / len(logs)) if len(logs) > 1 else 0.0
    centre, error = float(logs.mean()), math.sqrt(float(np.mean(errors**2)) + between)
    half = float(ndtri(0.5 + level / 2)) * error
    return sensitivity_row(
        "delta_riluzole",
        scenario,
        "hazard_ratio",
        math.exp(centre),
        ci_lower=math.exp(centre - half),
        ci_upper=math.exp(centre + half),
        p_value=float(2 * ndtr(-abs(centre / error))),
        note=f"{int(unrecorded.sum())} unrecorded"
        + (f"; {len(logs)} draws pooled by Rubin's rules" if len(logs) > 1 else "; certain, so drawn once"),
        **parameter,
    )
