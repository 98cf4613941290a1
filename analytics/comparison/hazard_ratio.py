"""The hazard ratio of treatment alone: of one data set, and pooled.

Belongs here: the number that a specification leads with, wherever it is made again; it knows no protocol, so that
sensitivity analyses make the very same. Does not belong here: rows of results (`marginal_effects`), models with covariates
(`cox_models`).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analytics.comparison.pooling import Pooled, nothing, pooled
from analytics.survival.cox import fit_cox_records
from analytics.survival.cox_data import ModelRecords, model_of_number
from analytics.survival.cox_residuals import influences
from analytics.survival.followed import Followed

NO_BOOTSTRAP = "more than a tenth of the bootstrap replicates failed: robust variance instead"


def hazard_ratio(parts: Sequence[Followed], level: float, errors: np.ndarray | None = None) -> Pooled:
    """Log hazard ratio of treatment alone, pooled.

    Args:
        parts: the comparison on each data set.
        level: of the interval.
        errors: (m,) standard errors to use instead of those robust to sets, subjects and weights; NaN where there is none.
    """
    models = [_model(part) for part in parts]
    fits = [fit_cox_records(model) for model in models]
    notes = [fit.note for fit in fits if fit.note]
    robust = np.array([fit.chosen_standard_error()[0] for fit in fits])
    chosen = robust if errors is None else np.where(np.isfinite(errors), errors, robust)
    needed = len(parts) > 1 or parts[0].repeated
    moved = [influences(fit, model)[:, 0] for fit, model in zip(fits, models, strict=True)] if needed else []
    coefficients = np.array([fit.coefficient[0] for fit in fits])
    found = pooled(parts, coefficients, chosen**2, moved, level, as_given=errors is not None)
    if np.isnan(found.estimate) or np.isnan(found.standard_error):
        return nothing(notes[0] if notes else found.note)
    if errors is not None and not np.isfinite(errors).all():
        return replace(found, note=NO_BOOTSTRAP)
    return found


def cox_of_treatment(part: Followed) -> tuple[float, float, str | None]:
    """Log hazard ratio, its standard error and a note, of one data set."""
    model = _model(part)
    fit = fit_cox_records(model)
    error = float(fit.chosen_standard_error()[0])
    if part.repeated:
        moved = influences(fit, model)[:, 0]
        error = pooled([part], fit.coefficient[:1], np.array([error**2]), [moved]).standard_error
    return float(fit.coefficient[0]), error, fit.note


def _model(part: Followed) -> ModelRecords:
    return model_of_number(part.records(), "TREATED", part.treated.astype(np.float64))
