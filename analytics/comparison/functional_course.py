"""Mean ALSFRS-R of both arms by month, of those whose score is known then: rows of `function_course`.

They are the living: where many of an arm have died, its mean speaks of fewer and fitter people.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.function.scores import Scores
from analytics.protocol import Protocol
from analytics.survival.followed import Followed

DAYS_PER_MONTH = 30.4375


def functional_course(
    protocol: Protocol, specification: str, parts: Sequence[Followed], scores: Scores
) -> pd.DataFrame:
    """A row an arm and month, to the last of `outcome.function_days`; means over imputations, limits by Rubin's variance.

    Args:
        protocol: names the arms, the days and the level.
        specification: of the comparison.
        parts: the comparison on each data set.
        scores: of everybody.
    """
    last = round(max(protocol.outcome.function_days) / DAYS_PER_MONTH)
    values = {month: scores.on_day(month * DAYS_PER_MONTH) for month in range(last + 1)}
    labels = {1: protocol.treatment.treated_label, 0: protocol.treatment.control_label}
    rows = [
        {"specification": specification, "arm": label, "time_months": month} | found
        for arm, label in labels.items()
        for month, value in values.items()
        if (found := _mean([part.arm(arm) for part in parts], scores, value, protocol.outcome.level))
    ]
    return TABLES["function_course"].frame(rows)


def _mean(parts: Sequence[Followed], scores: Scores, value: np.ndarray, level: float) -> dict[str, float]:
    """Of one arm and month; nothing where fewer than two are known in some data set."""
    from scipy.special import ndtri

    found = np.array([_weighted_mean(part, scores, value) for part in parts])
    if (found[:, 2] < 2).any():
        return {}
    mean = float(found[:, 0].mean())
    between = float(found[:, 0].var(ddof=1)) if len(found) > 1 else 0.0
    reach = float(ndtri(0.5 + level / 2) * np.sqrt(found[:, 1].mean() + (1 + 1 / len(found)) * between))
    return {
        "n_subject": int(np.median(found[:, 2])),
        "mean": mean,
        "ci_lower": mean - reach,
        "ci_upper": mean + reach,
        "n_imputation": len(found),
    }


def _weighted_mean(part: Followed, scores: Scores, value: np.ndarray) -> tuple[float, float, int]:
    """Mean, its variance and how many subjects it is of."""
    place = scores.place(part.frame["usubjid"])
    own = np.where(place >= 0, value[place], np.nan) if len(value) else np.full(len(place), np.nan)
    known = np.isfinite(own)
    if not known.any():
        return np.nan, np.nan, 0
    subject, of = np.unique(place[known], return_inverse=True)
    weight = np.bincount(of, part.frame["weight"].to_numpy(float)[known])
    mean = float(weight @ value[subject] / weight.sum())
    squares = float((weight * (value[subject] - mean)) @ (weight * (value[subject] - mean)))
    n = len(subject)
    return mean, squares / weight.sum() ** 2 * (n / (n - 1) if n > 1 else np.nan), n
