"""How long and how completely subjects were observed.

Belongs here: reverse Kaplan–Meier and completeness of follow-up. Does not belong here: survival of the subjects.
"""

import numpy as np
from numpy.typing import ArrayLike

from analytics.survival.curve import SurvivalCurve
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.times import follow_up


def reverse_kaplan_meier(
    stop: ArrayLike,
    event: ArrayLike,
    *,
    start: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    level: float = 0.95,
    conf_type: str = "log-log",
) -> SurvivalCurve:
    """Curve of follow-up: events and censoring change places (Schemper & Smith 1996); its median is the usual
    median follow-up. As R's ``survfit(Surv(time, 1 - event) ~ 1)``. Arguments as ``kaplan_meier``.
    """
    reversed_event = 1.0 - np.asarray(event, dtype=np.float64)
    return kaplan_meier(stop, reversed_event, start=start, weights=weights, level=level, conf_type=conf_type)


def completeness(
    stop: ArrayLike, event: ArrayLike, potential: ArrayLike, *, horizon: float | None = None
) -> float:
    """Clark's C: follow-up observed over follow-up possible (Clark, Altman & De Stavola 2002, Lancet).

    Args:
        stop: (n,) observed follow-up.
        event: (n,) 1 for an event; its possible follow-up ends there.
        potential: (n,) follow-up had nobody been lost (to the data cut); never taken as less than observed.
        horizon: counts follow-up up to this time only.

    Returns:
        A share between 0 and 1; NaN without follow-up.
    """
    possible_end = np.asarray(potential, dtype=np.float64)
    records = follow_up(stop, event, complete=np.isfinite(possible_end))
    possible = np.where(records.event, records.stop, np.maximum(possible_end[records.kept], records.stop))
    observed = records.stop
    if horizon is not None:
        observed, possible = np.minimum(observed, horizon), np.minimum(possible, horizon)
    return float(observed.sum() / possible.sum()) if possible.sum() > 0 else np.nan
