"""Compiled nearest-neighbour matching on a sorted score; used through `analytics.matching.nearest` only.

Controls are sorted by (stratum, canonical position), and a search walks from the treated subject to either side; used
controls are skipped (`free_control_kernel`), so time grows almost linearly with rows.
"""

import heapq

import numpy as np

from analytics.kernels import kernel
from analytics.matching.free_control_kernel import all_free, no_matches, root, take, waits, within


@kernel()
def _gap(a: float, b: float, unit: float) -> float:
    """Distance in whole units, by which equal ones are equal; to the last bit with a unit of 0."""
    return np.rint(abs(a - b) / unit) if unit > 0 else abs(a - b)


@kernel()
def _choose(left, right, score, control_score, position, low, high, unit):  # type: ignore[no-untyped-def]
    """The nearer side; at equal distance the fewer places away in the canonical order, then the left."""
    if left < 0 or right < 0:
        return max(left, right)
    on_left, on_right = _gap(score, control_score[left], unit), _gap(score, control_score[right], unit)
    if on_left != on_right:
        return left if on_left < on_right else right
    return left if low - position[left] <= position[right] - high else right


@kernel()
def _nearest_free(t, low, high, control, treated, limits, free_left, free_right):  # type: ignore[no-untyped-def]
    """Index of the nearest free control of treated `t` within all calipers, or −1."""
    control_score, control_caliper, control_position, control_stratum = control
    treated_score, treated_caliper, treated_stratum, insertion = treated
    control_limit, treated_limit, width, caliper, unit = limits
    score, at, stratum = treated_score[t], insertion[t], treated_stratum[t]
    left = root(free_left, at) - 1
    while left >= 0:
        if control_stratum[left] != stratum or abs(treated_caliper[t] - control_caliper[left]) > caliper:
            left = -1
            break
        if within(control_limit, treated_limit, width, left, t):
            break
        left = root(free_left, left) - 1
    n_control = control_score.size
    right = root(free_right, at)
    while right < n_control:
        if control_stratum[right] != stratum or abs(treated_caliper[t] - control_caliper[right]) > caliper:
            right = n_control
            break
        if left >= 0 and _gap(score, control_score[right], unit) > _gap(score, control_score[left], unit):
            right = n_control
            break
        if within(control_limit, treated_limit, width, right, t):
            break
        right = root(free_right, right + 1)
    return _choose(
        left, right if right < n_control else -1, score, control_score, control_position, low, high, unit
    )


@kernel()
def greedy(control, treated, limits, position, sequence, ratio):  # type: ignore[no-untyped-def]
    """Match in the order of `sequence`, one control each per round, until everyone has `ratio` controls.

    Args:
        control: (score, caliper score, position, stratum) of the controls.
        treated: (score, caliper score, stratum, insertion) of the treated.
        limits: covariate calipers: (k, n_control), (k, n_treated), widths (k,); the score's caliper; the unit of ties.
        position: canonical position of the treated.
        sequence: treated numbers in matching order; ratio: controls wanted by each.

    Returns:
        (n_treated, max ratio) control numbers, −1 where none.
    """
    n_control = control[0].size
    free_left, free_right = all_free(n_control)
    match = no_matches(ratio)
    low, high = position.copy(), position.copy()
    for r in range(match.shape[1]):
        for t in sequence:
            if not waits(t, r, ratio, match):
                continue
            c = _nearest_free(t, low[t], high[t], control, treated, limits, free_left, free_right)
            if c < 0:
                continue
            match[t, r] = c
            low[t], high[t] = min(low[t], control[2][c]), max(high[t], control[2][c])
            take(c, free_left, free_right)
    return match


@kernel()
def closest_first(control, treated, limits, position, sequence, ratio):  # type: ignore[no-untyped-def]
    """As `greedy`, but in each round the closest remaining pair is matched first; `sequence` breaks ties."""
    n_control = control[0].size
    free_left, free_right = all_free(n_control)
    match = no_matches(ratio)
    low, high = position.copy(), position.copy()
    used = np.zeros(n_control, dtype=np.bool_)
    for r in range(match.shape[1]):
        heap = [(0.0, 0, 0, 0)]
        heap.pop()
        moved = 0
        for place in range(sequence.size):
            t = sequence[place]
            if not waits(t, r, ratio, match):
                continue
            c = _nearest_free(t, low[t], high[t], control, treated, limits, free_left, free_right)
            if c >= 0:
                heapq.heappush(heap, (_gap(treated[0][t], control[0][c], limits[4]), place, t, c))
        while len(heap) > 0:
            _, _, t, c = heapq.heappop(heap)
            if not used[c]:
                match[t, r] = c
                used[c] = True
                low[t], high[t] = min(low[t], control[2][c]), max(high[t], control[2][c])
                take(c, free_left, free_right)
                continue
            low_c, high_c = min(low[t], control[2][c]), max(high[t], control[2][c])
            c = _nearest_free(t, low_c, high_c, control, treated, limits, free_left, free_right)
            if c >= 0:
                # A pair that had to look again goes before those already waiting at the same distance.
                moved += 1
                heapq.heappush(heap, (_gap(treated[0][t], control[0][c], limits[4]), -moved, t, c))
    return match


@kernel()
def _scan(c, step, t, control, treated, limits):  # type: ignore[no-untyped-def]
    """The first control from `c` on, in direction `step`, that all calipers allow, or −1."""
    control_score, control_caliper, _, control_stratum = control
    _, treated_caliper, treated_stratum, _ = treated
    control_limit, treated_limit, width, caliper, _ = limits
    while 0 <= c < control_score.size:
        if control_stratum[c] != treated_stratum[t] or abs(treated_caliper[t] - control_caliper[c]) > caliper:
            return -1
        if within(control_limit, treated_limit, width, c, t):
            return c
        c += step
    return -1


@kernel()
def with_replacement(control, treated, limits, position, ratio):  # type: ignore[no-untyped-def]
    """The `ratio` nearest controls of each treated subject, whoever else has them."""
    match = no_matches(ratio)
    for t in range(position.size):
        at = treated[3][t]
        left, right = (
            _scan(at - 1, -1, t, control, treated, limits),
            _scan(at, 1, t, control, treated, limits),
        )
        for r in range(ratio[t]):
            place = position[t]
            c = _choose(left, right, treated[0][t], control[0], control[2], place, place, limits[4])
            if c < 0:
                break
            match[t, r] = c
            if c == left:
                left = _scan(left - 1, -1, t, control, treated, limits)
            else:
                right = _scan(right + 1, 1, t, control, treated, limits)
    return match
