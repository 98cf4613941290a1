"""Differences in survival and in restricted means by models of death, censoring and treatment: rows of `effect_estimate`.

Belongs here: whom a protocol asks for, pooling, refusals. Does not belong here: the models of a data set and what they give
(`modelled_people`), the estimators (`analytics.outcome_model`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.comparison.comparison import everyone, followed
from analytics.comparison.competing_effects import not_of_one_cause
from analytics.comparison.effect_row import compared, effect_row, no_estimate
from analytics.comparison.horizon_effects import MILESTONE, RMST
from analytics.comparison.modelled_people import ModelledPeople, Summary, people_of
from analytics.comparison.pooling import rubin
from analytics.comparison.refusal import lacking, unrecorded
from analytics.comparison.risk_floor import too_few_for_contrast
from analytics.comparison.specification import CRUDE, MODELLED
from analytics.outcome_model.hazard_model import OutcomeModelError
from analytics.outcome_model.target import TARGETS
from analytics.protocol import Protocol
from analytics.protocol.outcome import DoublyRobust
from analytics.protocol.population import Endpoint
from analytics.second_opinion.withheld import TABLE as SECOND_OPINION
from analytics.second_opinion.withheld import ratio_disputed
from analytics.survival.followed import Followed

METHOD_WORDS = {
    "doubly_robust": "Doubly robust, everyone eligible: Cox models of death and of censoring in each arm",
    "targeted": "Targeted maximum likelihood, everyone eligible: Cox models of death and of censoring in each arm",
    "g_computation": "G-computation, everyone eligible: a Cox model of death in each arm",
}
SCORE_WORDS = {"logistic": "logistic score", "gradient_boosting": "score by gradient boosting"}
ENTERS_LATE = "models of censoring need everyone to be followed from time zero on"
RMST_DIFFERENCE = RMST[0]


def modelled_survival(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[dict]:
    """Rows of the primary endpoint, for each entry of `outcome.doubly_robust`: each milestone, and the horizon's mean.

    Args:
        protocol: what is asked for.
        tables: the design, `follow_up`, and the second opinion where there is one; imputations as many as are used.
    """
    endpoint = protocol.primary
    if not protocol.outcome.doubly_robust:
        return []
    parts = followed(everyone(protocol, tables), tables["follow_up"], endpoint.name)
    reason = _refusal(protocol, tables, endpoint, parts)
    people = [] if reason else people_of(protocol, parts)
    rows = _Rows(protocol, endpoint, parts, people, reason)
    return [row for asked in protocol.outcome.doubly_robust for row in rows.of(asked)]


def _refusal(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], endpoint: Endpoint, parts: Sequence[Followed]
) -> str | None:
    covariates = protocol.propensity.covariates
    reason = lacking(protocol, tables, MODELLED) or compared(
        protocol, MODELLED, endpoint.name, "", parts
    ).refusal(protocol, None)
    reason = reason or not_of_one_cause(endpoint)
    if reason is None and any((part.frame["entry_days"] > 0).any() for part in parts):
        reason = ENTERS_LATE
    if reason is None and not covariates:
        reason = "propensity.covariates names nothing that models could be made of"
    reason = reason or unrecorded(covariates, parts[0].frame)
    return reason or ratio_disputed(tables.get(SECOND_OPINION), CRUDE, endpoint.name)


@dataclass(frozen=True)
class _Rows:
    """What rows are made from: the endpoint's data sets, and why there can be none."""

    protocol: Protocol
    endpoint: Endpoint
    parts: Sequence[Followed]
    people: Sequence[ModelledPeople]
    reason: str | None

    def of(self, asked: DoublyRobust) -> list[dict]:
        """Rows of an entry; those that the floors allow share their models."""
        about = compared(
            self.protocol, MODELLED, self.endpoint.name, TARGETS[asked.population].label, self.parts
        )
        refused = {each: self._refused(each) for each in self._summaries()}
        sought = [each for each, reason in refused.items() if reason is None]
        try:
            made = [each.differences(asked, sought) for each in self.people] if sought else []
        except OutcomeModelError as error:
            refused |= dict.fromkeys(sought, str(error))
        words = _words(asked)
        found = []
        for summary, reason in refused.items():
            measure = RMST_DIFFERENCE if summary.restricted_mean else MILESTONE
            if reason:
                found.append(no_estimate(about, words, measure, reason, horizon_days=summary.day))
                continue
            place = sought.index(summary)
            estimates, errors, freedom = np.array([[row[place] for row in each] for each in made]).T
            pooled = rubin(
                estimates, errors**2, self.protocol.outcome.level, complete_df=float(freedom.mean())
            )
            found.append(effect_row(about, words, measure, pooled, horizon_days=summary.day))
        return found

    def _summaries(self) -> list[Summary]:
        days = [Summary(float(day), False) for day in self.endpoint.milestones_days]
        return [*days, Summary(float(self.endpoint.horizon_days), True)]

    def _refused(self, summary: Summary) -> str | None:
        return self.reason or too_few_for_contrast(self.protocol, self.parts, summary.day)


def _words(asked: DoublyRobust) -> str:
    words = [METHOD_WORDS[asked.method]]
    if asked.method != "g_computation":
        words.append(SCORE_WORDS[asked.score])
    elif asked.population == "overlap":
        words.append(f"whose overlap is that of a {SCORE_WORDS[asked.score]}")
    if asked.folds:
        words.append(f"cross-fitted in {asked.folds} folds")
    if asked.bootstrap_replicates:
        words.append(f"variance from a bootstrap of {asked.bootstrap_replicates} replicates")
    return ", ".join(words)
