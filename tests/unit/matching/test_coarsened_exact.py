"""Exact and coarsened exact matching."""

import numpy as np
import pandas as pd
import pytest

from analytics.matching.bins import cut_points
from analytics.matching.coarsened import match_coarsened, match_exact
from analytics.matching.matched_set import subclass_weights

TREATED = np.array([1, 0, 0, 1, 0, 1])
IDS = np.array(list("abcdef"), dtype=object)


def test_exact_sets_are_the_strata_with_both_arms() -> None:
    site = pd.DataFrame({"SITE": ["x", "x", "x", "y", "z", None]})
    result = match_exact(TREATED, IDS, site)
    assert result.pairs["usubjid"].tolist() == ["a", "b", "c"]
    assert result.pairs["weight"].tolist() == [1.0, 0.5, 0.5]
    assert dict(zip(result.unmatched["usubjid"], result.unmatched["reason"], strict=True)) == {
        "d": "no control in the exact stratum",
        "f": "missing value in an exact covariate",
    }


def test_a_single_bin_leaves_a_covariate_out_and_zero_matches_it_exactly() -> None:
    covariates = pd.DataFrame({"AGE": [50.0, 50.5, 80.0, 51.0, 51.0, 99.0]})
    everyone = match_coarsened(TREATED, IDS, covariates, {"AGE": 1})
    exactly = match_coarsened(TREATED, IDS, covariates, {"AGE": 0})
    assert len(everyone.pairs) == 6
    assert exactly.pairs["usubjid"].tolist() == ["d", "e"]


def test_a_single_bin_leaves_a_category_out_too() -> None:
    covariates = pd.DataFrame({"AGE": [50.0, 50.0, 80.0, 80.0, 50.0, 80.0], "SITE": list("xyxyxy")})
    both = match_coarsened(TREATED, IDS, covariates, {"AGE": 0})
    alone = match_coarsened(TREATED, IDS, covariates, {"AGE": 0, "SITE": 1})
    assert alone.pairs["set_id"].nunique() == 2
    assert len(alone.pairs) > len(both.pairs)


def test_matching_on_no_column_is_refused() -> None:
    with pytest.raises(ValueError, match="needs columns"):
        match_exact(TREATED, IDS, pd.DataFrame(index=range(6)))


def test_a_value_on_a_cut_point_belongs_to_the_upper_bin() -> None:
    covariates = pd.DataFrame({"AGE": [50.0, 49.0, 60.0, 49.9, 20.0, 50.0]})
    result = match_coarsened(TREATED, IDS, covariates, {"AGE": [50.0]})
    together = result.pairs.groupby("set_id")["usubjid"].agg("".join)
    assert sorted(map("".join, map(sorted, together))) == ["acf", "bde"]


def test_an_unknown_bin_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="bins 'rice'"):
        cut_points(np.arange(5.0), "rice")
    with pytest.raises(ValueError, match="bins for AEG"):
        match_coarsened(TREATED, IDS, pd.DataFrame({"AGE": range(6)}), {"AEG": 2})


def test_subclass_weights_of_each_estimand() -> None:
    treated, subclass = np.array([1, 0, 0, 1, 1, 0, 1]), np.array([0, 0, 0, 1, 1, 1, -1])
    assert np.allclose(subclass_weights(treated, subclass, "ATT"), [1, 0.5, 0.5, 1, 1, 2, 0])
    assert np.allclose(subclass_weights(treated, subclass, "ATC"), [2, 1, 1, 0.5, 0.5, 1, 0])
    assert np.allclose(subclass_weights(treated, subclass, "ATE"), [3, 1.5, 1.5, 1.5, 1.5, 3, 0])
    normalised = subclass_weights(treated, subclass, "ATT", normalise=True)
    assert normalised[treated == 0].mean() == pytest.approx(1.0)
