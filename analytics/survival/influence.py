"""Influence of each record on survival at a time and on the restricted mean.

Belongs here: infinitesimal-jackknife values (weight × derivative by weight), whose squares sum to a variance; summed
over clusters that may span both arms they give the variance of a contrast. Estimates: ``rmst``, ``milestone``.
"""

import numpy as np

from analytics.survival.arrays import Floats
from analytics.survival.risk_sets import CurveInfluence


def survival_influence(influence: CurveInfluence, t: float) -> Floats:
    """Influence (n,) of each record on the survival probability at t."""
    sets = influence.sets
    last = int(np.searchsorted(sets.time, t, side="right"))
    survival = np.concatenate([[1.0], np.cumprod(1.0 - sets.hazard)])
    return -survival[last] * _log_influence(influence, last) * sets.records.weight


def _log_influence(influence: CurveInfluence, last: int) -> Floats:
    """Derivative of −log survival after the first ``last`` times by each record's weight: (n,)."""
    sets, records = influence.sets, influence.sets.records
    cumulated = np.concatenate([[0.0], np.cumsum(influence.jump * sets.hazard)])
    at_stop = np.searchsorted(sets.time, records.stop, side="right")
    until = np.minimum(at_stop, last)
    began = np.zeros(records.n, dtype=np.int64)
    if records.entry is not None:
        began = np.minimum(np.searchsorted(sets.time, records.entry, side="right"), until)
    own = np.where(records.event & (at_stop <= last), influence.jump[at_stop - 1], 0.0)
    return own - (cumulated[until] - cumulated[began])


def restricted_mean_influence(influence: CurveInfluence, tau: float) -> Floats:
    """Influence (n,) of each record on the area under the curve up to tau."""
    sets, records = influence.sets, influence.sets.records
    used = int(np.searchsorted(sets.time, tau, side="right"))
    grid = np.concatenate([[min(0.0, *sets.time[:1])], sets.time[:used], [tau]])
    survival = np.concatenate([[1.0], np.cumprod(1.0 - sets.hazard[:used])])
    after = np.concatenate([np.cumsum((np.diff(grid) * survival)[::-1])[::-1], [0.0]])[1:]
    # after[k]: area between the k-th time and tau; an increment of the hazard there takes away that share.
    drop = influence.jump[:used] * after[:used]
    cumulated = np.concatenate([[0.0], np.cumsum(drop * sets.hazard[:used])])
    at_stop = np.searchsorted(sets.time, records.stop, side="right")
    until = np.minimum(at_stop, used)
    began = np.zeros(records.n, dtype=np.int64)
    if records.entry is not None:
        began = np.minimum(np.searchsorted(sets.time, records.entry, side="right"), until)
    own = np.zeros(records.n)
    within = records.event & (at_stop <= used)
    own[within] = drop[at_stop[within] - 1]
    return -(own - (cumulated[until] - cumulated[began])) * records.weight
