"""The hazard ratio of treatment alone: of one data set, and pooled.

Belongs here: the number that a specification leads with, wherever it is made again; it knows no protocol, so that
sensitivity analyses make the very same. Does not belong here: rows of results (`marginal_effects`), models with covariates
(`cox_models`).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.comparison.pooling import Pooled, nothing, rubin
from analytics.survival.cox import fit_cox
from analytics.survival.followed import Followed

NO_BOOTSTRAP = "more than a tenth of the bootstrap replicates failed: robust variance instead"


def hazard_ratio(parts: Sequence[Followed], level: float, errors: np.ndarray | None = None) -> Pooled:
    """Log hazard ratio of treatment alone, pooled.

    Args:
        parts: the comparison on each data set.
        level: of the interval.
        errors: (m,) standard errors to use instead of those robust to sets, subjects and weights; NaN where there is none.
    """
    fits = [cox_of_treatment(part) for part in parts]
    notes = [note for _, _, note in fits if note]
    robust = np.array([error for _, error, _ in fits])
    chosen = robust if errors is None else np.where(np.isfinite(errors), errors, robust)
    pooled = rubin(np.array([b for b, _, _ in fits]), chosen**2, level)
    if np.isnan(pooled.estimate) or np.isnan(pooled.standard_error):
        return nothing(notes[0] if notes else pooled.note)
    if errors is not None and not np.isfinite(errors).all():
        return replace(pooled, note=NO_BOOTSTRAP)
    return pooled


def cox_of_treatment(part: Followed) -> tuple[float, float, str | None]:
    """Log hazard ratio, its standard error and a note, of one data set."""
    fit = fit_cox(part.records(), pd.DataFrame({"TREATED": part.treated.astype(float)}))
    return float(fit.coefficient[0]), float(fit.chosen_standard_error()[0]), fit.note
