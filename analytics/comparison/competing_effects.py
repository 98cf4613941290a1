"""Effects on an endpoint that other events compete with: the subdistribution hazard ratio, and what there is none of.

Belongs here: those rows, each null with its reason where the estimator does not serve. Does not belong here: cause-specific
hazards, which are those of `marginal_effects` with competing events censored, incidence on a day (`horizon_effects`), the
estimators (`analytics.survival`).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.comparison.effect_row import Compared, effect_row, no_estimate
from analytics.comparison.pooling import Pooled, nothing, pooled
from analytics.protocol import Protocol
from analytics.protocol.population import Endpoint
from analytics.survival.fine_gray import fit_fine_gray
from analytics.survival.followed import Followed

SUBDISTRIBUTION = "subdistribution_hazard_ratio"
FINE_GRAY = "Fine–Gray, Breslow ties, censoring by arm"
COMPETES = "events compete with this endpoint"
"""Begins every reason that an endpoint has no estimate for."""


def cause_specific(endpoint: Endpoint, method: str) -> str:
    """A method that takes competing events for censorings, called so; of other endpoints as it is."""
    return f"cause-specific {method}" if endpoint.competing else method


def not_of_one_cause(endpoint: Endpoint) -> str | None:
    """Why an endpoint has no estimate of survival free of it alone; None where nothing competes."""
    if not endpoint.competing:
        return None
    return f"{COMPETES} ({', '.join(endpoint.competing)}): read its cumulative incidence"


def subdistribution_row(
    protocol: Protocol, about: Compared, parts: Sequence[Followed], refusal: str | None = None
) -> dict:
    """The subdistribution hazard ratio of treatment alone, pooled; null where rows are weighted or somebody enters late.

    Args:
        protocol: the level of the interval.
        about: what the row is about.
        parts: the comparison on each data set, followed up.
        refusal: why nothing is estimated at all.
    """
    reason = refusal or _unserved(parts)
    found = nothing(reason) if reason else _pooled(parts, protocol.outcome.level)
    if np.isnan(found.estimate):
        return no_estimate(about, FINE_GRAY, SUBDISTRIBUTION, found.note or "no estimate")
    return effect_row(about, FINE_GRAY, SUBDISTRIBUTION, found, log=True)


def _unserved(parts: Sequence[Followed]) -> str | None:
    if any(part.weighted for part in parts):
        return "Fine–Gray regression is not made of weighted rows"
    if any((part.frame["entry_days"] > 0).any() for part in parts):
        return "Fine–Gray regression is not made under delayed entry"
    return None


def _pooled(parts: Sequence[Followed], level: float) -> Pooled:
    """Log subdistribution hazard ratio; arms are followed differently, so each has its own distribution of censoring."""
    made = [
        fit_fine_gray(part.causes(strata=part.treated), pd.DataFrame({"TREATED": part.treated * 1.0}))
        for part in parts
    ]
    notes = [fit.note for fit, _ in made if fit.note]
    estimates = np.array([fit.coefficient[0] for fit, _ in made])
    variances = np.array([fit.chosen_standard_error()[0] for fit, _ in made]) ** 2
    found = pooled(parts, estimates, variances, [influence[:, 0] for _, influence in made], level)
    return nothing(notes[0]) if np.isnan(found.estimate) and notes else found
