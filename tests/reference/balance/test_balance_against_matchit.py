"""Balance tables equal MatchIt's summary (expected values printed by balance.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.balance.table import covariate_balance
from analytics.matching.coarsened import subclassify
from analytics.matching.nearest import match_nearest

HERE = Path(__file__).parent
DATA = pd.read_csv(HERE.parent / "matching" / "lalonde.csv", float_precision="round_trip")
EXPECTED = pd.read_csv(HERE / "matchit_balance.csv")
COVARIATES = ["age", "educ", "race", "married", "nodegree", "re74", "re75"]
FIGURES = ["treated_mean", "control_mean", "smd", "variance_ratio", "ks"]


@pytest.mark.parametrize("spec", ["nearest", "replace", "subclass"])
def test_balance_before_and_after_adjustment_equals_matchit(spec: str) -> None:
    treated, score, ids = DATA["treat"].to_numpy(), DATA["logit"].to_numpy(), np.arange(len(DATA))
    shared = {"caliper_scale": "matchit", "tie_order": "reference"}
    if spec == "nearest":
        result = match_nearest(treated, score, ids, caliper=0.2, **shared)
    elif spec == "replace":
        result = match_nearest(treated, score, ids, caliper=None, replace=True, ratio=3, **shared)
    else:
        result = subclassify(treated, score, ids, 6, estimand="ATE")
    expected = EXPECTED[EXPECTED["spec"] == spec]
    table = covariate_balance(
        DATA[COVARIATES], treated, result.weights(ids), denominator=expected["denominator"].iloc[0]
    )
    table["term"] = table["covariate"] + table["level"].fillna("")
    merged = expected.merge(table, on=["stage", "term"], suffixes=("_r", ""))
    assert len(merged) == len(expected) == 18
    for figure in FIGURES:
        assert np.allclose(merged[figure], merged[f"{figure}_r"], rtol=1e-8, atol=1e-12, equal_nan=True), (
            figure
        )


def test_weighted_standard_deviations_equal_those_of_r() -> None:
    expected = pd.read_csv(HERE / "spread.csv")
    weight = 0.2 + DATA["educ"] % 5 + DATA["married"]
    table = covariate_balance(DATA[COVARIATES], DATA["treat"].to_numpy(), weight.to_numpy(float))
    merged = expected.merge(table, on=["stage", "covariate"], suffixes=("_r", ""))
    assert len(merged) == 8
    for figure in ("treated_sd", "control_sd"):
        assert np.allclose(merged[figure], merged[f"{figure}_r"], rtol=1e-12), figure
