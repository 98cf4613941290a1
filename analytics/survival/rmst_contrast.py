"""Difference and ratio of the restricted means of two arms.

Belongs here: the contrast and what arms that share clusters add to it. Does not belong here: the choice of tau.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from analytics.survival.contrast import Contrast, no_contrast, two_arms, wald
from analytics.survival.influence import restricted_mean_influence
from analytics.survival.records import Records
from analytics.survival.rmst import restricted_mean


def rmst_contrasts(
    records: Records, treated: ArrayLike, tau: float, *, level: float = 0.95
) -> tuple[Contrast, Contrast]:
    """Difference and ratio of restricted means up to tau (Royston & Parmar 2013; as R's survRM2 ``rmst2``).

    With clusters (matched sets spanning the arms) the covariance between arms is taken into account.

    Args:
        records: of both arms, see ``kaplan_meier``.
        treated: (n,) 1 treated, 0 control.
        tau: horizon in the unit of ``stop``.
        level: confidence level.

    Returns:
        Contrasts ``rmst_difference`` and ``rmst_ratio``.
    """
    arms = two_arms(records, treated, level=level)
    (mean_t, error_t), (mean_c, error_c) = (
        restricted_mean(arms.treated, tau),
        restricted_mean(arms.control, tau),
    )
    if np.isnan(mean_t) or np.isnan(mean_c):
        note = f"follow-up of an arm ends before {tau:g}"
        return (
            no_contrast("rmst_difference", note, mean_t, mean_c),
            no_contrast("rmst_ratio", note, mean_t, mean_c),
        )
    shared = arms.covariance(restricted_mean_influence, tau)
    error = float(np.sqrt(error_t**2 + error_c**2 - 2 * shared))
    log_variance = (error_t / mean_t) ** 2 + (error_c / mean_c) ** 2 - 2 * shared / (mean_t * mean_c)
    ratio_error = float(np.sqrt(log_variance))
    log_ratio = float(np.log(mean_t / mean_c))
    difference = wald("rmst_difference", mean_t - mean_c, error, treated=mean_t, control=mean_c, level=level)
    quotient = wald(
        "rmst_ratio", log_ratio, ratio_error, treated=mean_t, control=mean_c, level=level, log=True
    )
    of_logs = (1 / mean_t, 1 / mean_c)
    return (
        replace(difference, influence=arms.difference_influence(restricted_mean_influence, tau)),
        replace(quotient, influence=arms.difference_influence(restricted_mean_influence, tau, of_logs)),
    )
