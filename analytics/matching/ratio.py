"""How many controls each treated subject should get."""

import numpy as np


def control_ratio(
    score: np.ndarray,
    treated: np.ndarray,
    ratio: float,
    max_controls: int | None,
    min_controls: int = 1,
    place: np.ndarray | None = None,
) -> np.ndarray:
    """Controls wanted per treated subject, in row order of the treated.

    Variable ratio (Ming and Rosenbaum 2000; as MatchIt): `ratio` on average, `min_controls` or `max_controls` for
    nearly all, more controls going to the treated whose scores are most like controls'.

    Args:
        score: (n,) score.
        treated: (n,) 1 treated, 0 control.
        ratio: controls per treated; the average when `max_controls` is given.
        max_controls: None for a fixed ratio.
        min_controls: at least 1.
        place: (n,) places among equal scores; None for the order of rows.

    Raises:
        ValueError: ratio below 1, not whole without `max_controls`, or limits that do not embrace it.
    """
    arm = np.asarray(treated) == 1
    n = int(arm.sum())
    if max_controls is None:
        if ratio < 1 or ratio != int(ratio):
            raise ValueError("matching: ratio must be a whole number of at least 1, or give max_controls")
        return np.full(n, int(ratio), dtype=np.int64)
    if not 1 <= min_controls < ratio < max_controls:
        raise ValueError("matching: variable ratio needs 1 ≤ min_controls < ratio < max_controls")
    total = round(ratio * n)
    n_most = int((total - min_controls * (n - 1)) // (max_controls - min_controls))
    n_least = n - n_most - 1
    between = total - (min_controls * n_least + max_controls * n_most)
    wanted = np.concatenate(
        [np.full(max(n_least, 0), min_controls), [between], np.full(n_most, max_controls)]
    ).astype(np.int64)[-n:]
    _spread_zero(wanted)
    of_treated = np.asarray(score)[arm]
    downwards = of_treated.mean() > np.asarray(score)[~arm].mean()
    result = np.empty(n, dtype=np.int64)
    among_equals = np.arange(n) if place is None else place[arm]
    result[np.lexsort((among_equals, -of_treated if downwards else of_treated))] = wanted
    return result


def _spread_zero(wanted: np.ndarray) -> None:
    """A treated subject left without a control takes one from the next."""
    for place in range(wanted.size):
        if wanted[place] == 0:
            wanted[place] = 1
            if place + 1 < wanted.size:
                wanted[place + 1] -= 1
