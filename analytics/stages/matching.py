"""Stage: the matched set, and the treated subjects who found no control. Blind to outcome."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from analytics.catalogue import TABLES
from analytics.cohort.eligibility import keeps_row_order
from analytics.comparison.data_sets import DataSet, as_object, score_covariates, scored_data_sets
from analytics.comparison.refusal import trimmed_away
from analytics.comparison.specification import MATCHED
from analytics.matching.coarsened import match_coarsened, match_exact
from analytics.matching.edges import MatchingError
from analytics.matching.full import match_full
from analytics.matching.matched_set import MatchedSet
from analytics.matching.nearest import match_nearest
from analytics.matching.optimal import match_optimal
from analytics.matching.problem import build_problem
from analytics.matching.refresh import refresh_matched_set
from analytics.protocol import Protocol
from analytics.protocol.agreement import SCORED

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
    return matched(protocol, tables, matchable(protocol, tables))


def matched(
    protocol: Protocol,
    tables: Mapping[str, pd.DataFrame],
    sets_of_data: Iterable[tuple[DataSet, DataSet]],
    places: "pd.Series[int] | None" = None,
) -> dict[str, pd.DataFrame]:
    """As `run`, of given data sets; `places` by subject decide among equal scores (`analytics.matching.ties`)."""
    sets, losses = [], []
    for data, score in sets_of_data:
        described: dict[str, Any] = {"specification": MATCHED, "imputation": data.imputation}
        try:
            if reason := trimmed_away(score.frame):
                raise MatchingError(reason)
            found = match(protocol, score, previous_pairs(protocol, tables, data.imputation), places)
        except MatchingError as error:
            lost = data.frame.loc[data.frame["treated"] == 1, ["usubjid"]]
            losses.append(lost.assign(reason=str(error), **described))
            continue
        sets.append(found.pairs.assign(**described, caliper_width=_finite(found.caliper_width)))
        losses.append(found.unmatched.assign(**described))
    return {
        "matched_set": TABLES["matched_set"].stacked(sets),
        "matching_loss": TABLES["matching_loss"].stacked(losses),
    }


def matchable(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[DataSet, DataSet]]:
    """Data sets to be matched, as of `scored_data_sets`; none with `method = "none"`."""
    return iter(()) if protocol.matching.method == "none" else scored_data_sets(protocol, tables)


def previous_pairs(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], imputation: int
) -> pd.DataFrame | None:
    """The parent release's sets, when the protocol keeps them."""
    parent = tables.get("parent:matched_set")
    if protocol.matching.refresh == "rematch" or parent is None:
        return None
    return parent[(parent["specification"] == MATCHED) & (parent["imputation"] == imputation)]


def match(
    protocol: Protocol,
    data: DataSet,
    previous: pd.DataFrame | None = None,
    places: "pd.Series[int] | None" = None,
) -> MatchedSet:
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
    arguments = _score_arguments(protocol, frame, places)
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
        "seed": protocol.seed,
    }
    if previous is None:
        return match_nearest(**arguments)
    width = previous["caliper_width"].iloc[0] if len(previous) else None
    return refresh_matched_set(settings.refresh, previous, previous_width=width, **arguments).matched


def n_tied(protocol: Protocol, data: DataSet) -> int:
    """How many subjects share their score with another, so that a rule decides among them; 0 where no score decides."""
    if protocol.matching.method not in SCORED or trimmed_away(data.frame):
        return 0
    return build_problem(**_score_arguments(protocol, data.frame, None)).n_tied


def _finite(width: float) -> float | None:
    """No caliper is null, not infinity."""
    return width if width < float("inf") else None


def _score_arguments(protocol: Protocol, frame: pd.DataFrame, places: "pd.Series[int] | None") -> dict:
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
        # What outcome models or subgroups name besides decides nothing in the design.
        "covariates": frame[
            list(dict.fromkeys([*score_covariates(protocol, frame), *settings.covariate_calipers]))
        ],
        "tie_order": "key" if settings.tie_order == "covariates" else "reference",
        "tie_places": None if places is None else places.loc[frame["usubjid"]].to_numpy(),
    }


def _covariates(protocol: Protocol, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[list(protocol.propensity.covariates)]
