"""Variance of a log hazard ratio from a bootstrap that refits the score, spread over the imputations.

The sandwich variance takes the weights or the match as given; the bootstrap does not.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from analytics.comparison.bootstrap import (
    StudyArrays,
    by_arm,
    enough,
    matched_log_hazard_ratio,
    of_each_data_set,
    replicates,
    weighted_log_hazard_ratio,
)
from analytics.comparison.data_sets import score_frame
from analytics.comparison.specification import SPECIFICATIONS
from analytics.propensity.score_terms import score_terms
from analytics.protocol import Protocol
from analytics.protocol.population import Endpoint
from analytics.survival.followed import Followed


def refits_the_score(protocol: Protocol, specification: str, endpoint: Endpoint) -> bool:
    """Whether protocol and specification call for this variance; only the primary endpoint's headline is worth its time."""
    return (
        endpoint == protocol.primary
        and protocol.weighting.bootstrap_replicates > 0
        and SPECIFICATIONS[specification].bootstrapped
        and protocol.propensity.model == "logistic"
    )


def matched_by_score(protocol: Protocol) -> bool:
    """Whether the matched set is one the bootstrap can make again: nearest on the logit, without replacement or strata."""
    how = protocol.matching
    plain = not (how.replace or how.exact or how.covariate_calipers or how.max_ratio)
    nearest = (
        how.method == "nearest"
        and how.distance == "logit"
        and how.order != "random"
        and how.refresh == "rematch"
    )
    return (
        protocol.weighting.bootstrap_replicates > 0
        and nearest
        and plain
        and protocol.propensity.model == "logistic"
    )


def bootstrap_errors(protocol: Protocol, parts: Sequence[Followed], specification: str) -> np.ndarray:
    """Standard error of the log hazard ratio of any data set; NaN where more than a tenth of all replicates fail.

    Args:
        protocol: names the replicates, which the data sets share out, the seed and the matching.
        parts: everyone scored, with covariates, followed up; one per imputation.
        specification: a scheme of weights, or matched.
    """
    each = of_each_data_set(protocol.weighting.bootstrap_replicates, len(parts))
    made = []
    for number, part in enumerate(parts):
        arrays = _arrays(protocol, part)
        statistic = _statistic(protocol, arrays, specification)
        made.append(replicates(statistic, by_arm(arrays.treated), protocol.seed + number, each))
    known = np.array(made)
    error = np.sqrt(np.nanmean(np.nanvar(known, axis=1, ddof=1))) if enough(known) else np.nan
    return np.full(len(parts), error)


def _statistic(protocol: Protocol, arrays: StudyArrays, specification: str) -> Callable[[np.ndarray], float]:
    scheme = SPECIFICATIONS[specification].scheme
    if scheme is not None:
        return weighted_log_hazard_ratio(arrays, scheme, protocol.weighting.truncate_quantile)
    how = protocol.matching
    return matched_log_hazard_ratio(arrays, how.caliper or None, how.caliper_scale, how.ratio, how.order)


def _arrays(protocol: Protocol, part: Followed) -> StudyArrays:
    people = replace(part, frame=part.frame.sort_values("usubjid", ignore_index=True).assign(weight=1.0))
    return StudyArrays(
        covariates=np.ascontiguousarray(score_terms(score_frame(protocol, people.frame)).matrix),
        treated=people.treated,
        records=people.clustered(None).checked(),
    )
