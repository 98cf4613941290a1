"""Compiled nearest-neighbour matching on several coordinates; used through `analytics.matching.nearest` only.

Subjects are sorted by (stratum, first coordinate); a search walks outwards from the treated subject and stops a
side once the first coordinate alone is farther than the best distance found.
"""

import heapq

import numpy as np

from analytics.kernels import kernel
from analytics.matching.free_control_kernel import all_free, no_matches, root, take, waits, within


@kernel()
def _gap(a: np.ndarray, b: np.ndarray, unit: float) -> float:
    """Distance in whole units, by which equal ones are equal; with a unit of 0 its square, to the last bit."""
    total = 0.0
    for j in range(a.size):
        total += (a[j] - b[j]) ** 2
    return np.rint(np.sqrt(total) / unit) if unit > 0 else total


@kernel()
def _search(t, wanted, control, treated, limits, free_left, free_right, found, distance):  # type: ignore[no-untyped-def]
    """Fill `found` and `distance` (as `_gap`) with the nearest free controls; returns how many there are."""
    control_point, control_position, control_stratum = control
    treated_point, treated_position, treated_stratum, insertion = treated
    control_limit, treated_limit, width, unit = limits
    n_control, point, stratum = control_position.size, treated_point[t], treated_stratum[t]
    left, right = root(free_left, insertion[t]) - 1, root(free_right, insertion[t])
    count = 0
    while left >= 0 or right < n_control:
        go_left = left >= 0 and (
            right >= n_control
            or treated_position[t] - control_position[left] <= control_position[right] - treated_position[t]
        )
        c = left if go_left else right
        along = _gap(point[:1], control_point[c, :1], unit)
        if control_stratum[c] != stratum or (count == wanted and distance[count - 1] < along):
            if go_left:
                left = -1
            else:
                right = n_control
            continue
        if go_left:
            left = root(free_left, left) - 1
        else:
            right = root(free_right, right + 1)
        if not within(control_limit, treated_limit, width, c, t):
            continue
        gap = _gap(point, control_point[c], unit)
        if count == wanted:
            if gap > distance[count - 1]:
                continue
            count -= 1
        place = count
        while place > 0 and distance[place - 1] >= gap:
            if distance[count - 1] < gap:
                break
            found[place], distance[place] = found[place - 1], distance[place - 1]
            place -= 1
        found[place], distance[place] = c, gap
        count += 1
    return count


@kernel()
def greedy(control, treated, limits, sequence, ratio):  # type: ignore[no-untyped-def]
    """Match in the order of `sequence`, one control each per round.

    Args:
        control: (points (n_control, d), position, stratum).
        treated: (points (n_treated, d), position, stratum, insertion).
        limits: calipers: (k, n_control), (k, n_treated), widths (k,); the unit of ties.

    Returns:
        (n_treated, max ratio) control numbers, −1 where none.
    """
    n_control = control[1].size
    free_left, free_right = all_free(n_control)
    match = no_matches(ratio)
    found, distance = np.empty(1, dtype=np.int64), np.empty(1)
    for r in range(match.shape[1]):
        for t in sequence:
            if not waits(t, r, ratio, match):
                continue
            if _search(t, 1, control, treated, limits, free_left, free_right, found, distance) > 0:
                match[t, r] = found[0]
                take(found[0], free_left, free_right)
    return match


@kernel()
def closest_first(control, treated, limits, sequence, ratio):  # type: ignore[no-untyped-def]
    """As `greedy`, but in each round the closest remaining pair is matched first; `sequence` breaks ties."""
    n_control = control[1].size
    free_left, free_right = all_free(n_control)
    match = no_matches(ratio)
    used = np.zeros(n_control, dtype=np.bool_)
    found, distance = np.empty(1, dtype=np.int64), np.empty(1)
    for r in range(match.shape[1]):
        heap = [(0.0, 0, 0, 0)]
        heap.pop()
        moved = 0
        for place in range(sequence.size):
            t = sequence[place]
            if not waits(t, r, ratio, match):
                continue
            if _search(t, 1, control, treated, limits, free_left, free_right, found, distance) > 0:
                heapq.heappush(heap, (distance[0], place, t, found[0]))
        while len(heap) > 0:
            _, _, t, c = heapq.heappop(heap)
            if not used[c]:
                match[t, r] = c
                used[c] = True
                take(c, free_left, free_right)
            elif _search(t, 1, control, treated, limits, free_left, free_right, found, distance) > 0:
                moved += 1
                heapq.heappush(heap, (distance[0], -moved, t, found[0]))
    return match


@kernel()
def with_replacement(control, treated, limits, ratio):  # type: ignore[no-untyped-def]
    """The `ratio` nearest controls of each treated subject, whoever else has them."""
    n_control = control[1].size
    free_left, free_right = all_free(n_control)
    match = no_matches(ratio)
    found, distance = np.empty(match.shape[1] + 1, dtype=np.int64), np.empty(match.shape[1] + 1)
    for t in range(ratio.size):
        count = _search(t, ratio[t], control, treated, limits, free_left, free_right, found, distance)
        for r in range(count):
            match[t, r] = found[r]
    return match
