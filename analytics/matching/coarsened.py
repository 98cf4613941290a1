"""Exact and coarsened exact matching, and subclasses of the score.

Belongs here: sets made of everyone who shares a stratum. Bins are computed in `bins`.
"""

import numpy as np
import pandas as pd

from analytics.matching.bins import coarsen
from analytics.matching.matched_set import MatchedSet, subclass_weights
from analytics.matching.problem import EXACT_MISSING, NO_STRATUM
from analytics.matching.strata import stratum_codes


def match_exact(
    treated: np.ndarray, ids: np.ndarray, covariates: pd.DataFrame, *, estimand: str = "ATT"
) -> MatchedSet:
    """Sets of all subjects equal in every covariate, where both arms are met.

    Args:
        treated: (n,) 1 treated, 0 control.
        ids: (n,) unique subject keys.
        covariates: (n, k) columns matched exactly.
        estimand: of the weights; see `subclass_weights`.

    Raises:
        ValueError: no column, so that everybody would be in one set.
    """
    if covariates.shape[1] == 0:
        raise ValueError("matching: exact matching needs columns to match on")
    return from_strata(treated, ids, stratum_codes(covariates), "exact", estimand=estimand)


def match_coarsened(
    treated: np.ndarray,
    ids: np.ndarray,
    covariates: pd.DataFrame,
    bins: dict[str, int | str | list[float]] | None = None,
    *,
    estimand: str = "ATT",
) -> MatchedSet:
    """Coarsened exact matching (Iacus, King and Porro 2012), with MatchIt's bins.

    Args:
        treated: (n,) 1 treated, 0 control.
        ids: (n,) unique subject keys.
        covariates: (n, k); categories match exactly, numbers by bin.
        bins: per numeric column a number of equal-width bins, "sturges" (default), "fd", "scott", "q<k>" for k
            quantile bins, or cut points; 0 matches the column exactly, 1 leaves it out.
        estimand: of the weights; see `subclass_weights`.

    Raises:
        ValueError: a binning rule that does not exist, or for an absent column.
    """
    codes = stratum_codes(coarsen(covariates, bins or {}))
    return from_strata(treated, ids, codes, "coarsened", estimand=estimand)


def subclassify(
    treated: np.ndarray, score: np.ndarray, ids: np.ndarray, n_subclass: int = 6, *, estimand: str = "ATT"
) -> MatchedSet:
    """Subclasses by quantiles of the score (Rosenbaum and Rubin 1984) among the treated (ATT), controls or all.

    Args:
        treated: (n,) 1 treated, 0 control.
        score: (n,) finite.
        ids: (n,) unique subject keys.
        n_subclass: number of subclasses; subclasses without one of the arms are left out.
        estimand: "ATT", "ATC" or "ATE".
    """
    arm = np.asarray(treated) == 1
    group = {"ATT": arm, "ATC": ~arm, "ATE": np.ones(arm.size, dtype=bool)}[estimand]
    edges = np.quantile(score[group], np.linspace(0, 1, n_subclass + 1))
    codes = np.clip(np.searchsorted(edges, score, side="right") - 1, 0, n_subclass - 1)
    return from_strata(treated, ids, codes, "subclass", estimand=estimand)


def from_strata(
    treated: np.ndarray, ids: np.ndarray, codes: np.ndarray, method: str, *, estimand: str = "ATT"
) -> MatchedSet:
    """The matched set whose sets are the strata in which both arms are met.

    Args:
        treated: (n,) 1 treated, 0 control.
        ids: (n,) unique subject keys.
        codes: (n,) stratum of each subject; negative where a stratum cannot be told.
        method: name of the method.
        estimand: of the weights.
    """
    arm, keys = np.asarray(treated) == 1, np.asarray(ids)
    weight = subclass_weights(arm, codes, estimand)
    matched = np.flatnonzero(weight > 0)
    number = np.unique(codes[matched], return_inverse=True)[1] + 1
    pairs = pd.DataFrame(
        {
            "usubjid": keys[matched],
            "set_id": number,
            "treated": arm[matched].astype(np.int64),
            "weight": weight[matched],
            "distance": 0.0 if method == "exact" else np.nan,
        }
    ).sort_values(["set_id", "treated", "usubjid"], ascending=[True, False, True], ignore_index=True)
    lost = np.flatnonzero(arm & (weight == 0))
    unmatched = pd.DataFrame(
        {"usubjid": keys[lost], "reason": np.where(codes[lost] < 0, EXACT_MISSING, NO_STRATUM)}
    ).sort_values("usubjid", ignore_index=True)
    return MatchedSet(pairs, unmatched, float("inf"), method)
