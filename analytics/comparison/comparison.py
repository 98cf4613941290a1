"""Who is compared with whom, and with which weights: one frame per specification and imputation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.comparison.data_sets import COMPLETE_CASE, data_sets
from analytics.comparison.specification import CRUDE, MATCHED, SPECIFICATIONS
from analytics.protocol import Protocol
from analytics.second_opinion.withheld import TABLE as SECOND_OPINION
from analytics.second_opinion.withheld import score_disputed
from analytics.survival.followed import Followed
from analytics.weighting.scheme import ATT

MEMBERSHIP = ["usubjid", "treated", "set_id", "weight"]
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
ENDS = ("entry_days", "stop_days", "event", "competing")
"""What a subject's follow-up is, of `follow_up`."""


@dataclass(frozen=True)
class Comparison:
    """One specification on one data set.

    Attributes:
        specification: crude, matched, or a weighting scheme.
        imputation: 0 for complete cases.
        estimand: whose average the comparison is.
        frame: usubjid, treated, set_id (0 outside matched sets), weight, and covariates where they were asked for; a row
            per member of a set.
    """

    specification: str
    imputation: int
    estimand: str
    frame: pd.DataFrame


def comparisons(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], specification: str, *, covariates: bool = False
) -> Iterator[Comparison]:
    """One specification on every data set; the crude one is made once.

    Nothing rests on a score in dispute.

    Args:
        protocol: how missing covariates are treated.
        tables: the design (`DESIGN`) and, where it was asked for, the second opinion.
        specification: crude, matched, or a weighting scheme.
        covariates: whether the frames hold what each subject is like, completed.
    """
    if specification == CRUDE:
        frame = tables["analysis_set"].assign(set_id=0, weight=1.0)
        frame = frame if covariates else frame[MEMBERSHIP]
        yield Comparison(CRUDE, COMPLETE_CASE, SPECIFICATIONS[CRUDE].estimand.label, frame)
        return
    if score_disputed(tables.get(SECOND_OPINION)):
        return
    completed = data_sets(protocol, tables["analysis_set"], tables["imputed_covariate"]) if covariates else ()
    known = {data.imputation: data.frame.drop(columns="treated") for data in completed}
    for number, members in _members(tables, specification):
        frame = members.merge(known[number], on="usubjid") if covariates else members
        yield Comparison(specification, number, _estimand(tables, specification, number), frame)


def followed(made: Iterable[Comparison], follow_up: pd.DataFrame, endpoint: str) -> list[Followed]:
    """Comparisons with entry_days, stop_days, event and competing of one endpoint; who has no follow-up is left out, and
    counted."""
    times = follow_up[follow_up["endpoint"] == endpoint]
    subjects = pd.Index(times["usubjid"])
    ends = {name: times[name].to_numpy() for name in ENDS if name in times}
    return [_followed(each, subjects, ends) for each in made]


def _followed(made: Comparison, subjects: pd.Index, ends: Mapping[str, np.ndarray]) -> Followed:
    frame, place = made.frame, subjects.get_indexer(pd.Index(made.frame["usubjid"]))
    lost = 0
    if (place < 0).any():
        lost = frame.loc[place < 0, "usubjid"].nunique()
        frame, place = frame[place >= 0].reset_index(drop=True), place[place >= 0]
    found = {name: values[place] for name, values in ends.items()}
    return Followed(made.specification, made.imputation, made.estimand, frame.assign(**found), lost)


def everyone(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> Iterator[Comparison]:
    """Everyone eligible with completed covariates: the population "all" of an outcome model."""
    for data in data_sets(protocol, tables["analysis_set"], tables["imputed_covariate"]):
        yield Comparison("all", data.imputation, "conditional", data.frame.assign(set_id=0, weight=1.0))


def _members(tables: Mapping[str, pd.DataFrame], specification: str) -> Iterator[tuple[int, pd.DataFrame]]:
    """Number of each data set that has any, and its members."""
    if specification == MATCHED:
        rows = tables["matched_set"]
    else:
        weights = tables["balancing_weight"]
        mine = (weights["specification"] == specification) & (weights["weight"] > 0)
        rows = weights[mine].assign(set_id=0)
    for number in np.unique(rows["imputation"].to_numpy(int)):
        members = rows.loc[rows["imputation"] == number, MEMBERSHIP]
        yield int(number), members.reset_index(drop=True)


def _estimand(tables: Mapping[str, pd.DataFrame], specification: str, imputation: int) -> str:
    nobody_lost = not (tables["matching_loss"]["imputation"] == imputation).any()
    if specification == MATCHED and nobody_lost:
        return ATT.label
    return SPECIFICATIONS[specification].estimand.label
