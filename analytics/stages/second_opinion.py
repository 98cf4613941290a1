"""Stage: the numbers that later stages publish, made again by other libraries from the tables of the design.

Belongs here: our side of each number, by the very functions that publish it, beside the other side. It comes before the
stages that publish, which leave null what is in dispute. Does not belong here: the other side (`analytics.second_opinion`),
which knows none of the functions used here.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison import comparison
from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.hazard_ratio import cox_of_treatment
from analytics.comparison.marginal_effects import across_sets
from analytics.comparison.risk_floor import first_day, too_few_in_arm, too_few_on_day
from analytics.comparison.specification import CRUDE, MATCHED, specifications
from analytics.propensity.diagnostics import area_under_curve
from analytics.protocol import Protocol
from analytics.protocol.population import Endpoint
from analytics.second_opinion import outcome, score
from analytics.second_opinion.judgement import Curve, NoAnswer, Sought, judged
from analytics.second_opinion.members import completed, members
from analytics.second_opinion.quantities import (
    AUC,
    CLUSTERED_ERROR,
    CURVE,
    DRAWS,
    LOG_HAZARD_RATIO,
    LOG_RANK,
    MEDIAN,
    RESTRICTED_MEAN,
    SCORE,
    STANDARD_ERROR,
    Quantity,
)
from analytics.stages import safety_recount
from analytics.stages.propensity import FROZEN
from analytics.survival.followed import Followed
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.log_rank import log_rank
from analytics.survival.rmst import restricted_mean

NEEDS = (*comparison.DESIGN, "propensity_score", "follow_up", *safety_recount.READS)
MAKES = ("second_opinion",)
Ours = dict[Sought, float | Curve]
Row = dict[str, Any]


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """One row per number and data set, of the first three data sets, and one per count of safety."""
    rows = list(_scores(protocol, tables))
    for specification in specifications(protocol):
        made = list(islice(comparisons(protocol, tables, specification), DRAWS))
        for endpoint in protocol.endpoint:
            for part in followed(made, tables["follow_up"], endpoint.name):
                rows += _outcomes(protocol, tables, part, endpoint)
    rows += safety_recount.rows(protocol, tables)
    declared = TABLES["second_opinion"]
    return {"second_opinion": declared.frame([declared.row(**row) for row in rows])}


def _outcomes(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], part: Followed, endpoint: Endpoint
) -> Iterator[Row]:
    """Everything lifelines is asked of one comparison."""
    ours = _of_both_arms(protocol, part, endpoint)
    # Of cumulative incidence lifelines has no answer: it breaks ties of days at random.
    for arm in () if endpoint.competing else (1, 0):
        ours |= _of_arm(protocol, part.arm(arm), arm, float(endpoint.horizon_days))
    anew = members(tables, part.specification, part.imputation, endpoint.name)
    theirs = outcome.answers(anew, ours)
    labels = {1: protocol.treatment.treated_label, 0: protocol.treatment.control_label}
    for sought, number in ours.items():
        yield judged(
            sought,
            number,
            theirs[sought],
            table_name="effect_estimate" if sought.arm is None else "survival_summary",
            specification=part.specification,
            endpoint=endpoint.name,
            imputation=part.imputation,
            arm=None if sought.arm is None else labels[sought.arm],
        )


def _of_both_arms(protocol: Protocol, part: Followed, endpoint: Endpoint) -> Ours:
    """Hazard ratios and log-rank test, where one is published."""
    if min((part.treated == arm).sum() for arm in (0, 1)) < protocol.outcome.min_arm:
        return {}
    ours = _ratio(part, None)
    horizon = float(endpoint.horizon_days)
    if too_few_on_day(protocol, [part], horizon) is None:
        ours |= _ratio(part.until_day(horizon), horizon)
    test = log_rank(across_sets(part), part.treated)
    if part.specification in (CRUDE, MATCHED) and np.isfinite(test.statistic):
        ours[Sought(LOG_RANK)] = test.statistic
    return ours


def _ratio(part: Followed, day: float | None) -> Ours:
    coefficient, error, _ = cox_of_treatment(part)
    if not np.isfinite(coefficient):
        return {}
    ours: Ours = {Sought(LOG_HAZARD_RATIO, None, day): coefficient}
    kind = _kind_of_error(part)
    if kind is not None and np.isfinite(error):
        ours[Sought(kind, None, day)] = error
    return ours


def _kind_of_error(part: Followed) -> Quantity | None:
    """A weighted comparison leads with the variance of a bootstrap, which no library makes again."""
    return {CRUDE: STANDARD_ERROR, MATCHED: CLUSTERED_ERROR}.get(part.specification)


def _of_arm(protocol: Protocol, people: Followed, arm: int, horizon: float) -> Ours:
    """Curve, median and restricted mean of an arm, where one is published."""
    start = first_day(protocol, people) if len(people) else None
    if start is None:
        return {}
    whole = kaplan_meier(people.records())
    drawn = whole if start == 0 else kaplan_meier(people.from_day(start).records())
    ours: Ours = {Sought(CURVE, arm, start or None): Curve(drawn.time, drawn.survival)}
    median, area = whole.median()[0], restricted_mean(whole, horizon)[0]
    if np.isnan(median) or too_few_in_arm(protocol, people, median) is None:
        ours[Sought(MEDIAN, arm)] = median
    if np.isfinite(area) and too_few_in_arm(protocol, people, horizon) is None:
        ours[Sought(RESTRICTED_MEAN, arm, horizon)] = area
    return ours


def _scores(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> Iterator[Row]:
    """The score of each data set and how well it tells the arms apart."""
    scores = tables["propensity_score"].sort_values("usubjid")
    for imputation in sorted(scores["imputation"].unique())[:DRAWS]:
        mine = scores[scores["imputation"] == imputation].set_index("usubjid")
        model = tables["propensity_model"].query("imputation == @imputation")
        terms = completed(tables, imputation, protocol.propensity.covariates, protocol.propensity.missing)
        made = score.again(terms, model, mine["propensity"])
        if (model["note"] == FROZEN).any():
            made = Sought(SCORE), float(mine["propensity"].iloc[-1]), NoAnswer(FROZEN)
        yield judged(*made, table_name="propensity_score", imputation=imputation)
        arms, published = mine["treated"].to_numpy(), mine["propensity"].to_numpy(float)
        theirs = score.area_under_curve(arms, published)
        area = area_under_curve(arms, published)
        yield judged(Sought(AUC), area, theirs, table_name="propensity_diagnostic", imputation=imputation)
