"""Whether hidden counts can be worked out from a shown sum, and which cell to hide as well.

Here: the audit of families (a parent that is the sum of its children). Not here: what is small, and its
    display.
"""

import numpy as np


def audit_families(
    value: np.ndarray,
    hidden: np.ndarray,
    primary: np.ndarray,
    family: tuple[np.ndarray, np.ndarray],
    threshold: int,
) -> np.ndarray:
    """Hide cells until no small one follows from a sum.

    A shown parent minus its shown children is the sum of the hidden ones. A reader knows that a small hidden
    cell lies in 1 … threshold - 1 and that a secondary one is at least 1. Where that leaves a single
    possibility, the smallest shown non-zero child is hidden too, or the parent where no child is left. A
    hidden parent whose children are all
    shown would be their sum: its smallest child is hidden as well.

    Args:
        value: counts, length n.
        hidden, primary: booleans; primary cells are small, hidden ones include secondary suppression so far.
        family: code of each row's family as its parent, and as its child, -1 for none. A family without a
            parent row is audited as if its sum were shown.
        threshold: smallest count shown.

    Returns:
        `hidden` with the cells added.
    """
    hidden = hidden.copy()
    parent, child = family
    parent_row = {code: row for row, code in enumerate(parent) if code >= 0}
    order = np.argsort(child, kind="stable")
    order = order[child[order] >= 0]
    if not len(order):
        return hidden
    starts = np.flatnonzero(np.diff(child[order], prepend=-1))
    for rows in np.split(order, starts[1:]):
        _close_family(value, hidden, primary, parent_row.get(int(child[rows[0]])), rows, threshold=threshold)
    return hidden


def _close_family(
    value: np.ndarray,
    hidden: np.ndarray,
    primary: np.ndarray,
    parent: int | None,
    rows: np.ndarray,
    *,
    threshold: int,
) -> None:
    if parent is not None and hidden[parent]:
        if not hidden[rows].any():
            _hide_smallest(value, hidden, rows)
        return
    while _revealed(value, hidden, primary, rows, threshold):
        if not _hide_smallest(value, hidden, rows):
            if parent is not None:
                hidden[parent] = True
            return


def _revealed(
    value: np.ndarray, hidden: np.ndarray, primary: np.ndarray, rows: np.ndarray, threshold: int
) -> bool:
    """Whether the sum of the hidden cells leaves one value for a small one of them."""
    small = rows[hidden[rows] & primary[rows]]
    other = int((hidden[rows] & ~primary[rows]).sum())
    if other:
        # Two unknowns share the remainder; a lone one is the remainder, and was hidden to protect its own
        # children.
        return len(small) + other == 1
    if not len(small):
        return False
    remainder, n = value[rows][hidden[rows]].sum(), len(small)
    lowest = max(1.0, remainder - (n - 1) * (threshold - 1))
    highest = min(threshold - 1.0, remainder - (n - 1))
    return bool(lowest >= highest)


def _hide_smallest(value: np.ndarray, hidden: np.ndarray, rows: np.ndarray) -> bool:
    """Hide the smallest shown child that is not zero; False where there is none."""
    shown = rows[~hidden[rows] & (value[rows] > 0)]
    if not len(shown):
        return False
    hidden[shown[np.argmin(value[shown])]] = True
    return True
