"""What is equal in matching, and what decides among equals. The one place that says so.

Equal are scores, distances and sums of distances that differ by less than `rounding_unit`: the last bits of a score
follow from the order in which a computer added up, not from subjects. Among equals, in this order:

1. **Subjects of equal score** stand by their covariates, taken in the alphabetical order of names, controls before treated,
   then by subject key: the canonical order (`canonical_order`). Who chooses first among equals follows it.
2. **Nearest matching**: of two controls equally far, the one fewer places away in that order, then the lower one.
3. **Optimal and full matching**: of choices of equal total distance, the one whose pairs are fewest places apart, squares
   summed (`assignment`). Such pairs do not cross, and of equal controls the first are used.

So neither rows, nor the order in which a protocol lists covariates, nor rounding decide; a pseudonym key decides only
between subjects of one arm alike in every covariate. `tie_order = "reference"` compares to the last bit and then takes row
numbers, as MatchIt does. `tie_places` puts drawn places in place of rule 1: how much hangs on it is a row of `sensitivity`.
"""

import numpy as np

TIE_ORDERS = ("key", "reference")


def rounding_unit(score: np.ndarray) -> float:
    """Below which two scores or distances are equal: a billionth of the spread, and never less than rounding leaves.

    Args:
        score: (n,) or (n, d); values that are not finite do not count.

    Returns:
        A power of two, so that dividing by it rounds nothing; 0 where no score differs from 0.
    """
    finite = score[np.isfinite(score)]
    if finite.size == 0:
        return 0.0
    size = max(float(np.ptp(finite)) * 2.0**-30, float(np.abs(finite).max()) * 2.0**-44)
    return float(2.0 ** np.floor(np.log2(size))) if size > 0 else 0.0


def merged(score: np.ndarray, unit: float, ascending: np.ndarray) -> np.ndarray:
    """Scores in which neighbours less than `unit` apart have one value, the least of them; others as they are.

    Args:
        score: (n,) scores.
        unit: 0 merges nothing.
        ascending: rows of finite scores by ascending score; only they are merged.
    """
    if unit <= 0 or ascending.size == 0:
        return score
    ordered = score[ascending]
    near = np.flatnonzero(np.diff(ordered) < unit) + 1
    if near.size == 0:
        return score
    first = np.ones(ordered.size, dtype=bool)
    first[near] = False
    result = score.copy()
    result[ascending[near]] = ordered[np.maximum.accumulate(np.where(first, np.arange(first.size), 0))][near]
    return result


def in_units(distance: np.ndarray, unit: float) -> np.ndarray:
    """Distances as whole numbers of units, by which equal ones are equal; as they are with a unit of 0."""
    return np.asarray(np.rint(distance / unit)) if unit > 0 else distance


def tied(ascending_score: np.ndarray) -> np.ndarray:
    """Which of some (merged) scores, given in ascending order, another one equals."""
    equal = ascending_score[1:] == ascending_score[:-1]
    found = np.zeros(ascending_score.size, dtype=bool)
    found[1:] |= equal
    found[:-1] |= equal
    return found
