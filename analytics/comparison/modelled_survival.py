"""Difference in survival at milestones by models of death, censoring and treatment: rows of `effect_estimate`.

Belongs here: whom a protocol asks for, the models' covariates (those of the score), pooling, refusals. Does not belong here:
the estimators (`analytics.outcome_model`).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analytics.cohort import category_levels, coded_covariates
from analytics.cohort.splines import spline_knots, with_splines
from analytics.comparison.comparison import everyone, followed
from analytics.comparison.competing_effects import not_of_one_cause
from analytics.comparison.effect_row import Compared, compared, effect_row, no_estimate
from analytics.comparison.horizon_effects import MILESTONE
from analytics.comparison.pooling import rubin
from analytics.comparison.refusal import lacking, unrecorded
from analytics.comparison.risk_floor import too_few_for_contrast
from analytics.comparison.specification import CRUDE, MODELLED
from analytics.outcome_model.arm_survival import METHODS
from analytics.outcome_model.hazard_model import OutcomeModelError
from analytics.outcome_model.nuisances import Nuisances, fit_nuisances
from analytics.outcome_model.target import TARGETS
from analytics.protocol import Protocol
from analytics.protocol.outcome import DoublyRobust
from analytics.protocol.population import Endpoint
from analytics.second_opinion.withheld import TABLE as SECOND_OPINION
from analytics.second_opinion.withheld import ratio_disputed
from analytics.survival.followed import Followed

METHOD_WORDS = {
    "doubly_robust": "Doubly robust, everyone eligible: Cox models of death and of censoring in each arm, logistic score",
    "g_computation": "G-computation, everyone eligible: a Cox model of death in each arm",
}
ENTERS_LATE = "models of censoring need everyone to be followed from time zero on"


def modelled_survival(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    """Rows of the primary endpoint, for each entry of `outcome.doubly_robust` and each milestone.

    Args:
        protocol: what is asked for.
        tables: the design, `follow_up`, and the second opinion where there is one; imputations as many as are used.
    """
    asked, endpoint = protocol.outcome.doubly_robust, protocol.primary
    if not asked:
        return []
    parts = followed(everyone(protocol, tables), tables["follow_up"], endpoint.name)
    reason = _refusal(protocol, tables, endpoint, parts)
    models: list[Nuisances] = []
    if reason is None:
        try:
            models = _fitted(protocol, parts)
        except OutcomeModelError as error:
            reason = str(error)
    return [
        _row(protocol, endpoint, each, parts, models, float(day), reason)
        for each in asked
        for day in endpoint.milestones_days
    ]


def _refusal(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], endpoint: Endpoint, parts: Sequence[Followed]
) -> str | None:
    covariates = protocol.propensity.covariates
    reason = lacking(protocol, tables, MODELLED) or _about(protocol, endpoint, "", parts).refusal(
        protocol, None
    )
    reason = reason or not_of_one_cause(endpoint)
    if reason is None and any((part.frame["entry_days"] > 0).any() for part in parts):
        reason = ENTERS_LATE
    if reason is None and not covariates:
        reason = "propensity.covariates names nothing that models could be made of"
    reason = reason or unrecorded(covariates, parts[0].frame)
    return reason or ratio_disputed(tables.get(SECOND_OPINION), CRUDE, endpoint.name)


def _about(protocol: Protocol, endpoint: Endpoint, estimand: str, parts: Sequence[Followed]) -> Compared:
    return compared(protocol, MODELLED, endpoint.name, estimand, parts)


def _fitted(protocol: Protocol, parts: Sequence[Followed]) -> list[Nuisances]:
    """On every data set, with the levels of all of them and the knots of the first."""
    named = list(protocol.propensity.covariates)
    levels = category_levels([part.frame for part in parts], named)
    knots = spline_knots(parts[0].frame, named, protocol.propensity.spline_knots)
    return [
        _fit(part.frame.sort_values("usubjid", ignore_index=True), named, levels, knots) for part in parts
    ]


def _fit(
    frame: pd.DataFrame, named: list[str], levels: dict[str, list[str]], knots: dict[str, np.ndarray]
) -> Nuisances:
    coded = coded_covariates(with_splines(frame[named], knots), levels)
    return fit_nuisances(
        frame["stop_days"].to_numpy(float),
        frame["event"].to_numpy() == 1,
        frame["treated"].to_numpy(float),
        coded,
        coded,
        coded,
    )


def _row(
    protocol: Protocol,
    endpoint: Endpoint,
    asked: DoublyRobust,
    parts: Sequence[Followed],
    models: Sequence[Nuisances],
    day: float,
    reason: str | None,
) -> dict:
    target, estimator = TARGETS[asked.population], METHODS[asked.method]
    about, method = _about(protocol, endpoint, target.label, parts), METHOD_WORDS[asked.method]
    reason = reason or too_few_for_contrast(protocol, parts, day)
    if reason:
        return no_estimate(about, method, MILESTONE, reason, horizon_days=day)
    made = [estimator(each, target, np.array([day])).difference() for each in models]
    estimates, errors = (np.concatenate(values) for values in zip(*made, strict=True))
    pooled = rubin(estimates, errors**2, protocol.outcome.level)
    return effect_row(about, method, MILESTONE, pooled, horizon_days=day)
