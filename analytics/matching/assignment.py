"""The assignment of least total cost that the rule of ties names, whatever rounding made of the costs.

Belongs here: solving a sparse assignment, finding every edge that some assignment of least total has, and choosing among
those. What rows, columns and costs stand for is up to optimal and full matching. The solver is SciPy's.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, min_weight_full_bipartite_matching

from analytics.matching.potential_kernel import potentials


@dataclass(frozen=True)
class Costs:
    """Edges of an assignment: every row gets one column, a column serves one row at most.

    Attributes:
        row, column: (m,) ends of each edge, each pair once.
        cost: (m,) in any unit.
        steps: (m,) whole numbers, of which assignments of equal cost have the least sum.
        shape: numbers of rows and columns.
    """

    row: np.ndarray
    column: np.ndarray
    cost: np.ndarray
    steps: np.ndarray
    shape: tuple[int, int]


@dataclass(frozen=True)
class Assignment:
    """Of every row one edge.

    Attributes:
        edge: (n_row,) number of each row's edge, in the order of rows.
        reach: (n_row,) a further edge of that row that costs more would be in no assignment of least total.
    """

    edge: np.ndarray
    reach: np.ndarray


def least_assignment(costs: Costs, unit: float) -> Assignment:
    """The assignment of least total.

    Of all assignments whose total exceeds the least by rounding only, that of the least `steps`; should those be equal
    too, the solver's first over the order of rows and columns given.

    Args:
        costs: edges; some assignment of every row exists.
        unit: below which costs are equal.
    """
    order = np.lexsort((costs.column, costs.row))
    edges = Costs(costs.row[order], costs.column[order], costs.cost[order], costs.steps[order], costs.shape)
    # A solver's zero is no edge, and an offset of every edge changes nothing.
    taken = _solved(edges, edges.cost - edges.cost.min() + (float(np.ptp(edges.cost)) or 1.0))
    optional, spared, reach = _alternatives(edges, taken, unit)
    open_rows = np.bincount(edges.row[optional], minlength=edges.shape[0]) > 1
    if open_rows.any():
        taken[open_rows] = _chosen(edges, taken, np.flatnonzero(optional & open_rows[edges.row]), spared)
    return Assignment(order[taken], reach)


def _solved(edges: Costs, cost: np.ndarray) -> np.ndarray:
    """Number of the edge of each row that has one, by rows."""
    graph = csr_matrix((cost, (edges.row, edges.column)), shape=edges.shape)
    row, column = min_weight_full_bipartite_matching(graph)
    place = edges.row * edges.shape[1] + edges.column
    return np.asarray(np.searchsorted(place, np.sort(row * edges.shape[1] + column)))


def _alternatives(edges: Costs, taken: np.ndarray, unit: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which edges are in any assignment of least total, which columns in use one of these leaves free, and `reach`.

    An edge is, when it lies on a cycle of exchanges that costs nothing; such cycles make up the strong components of
    the exchanges that are free of charge under the potentials (complementary slackness).
    """
    n_row, n_column = edges.shape
    owner = np.full(n_column, -1)
    owner[edges.column[taken]] = np.arange(n_row)
    rounding = 16 * np.finfo(float).eps * float(np.abs(edges.cost).max())
    start = np.searchsorted(edges.row, np.arange(n_row + 1))
    # A cycle without charge has at most every row, and each exchange in it may be a slack too cheap.
    slack, equal = max(unit / (4 * n_row), rounding), max(unit, 64 * rounding)
    potential, free = potentials(start, edges.column, edges.cost, taken, owner, slack)
    base = potential[edges.column[taken]] - edges.cost[taken]
    # A row stands for the column it has, then come the columns, then being free.
    node = np.where(owner >= 0, owner, n_row + np.arange(n_column))
    nobody = n_row + n_column
    cheap = np.flatnonzero(base[edges.row] + edges.cost - potential[edges.column] <= equal)
    unused = np.flatnonzero((owner < 0) & (potential - free <= equal))
    loose = np.flatnonzero(free - potential[edges.column[taken]] <= equal)
    tail = np.concatenate([edges.row[cheap], n_row + unused, np.full(loose.size, nobody)])
    head = np.concatenate([node[edges.column[cheap]], np.full(unused.size, nobody), loose])
    exchange = csr_matrix((np.ones(tail.size), (tail, head)), shape=(nobody + 1, nobody + 1))
    part = connected_components(exchange, connection="strong")[1]
    optional = np.zeros(edges.row.size, dtype=bool)
    optional[cheap] = part[edges.row[cheap]] == part[node[edges.column[cheap]]]
    optional[taken] = True
    spared = np.zeros(n_column, dtype=bool)
    spared[edges.column[taken[loose]]] = part[loose] == part[nobody]
    # A column has at most the potential that one without edges would have.
    return optional, spared, equal - base


def _chosen(edges: Costs, taken: np.ndarray, among: np.ndarray, spared: np.ndarray) -> np.ndarray:
    """Edges of the rows that have a choice: of fewest steps, and every column that each assignment of least total uses."""
    rows, row = np.unique(edges.row[among], return_inverse=True)
    columns, column = np.unique(edges.column[among], return_inverse=True)
    steps = edges.steps[among].astype(float)
    needed = np.isin(columns, edges.column[taken[rows]]) & ~spared[columns]
    most = np.zeros(rows.size)
    np.maximum.at(most, row, steps)
    steps += 1.0 + np.where(needed[column], 0.0, most.sum() + 1.0)
    part = Costs(row, column, steps, steps, (rows.size, columns.size))
    return among[_solved(part, steps)]
