"""Who is compared with whom, and with which weights: one frame per specification and imputation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from analytics.comparison.data_sets import COMPLETE_CASE, data_sets
from analytics.comparison.specification import CRUDE, MATCHED, SPECIFICATIONS
from analytics.protocol import Protocol
from analytics.second_opinion.withheld import TABLE as SECOND_OPINION
from analytics.second_opinion.withheld import score_disputed
from analytics.survival.followed import Followed
from analytics.weighting.scheme import ATT

DESIGN = (
    "analysis_set",
    "imputed_covariate",
    "propensity_model",
    "matched_set",
    "balancing_weight",
    "matching_loss",
    "weight_summary",
)
"""The tables that say who is compared with whom."""
NEEDS = (*DESIGN, SECOND_OPINION)
"""What an outcome stage reads of a comparison: the design, and whether it is in dispute."""


@dataclass(frozen=True)
class Comparison:
    """One specification on one data set.

    Attributes:
        specification: crude, matched, or a weighting scheme.
        imputation: 0 for complete cases.
        estimand: whose average the comparison is.
        frame: usubjid, treated, set_id (0 outside matched sets), weight, covariates; a row per member of a set.
    """

    specification: str
    imputation: int
    estimand: str
    frame: pd.DataFrame

    def followed(self, follow_up: pd.DataFrame, endpoint: str) -> Followed:
        """The comparison with entry_days, stop_days and event of one endpoint; who has no follow-up is left out, counted."""
        columns = ["usubjid", "entry_days", "stop_days", "event"]
        frame = self.frame.merge(follow_up.loc[follow_up["endpoint"] == endpoint, columns], on="usubjid")
        lost = self.frame["usubjid"].nunique() - frame["usubjid"].nunique()
        return Followed(self.specification, self.imputation, self.estimand, frame, lost)


def comparisons(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], specification: str
) -> Iterator[Comparison]:
    """One specification on every data set; the crude one needs no covariates and is made once.

    Nothing rests on a score in dispute.
    """
    analysis_set = tables["analysis_set"]
    if specification == CRUDE:
        frame = analysis_set.assign(set_id=0, weight=1.0)
        yield Comparison(CRUDE, COMPLETE_CASE, SPECIFICATIONS[CRUDE].estimand.label, frame)
        return
    if score_disputed(tables.get(SECOND_OPINION)):
        return
    for data in data_sets(protocol, analysis_set, tables["imputed_covariate"]):
        members = _members(tables, specification, data.imputation)
        if members.empty:
            continue
        estimand = _estimand(tables, specification, data.imputation)
        frame = members.merge(data.frame.drop(columns="treated"), on="usubjid")
        yield Comparison(specification, data.imputation, estimand, frame)


def everyone(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> Iterator[Comparison]:
    """Everyone eligible with completed covariates: the population "all" of an outcome model."""
    for data in data_sets(protocol, tables["analysis_set"], tables["imputed_covariate"]):
        yield Comparison("all", data.imputation, "conditional", data.frame.assign(set_id=0, weight=1.0))


def _members(tables: Mapping[str, pd.DataFrame], specification: str, imputation: int) -> pd.DataFrame:
    columns = ["usubjid", "treated", "set_id", "weight"]
    if specification == MATCHED:
        matched = tables["matched_set"]
        return matched.loc[matched["imputation"] == imputation, columns]
    weights = tables["balancing_weight"]
    mine = (weights["imputation"] == imputation) & (weights["specification"] == specification)
    return weights[mine & (weights["weight"] > 0)].assign(set_id=0)[columns]


def _estimand(tables: Mapping[str, pd.DataFrame], specification: str, imputation: int) -> str:
    nobody_lost = not (tables["matching_loss"]["imputation"] == imputation).any()
    if specification == MATCHED and nobody_lost:
        return ATT.label
    return SPECIFICATIONS[specification].estimand.label
