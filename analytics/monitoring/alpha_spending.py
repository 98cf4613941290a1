"""Group-sequential boundaries by alpha spending, from declared information times.

Here: O'Brien-Fleming-type and Pocock-type spending functions and the boundaries that spend them, by recursive
numerical integration. Not here: whether a look is allowed (`look`), or anytime-valid inference
(`safe_log_rank`).

Sources: Lan KKG, DeMets DL. Discrete sequential boundaries for clinical trials. Biometrika 1983;70:659-663;
Armitage P, McPherson CK, Rowe BC. J R Stat Soc A 1969;132:235-244; Reboussin DM et al. Programs for computing
group sequential boundaries using the Lan-DeMets method. Control Clin Trials 2000;21:190-207.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import norm

Spending = Literal["obrien_fleming", "pocock"]
_GRID = 1201
"""Nodes of Simpson's rule over the continuation region; odd."""
_WIDEST = 10.0
"""A boundary of ten standard deviations or more spends nothing that double precision can hold."""


def alpha_spent(
    information: np.ndarray | float, alpha: float = 0.05, spending: Spending = "obrien_fleming"
) -> np.ndarray:
    """Two-sided alpha spent by each information time (0 to 1), half of it on either side.

    Raises:
        ValueError: If the spending function is unknown.
    """
    t = np.clip(np.asarray(information, dtype=float), 0.0, 1.0)
    if spending == "obrien_fleming":
        root = np.sqrt(np.maximum(t, 1e-12))
        return 4 * norm.sf(norm.isf(alpha / 4) / root)
    if spending == "pocock":
        return alpha * np.log1p((np.e - 1) * t)
    raise ValueError(f"Unknown spending function {spending!r}; choose obrien_fleming or pocock.")


def boundaries(
    information: Sequence[float], alpha: float = 0.05, spending: Spending = "obrien_fleming"
) -> pd.DataFrame:
    """Symmetric two-sided boundaries on the z scale for strictly rising information times.

    Args:
        information: Information times in (0, 1], as shares of the planned information.
        alpha: Two-sided error to spend in all.
        spending: Spending function.

    Returns:
        One row per look: look, information, alpha_spent (cumulative), boundary_z, nominal_p (two-sided).

    Raises:
        ValueError: If information times do not rise within (0, 1].
    """
    times = np.asarray(information, dtype=float)
    if len(times) == 0 or times[0] <= 0 or times[-1] > 1 or np.any(np.diff(times) <= 0):
        raise ValueError("Information times must rise strictly within 0 (excluded) to 1.")
    spent = alpha_spent(times, alpha, spending)
    increments = np.diff(np.concatenate([[0.0], spent])) / 2
    limits = _solve(times, increments)
    return pd.DataFrame(
        {
            "look": np.arange(1, len(times) + 1),
            "information": times,
            "alpha_spent": spent,
            "boundary_z": limits,
            "nominal_p": 2 * norm.sf(limits),
        }
    )


def _solve(times: np.ndarray, increments: np.ndarray) -> np.ndarray:
    """Boundaries look by look: the density of the score process that has not crossed is carried forward."""
    limits = np.empty(len(times))
    limits[0] = min(float(norm.isf(increments[0])), _WIDEST)
    nodes, weights = _nodes(limits[0] * np.sqrt(times[0]))
    density = norm.pdf(nodes, scale=np.sqrt(times[0]))
    for k in range(1, len(times)):
        step = np.sqrt(times[k] - times[k - 1])
        mass = weights * density
        limits[k] = _limit(nodes, mass, step, np.sqrt(times[k]), increments[k])
        ahead, ahead_weights = _nodes(limits[k] * np.sqrt(times[k]))
        density = norm.pdf((ahead[:, None] - nodes[None, :]) / step) @ mass / step
        nodes, weights = ahead, ahead_weights
    return limits


def _limit(nodes: np.ndarray, mass: np.ndarray, step: float, root: float, increment: float) -> float:
    """The z at which the upper tail, of paths not stopped before, is the increment."""

    def excess(z: float) -> float:
        return float(norm.sf((z * root - nodes) / step) @ mass) - increment

    if excess(_WIDEST) >= 0:
        return _WIDEST
    return float(brentq(excess, -_WIDEST, _WIDEST, xtol=1e-12))


def _nodes(limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Simpson nodes and weights over the continuation region of the score process."""
    nodes = np.linspace(-limit, limit, _GRID)
    weights = np.full(_GRID, 2.0)
    weights[1::2] = 4.0
    weights[[0, -1]] = 1.0
    return nodes, weights * (2 * limit / (_GRID - 1)) / 3
