"""Time ratios: how many times as long the treated live, by accelerated failure time models of treatment alone.

Belongs here: the models of every specification for the primary endpoint, pooled, as rows of `effect_estimate` and of
`parametric_model`. Does not belong here: fitting (`analytics.survival.accelerated`), the curves drawn from the models.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.competing_effects import not_of_one_cause
from analytics.comparison.effect_row import Compared, compared, effect_row
from analytics.comparison.pooling import Pooled, nothing, pooled
from analytics.comparison.refusal import lacking
from analytics.comparison.specification import CRUDE, SPECIFICATIONS, specifications, variance
from analytics.protocol import Protocol
from analytics.protocol.outcome import Distribution
from analytics.survival.accelerated import AcceleratedFit, fit_accelerated
from analytics.survival.followed import Followed
from analytics.survival.log_time import DISTRIBUTIONS

MEASURE = "time_ratio"
# The library's fit costs fifty milliseconds, a hundred times a Cox model's.
MOST_IMPUTATIONS = 5


@dataclass(frozen=True)
class TimeRatios:
    """What the models add: rows of `effect_estimate`, and `parametric_model`."""

    effects: list[dict]
    models: pd.DataFrame


def time_ratios(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> TimeRatios:
    """Every model of `outcome.accelerated` on every specification; of the primary endpoint alone, as a library fits them."""
    effects: list[dict] = []
    models: list[dict] = []
    for specification in specifications(protocol) if protocol.outcome.accelerated else ():
        rows, described = _specification(protocol, tables, specification)
        effects += rows
        models += described
    return TimeRatios(effects, TABLES["parametric_model"].frame(models))


def _specification(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], specification: str
) -> tuple[list[dict], list[dict]]:
    endpoint = protocol.primary.name
    made = list(comparisons(protocol, tables, specification))
    parts = followed(made[:MOST_IMPUTATIONS], tables["follow_up"], endpoint)
    estimand = made[0].estimand if made else SPECIFICATIONS[specification].estimand.label
    about = compared(protocol, specification, endpoint, estimand, parts)
    refusal = about.refusal(protocol, lacking(protocol, tables, specification))
    refusal = refusal or not_of_one_cause(protocol.primary)
    fits = {
        name: [] if refusal else [fit_accelerated(part.records(), part.treated, name) for part in parts]
        for name in protocol.outcome.accelerated
    }
    # What a fit maximises where rows are weighted, or not a subject each, is no likelihood.
    aic = {} if any(part.weighted or part.repeated for part in parts) else _aic(fits)
    best = min(aic, key=aic.__getitem__, default=None)
    fewer = f"the first {len(parts)} of {len(made)} imputations" if len(made) > len(parts) else None
    effects, models = [], []
    for name, each in fits.items():
        first = f"the best of {len(aic)} fits by AIC" if name == best and len(aic) > 1 else None
        found = nothing(refusal) if refusal else _pooled(parts, each, protocol.outcome.level)
        effects.append(_effect(protocol, about, name, found, (first, fewer)))
        models.append(_model(about, name, each, refusal) | _standing(name, best, aic))
    return effects, models


def _aic(fits: Mapping[Distribution, Sequence[AcceleratedFit]]) -> dict[Distribution, float]:
    """Akaike's criterion averaged over the imputations, of the distributions that every one of them could be fitted by."""
    whole = {name: each for name, each in fits.items() if each and not any(fit.note for fit in each)}
    return {name: float(np.mean([fit.aic for fit in each])) for name, each in whole.items()}


def _standing(
    distribution: Distribution, best: Distribution | None, aic: Mapping[Distribution, float]
) -> dict:
    known = distribution in aic
    return {"aic": aic.get(distribution), "best": ("Y" if distribution == best else "N") if known else None}


def _pooled(parts: Sequence[Followed], fits: Sequence[AcceleratedFit], level: float) -> Pooled:
    """Log time ratio, pooled as the hazard ratio is."""
    estimates = np.array([fit.coefficient[0] for fit in fits])
    variances = np.array([fit.robust_covariance[0, 0] for fit in fits])
    found = pooled(parts, estimates, variances, [fit.influence for fit in fits], level)
    return nothing(next(fit.note for fit in fits if fit.note)) if np.isnan(found.estimate) else found


def _effect(
    protocol: Protocol, about: Compared, distribution: str, found: Pooled, remarks: Sequence[str | None]
) -> dict:
    """The row of `effect_estimate`."""
    crude = about.specification == CRUDE
    robust = "variance robust by row" if crude else variance(protocol, about.specification)
    method = f"{DISTRIBUTIONS[distribution].words} accelerated failure time, {robust}"
    said = [found.note] if np.isnan(found.estimate) else [found.note, *remarks]
    note = "; ".join(filter(None, said)) or None
    return effect_row(about, method, MEASURE, replace(found, note=note), log=True)


def _model(about: Compared, distribution: str, fits: Sequence[AcceleratedFit], refusal: str | None) -> dict:
    """The row of `parametric_model`: averages over the imputations that could be fitted."""
    found = [fit for fit in fits if not fit.note]
    row = TABLES["parametric_model"].row(
        specification=about.specification,
        endpoint=about.endpoint,
        distribution=distribution,
        n_imputation=len(found),
        note=refusal or next((fit.note for fit in fits if fit.note), None),
    )
    if not found:
        return row
    ratio, location, log_scale = np.mean([fit.coefficient for fit in found], axis=0)
    return row | {
        "coefficient": ratio,
        "location": location,
        "scale": np.exp(log_scale),
        "log_likelihood": np.mean([fit.log_likelihood for fit in found]),
    }
