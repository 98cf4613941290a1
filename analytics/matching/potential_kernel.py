"""Compiled potentials of an assignment; used through `analytics.matching.assignment` only."""

import numpy as np

from analytics.kernels import kernel


@kernel()
def potentials(start, column, cost, taken, owner, slack):  # type: ignore[no-untyped-def]
    """Least cost of freeing each column by alternating paths, given an assignment of least total (Bellman and Ford).

    Args:
        start, column, cost: the graph by rows, as SciPy's compressed rows (indptr, indices, data).
        taken: (n_row,) number of the edge that each row has in the assignment.
        owner: (n_column,) row that has the column, or −1.
        slack: gains below it are rounding.

    Returns:
        Potential of every column, and of the state of being free.
    """
    n_row, free = taken.size, 0.0
    potential = np.zeros(owner.size)
    for sweep in range(2 * (n_row + 2)):
        changed = False
        # Forwards and backwards in turn: on one score, paths run along it.
        for step in range(n_row):
            row = step if sweep % 2 == 0 else n_row - 1 - step
            mine = column[taken[row]]
            if potential[mine] > free + slack:
                potential[mine], changed = free, True
            base = potential[mine] - cost[taken[row]]
            for edge in range(start[row], start[row + 1]):
                c = column[edge]
                if potential[c] > base + cost[edge] + slack:
                    potential[c], changed = base + cost[edge], True
                if owner[c] < 0 and free > potential[c] + slack:
                    free, changed = potential[c], True
        if not changed:
            break
    return potential, free
