"""The naive comparison: subjects who ever had k doses against those who never did.

Here for one purpose: to stand beside the others as the biased reference. Whoever dies early cannot have had
the k-th dose, so the time until it is immortal for one group and the dose looks protective even when it
does nothing. Source of the warning: Suissa S. Immortal time bias in pharmacoepidemiology. Am J Epidemiol
2008;167:492-499.
"""

import pandas as pd

from analytics.exposure.dose_history import dose_history
from analytics.exposure.dose_response_row import DoseGroups, dose_response_row
from analytics.survival.cox import fit_cox
from analytics.survival.records import Records


def naive_dose_response(
    follow_up: pd.DataFrame,
    injections: pd.DataFrame,
    k: int,
    covariates: pd.DataFrame | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Hazard ratio of ever ≥ k doses, counted over the whole follow-up: biased by design.

    Args:
        follow_up: usubjid, entry_days, stop_days, event; one row per subject.
        injections: usubjid, day, on the same clock.
        k: Number of doses that makes a subject exposed.
        covariates: usubjid and baseline covariates to adjust for.
        level: of the interval.

    Returns:
        One row in the shape of `results.dose_response`.
    """
    history, left_out = dose_history(follow_up, injections, covariates).complete()
    exposed = history.day_of_dose(k) < history.stop
    groups = DoseGroups(
        int(exposed.sum()),
        int((~exposed).sum()),
        int(history.event[exposed].sum()),
        int(history.event[~exposed].sum()),
    )
    fit = None
    if groups.refusal() is None:
        design = pd.concat([pd.DataFrame({"exposed": exposed.astype(float)}), history.covariates], axis=1)
        fit = fit_cox(Records(history.stop, history.event, entry=history.entry), design)
    return dose_response_row(
        contrast=f"ever {k} or more doses versus fewer",
        method="naive",
        label=f"Ever {k} or more doses (biased reference: immortal time)",
        k=k,
        groups=groups,
        fit=fit,
        biased=True,
        level=level,
        notes=("doses counted over the whole follow-up: immortal time favours the exposed", left_out),
    )
