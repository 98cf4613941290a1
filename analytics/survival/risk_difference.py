"""Difference of the cumulative incidences of two arms at a time.

Belongs here: the contrast and what arms that share clusters add to it. The incidences: ``competing_risks``.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from analytics.survival.competing_risks import cumulative_incidence
from analytics.survival.contrast import Contrast, no_contrast, wald
from analytics.survival.milestone import with_log_log_limits
from analytics.survival.records import Records, codes_of
from analytics.survival.sorting_kernel import sum_by_group

MEASURE = "risk_difference"


def risk_difference(
    records: Records, treated: ArrayLike, time: float, *, cause: int = 1, level: float = 0.95
) -> Contrast:
    """Cumulative incidence (Aalen–Johansen) of the treated minus that of the controls at a time.

    Standard errors are the infinitesimal jackknife's, in which a cluster that spans the arms counts as one. The interval
    combines the arms' log-log limits and the test compares log(−log F), as in ``milestone.survival_difference``.

    Args:
        records: of both arms, ``event`` being 0 censored, 1..k cause of failure; weights, clusters and entry as given.
        treated: (n,) 1 treated, 0 control.
        time: the milestone, in the unit of ``stop``.
        cause: the cause of interest.
        level: confidence level.

    Raises:
        ValueError: see ``competing_risks.aalen_johansen``.
    """
    arm = np.asarray(treated, dtype=np.float64)
    rows = [(arm == value) & records.usable for value in (1, 0)]
    curves = [cumulative_incidence(records.where(mine), cause, level=level) for mine in rows]
    of_treated, of_control = (curve.value_at(time) for curve in curves)
    risk1, risk0 = of_treated[0], of_control[0]
    if np.isnan(risk1) or np.isnan(risk0):
        return no_contrast(MEASURE, f"follow-up of an arm ends before {time:g}", risk1, risk0)
    moved = np.zeros((2, len(arm)))
    for place, (curve, mine) in enumerate(zip(curves, rows, strict=True)):
        moved[place, mine] = curve.influence.at(time)
    codes = codes_of(records.cluster)
    shared = 0.0
    if codes is not None:
        of_clusters = sum_by_group(np.ascontiguousarray(moved.T), codes, int(codes.max(initial=-1)) + 1)
        shared = float((of_clusters[:, 0] * of_clusters[:, 1]).sum())
    error = float(np.sqrt(max(of_treated[1] ** 2 + of_control[1] ** 2 - 2 * shared, 0.0)))
    plain = wald(MEASURE, risk1 - risk0, error, treated=risk1, control=risk0, level=level)
    found = with_log_log_limits(plain, of_treated, of_control, shared)
    return replace(found, influence=moved[0] - moved[1])
