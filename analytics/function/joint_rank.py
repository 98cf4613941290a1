"""Joint rank of survival and function: every treated with every control, on survival first, else on function.

Combined assessment of function and survival as Berry et al. 2013 (Amyotroph Lateral Scler Frontotemporal Degener 14:162):
who dies first by the milestone loses; where that does not tell, who has lost more of the score between time zero and the
last day on which that of both is known. Their visits had one schedule; where two sources have two, the score of either on
the day of the other's visit lies on the line between its own, and so does that at time zero between the last visit before
it and the first after. Where the first visit of one is later, change of both counts from that day on. A pair of which one
was lost to follow-up before the other's death is compared on function.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.function.scores import Scores

TIE_POINTS = 1e-9
"""Changes that differ by less are equal: lines between the same scores may differ in their last digits."""


@dataclass(frozen=True)
class JointRank:
    """What comes of all pairs.

    Attributes:
        win_probability: share of pairs in which the treated fares better, ties counted half; NaN where an arm is empty.
        influence: (rows,) of each row on it, weights included: the squares of its sums by cluster add up to the variance.
        total: weight of all rows. Ranked together by what they win of the other arm, the mean rank of the treated is above
            that of the controls by total × (win probability − 1/2).
        decided: share of pairs decided by survival, by function, and by neither.
    """

    win_probability: float
    influence: np.ndarray
    total: float
    decided: Mapping[str, float]


def joint_rank(
    stop: np.ndarray,
    died: np.ndarray,
    treated: np.ndarray,
    weight: np.ndarray,
    place: np.ndarray,
    scores: Scores,
    milestone: float,
) -> JointRank:
    """Compare all pairs; a control that dies on the day of a treated is its equal, one censored that day outlives it.

    Args:
        stop: (rows,) end of follow-up, days.
        died: (rows,) whether by death.
        treated: (rows,) 1 treated, 0 control.
        weight: (rows,) positive.
        place: (rows,) in `scores`; -1 for a subject without a line, whose pairs survival alone decides.
        scores: of everybody.
        milestone: days.
    """
    from analytics.function.pairs_kernel import compared_pairs

    arms = [np.flatnonzero(treated == arm) for arm in (1, 0)]
    if not all(len(rows) for rows in arms):
        return JointRank(np.nan, np.full(len(stop), np.nan), float(weight.sum()), {})
    weights = [weight[rows].astype(float) for rows in arms]
    known = [
        (stop[rows].astype(float), died[rows].astype(np.int64), place[rows].astype(np.int64), own)
        for rows, own in zip(arms, weights, strict=True)
    ]
    start = scores.start.astype(np.int64)
    *won, decided = compared_pairs(float(milestone), TIE_POINTS, *known, start, scores.day, scores.value)
    sums = [own.sum() for own in weights]
    probability = float(weights[0] @ won[0] / (sums[0] * sums[1]))
    influence = np.zeros(len(stop))
    for arm in (0, 1):
        influence[arms[arm]] = weights[arm] / sums[arm] * (won[arm] / sums[1 - arm] - probability)
    shares = dict(zip(("survival", "function", "neither"), (decided / decided.sum()).tolist(), strict=True))
    return JointRank(probability, influence, float(sums[0] + sums[1]), shares)
