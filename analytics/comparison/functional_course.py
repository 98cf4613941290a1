"""Mean ALSFRS-R of both arms by month, of those whose score is known then: rows of `function_course`.

They are the living: where many of an arm have died, its mean speaks of fewer and fitter people.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison.pooling import pooled
from analytics.function.scores import Scores
from analytics.protocol import Protocol
from analytics.survival.followed import Followed

DAYS_PER_MONTH = 30.4375


def functional_course(
    protocol: Protocol, specification: str, parts: Sequence[Followed], scores: Scores
) -> pd.DataFrame:
    """A row an arm and whole month, to the last of `outcome.function_days`; pooled over imputations as differences are.

    Args:
        protocol: names the arms, the days and the level.
        specification: of the comparison.
        parts: the comparison on each data set.
        scores: of everybody.
    """
    last_day = float(max(protocol.outcome.function_days))
    # A year of 365 days has twelve months.
    months = range(1, int((last_day + 1) // DAYS_PER_MONTH) + 1)
    values = {0: scores.at_zero()}
    values |= {month: scores.on_day(min(month * DAYS_PER_MONTH, last_day)) for month in months}
    labels = {1: protocol.treatment.treated_label, 0: protocol.treatment.control_label}
    rows = []
    for arm, label in labels.items():
        mine = [part.arm(arm) for part in parts]
        places = [scores.place(part.frame["usubjid"]) for part in mine]
        for month, value in values.items():
            found = _mean(mine, [_own(place, value) for place in places], protocol.outcome.level)
            rows += [
                {"specification": specification, "arm": label, "time_months": month, **each} for each in found
            ]
    return TABLES["function_course"].frame(rows)


def _own(place: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The value of each row; NaN for those who have none."""
    found = np.full(len(place), np.nan)
    found[place >= 0] = value[place[place >= 0]]
    return found


def _mean(parts: Sequence[Followed], values: Sequence[np.ndarray], level: float) -> list[dict[str, Any]]:
    """Of one arm and month, with whom it is of; nothing where fewer than two are known in some data set."""
    known = [np.isfinite(value) for value in values]
    numbers = [int((part.first_rows & mask).sum()) for part, mask in zip(parts, known, strict=True)]
    if min(numbers) < 2:
        return []
    means, influences = [], []
    for part, value, mask in zip(parts, values, known, strict=True):
        weight = np.where(mask, part.frame["weight"].to_numpy(float), 0.0)
        seen = np.where(mask, value, 0.0)
        means.append(float(weight @ seen / weight.sum()))
        influences.append(weight / weight.sum() * (seen - means[-1]))
    variances = [_by_subject(part, influence) for part, influence in zip(parts, influences, strict=True)]
    found = pooled(parts, np.array(means), np.array(variances), influences, level)
    return [
        {
            "n_subject": int(np.median(numbers)),
            "mean": found.estimate,
            "ci_lower": found.ci_lower,
            "ci_upper": found.ci_upper,
            "n_imputation": len(parts),
        }
    ]


def _by_subject(part: Followed, influence: np.ndarray) -> float:
    sums = np.bincount(pd.factorize(part.frame["usubjid"])[0], influence) if part.repeated else influence
    return float(sums @ sums)
