"""Probability of reaching the k-th dose in time, backwards over the intervals (compiled).

Belongs here: that recursion. Does not belong here: the models of dosing, and the weights.
"""

import numpy as np

from analytics.kernels import kernel
from analytics.survival.arrays import Array, Floats, Integers

LEAST_LOG_ODDS = -35.0
"""Against a dose: no probability is 1."""
LEAST_ODDS = float(np.exp(LEAST_LOG_ODDS))


@kernel(error_model="numpy")
def reach_after(
    against_time: Floats,
    against_person: Floats,
    cuts: Integers,
    had: Integers,
    subject: Integers,
    gap: Integers,
) -> tuple[Array, Array]:
    """For each row the probability of k doses by the end of grace after a dose in its interval, and after none.

    Args:
        against_time: (k, intervals, gaps) odds against the next dose by number of doses had; infinite where it cannot come.
        against_person: (k, n) factor of these odds for each subject.
        cuts: (intervals + 1,) where the rows of each interval begin, up to the end of grace.
        had, subject, gap: (rows,) doses had, fewer than k, subject, and intervals since the last, sorted by interval.
    """
    k, n = against_person.shape
    n_interval = cuts.shape[0] - 1
    n_gap = n_interval + 2
    reach = np.zeros((k + 1, n, n_gap + 1))
    reach[k] = 1.0
    dosed, undosed = np.zeros(had.shape[0]), np.zeros(had.shape[0])
    for interval in range(n_interval - 1, -1, -1):
        for row in range(cuts[interval], cuts[interval + 1]):
            dosed[row] = reach[had[row] + 1, subject[row], 1]
            undosed[row] = reach[had[row], subject[row], gap[row] + 1]
        for step in range(k):
            for who in range(n):
                after_dose = reach[step + 1, who, 1]
                for g in range(n_gap):
                    odds = max(against_time[step, interval, g] * against_person[step, who], LEAST_ODDS)
                    chance = 1.0 / (1.0 + odds)
                    reach[step, who, g] = chance * after_dose + (1.0 - chance) * reach[step, who, g + 1]
                reach[step, who, n_gap] = 0.0
    return dosed, undosed
