"""Stage: the matched set, and the treated subjects who found no control. Blind to outcome."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics.catalogue import TABLES
from analytics.cohort.eligibility import keeps_row_order
from analytics.comparison.data_sets import DataSet, as_object, covariate_frame, data_sets
from analytics.comparison.refusal import trimmed_away
from analytics.comparison.specification import MATCHED
from analytics.matching.coarsened import match_coarsened, match_exact
from analytics.matching.edges import MatchingError
from analytics.matching.full import match_full
from analytics.matching.matched_set import MatchedSet
from analytics.matching.nearest import match_nearest
from analytics.matching.optimal import match_optimal
from analytics.matching.refresh import refresh_matched_set
from analytics.protocol import Protocol

NEEDS = (
    "analysis_set",
    "imputed_covariate",
    "propensity_score",
    "parent:matched_set",
    "parent:propensity_model",
)
MAKES = ("matched_set", "matching_loss")


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Matched sets by imputation; empty with `method = "none"` or where no score could be fitted.

    Where nobody can be matched, every treated subject is lost, with the reason.
    """
    sets, losses = [], []
    for data in data_sets(protocol, tables["analysis_set"], tables["imputed_covariate"]):
        score = scored(data, tables["propensity_score"])
        if protocol.matching.method == "none" or not has_score(data, tables["propensity_score"]):
            continue
        described: dict[str, Any] = {"specification": MATCHED, "imputation": data.imputation}
        try:
            if reason := trimmed_away(score.frame):
                raise MatchingError(reason)
            matched = match(protocol, score, previous_pairs(protocol, tables, data.imputation))
        except MatchingError as error:
            lost = data.frame.loc[data.frame["treated"] == 1, ["usubjid"]]
            losses.append(lost.assign(reason=str(error), **described))
            continue
        sets.append(matched.pairs.assign(**described, caliper_width=_finite(matched.caliper_width)))
        losses.append(matched.unmatched.assign(**described))
    return {
        "matched_set": TABLES["matched_set"].stacked(sets),
        "matching_loss": TABLES["matching_loss"].stacked(losses),
    }


def has_score(data: DataSet, scores: pd.DataFrame) -> bool:
    """Whether a score was fitted to the data set, whomever trimming left."""
    return bool((scores["imputation"] == data.imputation).any())


def scored(data: DataSet, scores: pd.DataFrame) -> DataSet:
    """The data set's subjects that kept their place after trimming, with their scores."""
    mine = scores[(scores["imputation"] == data.imputation) & (scores["trimmed"] == "N")]
    frame = data.frame.merge(mine[["usubjid", "propensity", "logit_propensity"]], on="usubjid")
    return DataSet(data.imputation, frame)


def previous_pairs(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], imputation: int
) -> pd.DataFrame | None:
    """The parent release's sets, when the protocol keeps them."""
    parent = tables.get("parent:matched_set")
    if protocol.matching.refresh == "rematch" or parent is None:
        return None
    return parent[(parent["specification"] == MATCHED) & (parent["imputation"] == imputation)]


def match(protocol: Protocol, data: DataSet, previous: pd.DataFrame | None = None) -> MatchedSet:
    """One data set matched as the protocol says, keeping sets of the release before where it says so."""
    settings = protocol.matching
    frame = data.frame if keeps_row_order(protocol) else data.frame.sort_values("usubjid")
    frame = frame.reset_index(drop=True)
    if settings.method == "exact":
        return match_exact(
            frame["treated"].to_numpy(), as_object(frame["usubjid"]), frame[list(settings.exact)]
        )
    if settings.method == "coarsened":
        covariates = frame[list(protocol.propensity.covariates)]
        return match_coarsened(
            frame["treated"].to_numpy(), as_object(frame["usubjid"]), covariates, dict(settings.coarsening)
        )
    arguments = _score_arguments(protocol, frame)
    if settings.method == "full":
        return match_full(**arguments)
    if settings.method == "optimal":
        return match_optimal(**arguments, ratio=settings.ratio)
    arguments |= {
        "ratio": settings.ratio,
        "min_controls": settings.min_ratio or 1,
        "max_controls": settings.max_ratio,
        "replace": settings.replace,
        "order": settings.order,
        "seed": protocol.study.seed,
    }
    if previous is None:
        return match_nearest(**arguments)
    width = previous["caliper_width"].iloc[0] if len(previous) else None
    return refresh_matched_set(settings.refresh, previous, previous_width=width, **arguments).matched


def _finite(width: float) -> float | None:
    """No caliper is null, not infinity."""
    return width if width < float("inf") else None


def _score_arguments(protocol: Protocol, frame: pd.DataFrame) -> dict:
    """What every score-based method takes. Distances on the probability keep the caliper on the logit."""
    settings = protocol.matching
    logit = frame["logit_propensity"].to_numpy(float)
    on_probability = settings.distance == "probability"
    return {
        "treated": frame["treated"].to_numpy(),
        "score": frame["propensity"].to_numpy(float) if on_probability else logit,
        "ids": as_object(frame["usubjid"]),
        "caliper": settings.caliper or None,
        "caliper_scale": settings.caliper_scale,
        "caliper_score": logit if on_probability and settings.caliper_scale == "pooled_logit" else None,
        "exact": frame[list(settings.exact)] if settings.exact else None,
        "covariate_calipers": settings.covariate_calipers or None,
        "covariate_caliper_unit": "own",
        "mahalanobis": _covariates(protocol, frame) if settings.distance == "mahalanobis" else None,
        "covariates": covariate_frame(frame),
        "tie_order": "key" if settings.tie_order == "covariates" else "reference",
    }


def _covariates(protocol: Protocol, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[list(protocol.propensity.covariates)]
