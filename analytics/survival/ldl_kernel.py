"""Cholesky decomposition of an information matrix that may be singular (compiled).

Belongs here: LDL' decomposition that gives a redundant column a zero pivot, solving and inverting with it.
Redundancy is judged from left to right, so of two collinear columns the later one is dropped, as in R's
``survival`` (tolerance: machine epsilon to the power 3/4).
"""

import numpy as np

from analytics.kernels import kernel
from analytics.survival.arrays import Array, Floats

PIVOT_TOLERANCE = float(np.finfo(np.float64).eps ** 0.75)


@kernel(error_model="numpy")
def decompose(matrix: Floats, tolerance: float, floor: float) -> None:
    """Overwrite the lower triangle of a symmetric (p, p) matrix by L and D; a redundant column gets D = 0.

    A pivot is redundant when it is at most ``tolerance`` times the largest diagonal element, or at most ``floor``:
    what rounding leaves of a matrix that is zero.
    """
    p = matrix.shape[0]
    largest = 0.0
    for i in range(p):
        largest = max(largest, matrix[i, i])
    smallest = max(tolerance * largest, floor)
    for i in range(p):
        pivot = matrix[i, i]
        if not np.isfinite(pivot) or pivot <= smallest:
            matrix[i, i] = 0.0
            for j in range(i + 1, p):
                matrix[j, i] = 0.0
            continue
        for j in range(i + 1, p):
            factor = matrix[j, i] / pivot
            matrix[j, i] = factor
            matrix[j, j] -= factor * factor * pivot
            for k in range(j + 1, p):
                matrix[k, j] -= factor * matrix[k, i]


@kernel(error_model="numpy")
def solve(decomposed: Floats, vector: Floats) -> None:
    """Overwrite a (p,) vector by the solution; entries of redundant columns become 0."""
    p = decomposed.shape[0]
    for i in range(p):
        for j in range(i):
            vector[i] -= vector[j] * decomposed[i, j]
    for i in range(p - 1, -1, -1):
        if decomposed[i, i] == 0.0:
            vector[i] = 0.0
            continue
        vector[i] /= decomposed[i, i]
        for j in range(i + 1, p):
            vector[i] -= vector[j] * decomposed[j, i]


@kernel(error_model="numpy")
def invert(decomposed: Floats) -> Array:
    """Inverse (p, p) from a decomposition; rows and columns of redundant terms are 0."""
    p = decomposed.shape[0]
    inverse = np.zeros((p, p))
    unit = np.empty(p)
    for column in range(p):
        if decomposed[column, column] == 0.0:
            continue
        unit[:] = 0.0
        unit[column] = 1.0
        solve(decomposed, unit)
        for row in range(p):
            if decomposed[row, row] != 0.0:
                inverse[row, column] = unit[row]
    return inverse
