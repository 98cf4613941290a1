"""Compiled pass over all pairs of a treated and a control; used through `analytics.function.joint_rank` only."""

import numpy as np

from analytics.kernels import kernel


@kernel()
def on_day(day: np.ndarray, value: np.ndarray, low: int, high: int, at: float) -> float:
    """Value at a day between the first of the rows from low to high and the last."""
    first, last = low, high - 1
    while last - first > 1:
        middle = (first + last) // 2
        if day[middle] <= at:
            first = middle
        else:
            last = middle
    if first == last or day[first] >= at:
        return value[first]
    share = (at - day[first]) / (day[last] - day[first])
    return value[first] + share * (value[last] - value[first])


@kernel()
def compared_pairs(
    milestone: float,
    least: float,
    treated: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    control: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    start: np.ndarray,
    day: np.ndarray,
    value: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What each row wins: 1 a pair that the treated wins, 1/2 a tie; weighted by the other's weight.

    Args:
        milestone: deaths count up to it, function as well.
        least: smaller differences are ties.
        treated, control: of each, stop, whether dead by then (1 or 0), place among the scores (-1 for none), weight.
        start, day, value: as `Scores`.

    Returns:
        Of each treated what it wins, of each control what is won of it, and the weight of pairs decided by survival, by
        function and by neither.
    """
    stop1, died1, place1, weight1 = treated
    stop0, died0, place0, weight0 = control
    by_treated, by_control, decided = np.zeros(stop1.size), np.zeros(stop0.size), np.zeros(3)
    for i in range(stop1.size):
        dead_i = died1[i] == 1 and stop1[i] <= milestone
        for j in range(stop0.size):
            dead_j = died0[j] == 1 and stop0[j] <= milestone
            won, kind = 0.5, 2
            if dead_i and dead_j and stop1[i] == stop0[j]:
                kind = 0
            elif dead_i and (stop0[j] > stop1[i] or (stop0[j] == stop1[i] and not dead_j)):
                won, kind = 0.0, 0
            elif dead_j and (stop1[i] > stop0[j] or (stop1[i] == stop0[j] and not dead_i)):
                won, kind = 1.0, 0
            elif place1[i] >= 0 and place0[j] >= 0:
                low1, high1 = start[place1[i]], start[place1[i] + 1]
                low0, high0 = start[place0[j]], start[place0[j] + 1]
                begin = max(0.0, day[low1], day[low0])
                at = min(milestone, day[high1 - 1], day[high0 - 1])
                if at > begin:
                    change1 = on_day(day, value, low1, high1, at) - on_day(day, value, low1, high1, begin)
                    change0 = on_day(day, value, low0, high0, at) - on_day(day, value, low0, high0, begin)
                    if change1 > change0 + least:
                        won, kind = 1.0, 1
                    elif change0 > change1 + least:
                        won, kind = 0.0, 1
            by_treated[i] += weight0[j] * won
            by_control[j] += weight1[i] * won
            decided[kind] += weight1[i] * weight0[j]
    return by_treated, by_control, decided
