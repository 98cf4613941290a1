"""Weights equal their formulas in R, entropy balancing equals raking calibration (printed by weighting.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.weighting.balancing import balancing_weights, effective_sample_size
from analytics.weighting.entropy import entropy_balance
from analytics.weighting.scheme import SCHEMES

HERE = Path(__file__).parent
DATA = pd.read_csv(HERE.parent / "matching" / "lalonde.csv", float_precision="round_trip")
WEIGHTS = pd.read_csv(HERE / "weights.csv")
SIZES = pd.read_csv(HERE / "effective_sample_size.csv").set_index("scheme")
TREATED = DATA["treat"].to_numpy()


def weights_of(scheme: str) -> np.ndarray:
    tilt = SCHEMES[scheme].tilt
    if tilt is None:
        covariates = DATA[["age", "educ", "race", "married", "nodegree", "re74", "re75"]]
        return entropy_balance(covariates, TREATED).weights
    return balancing_weights(TREATED, 1 / (1 + np.exp(-DATA["logit"].to_numpy())), tilt)


@pytest.mark.parametrize("scheme", SIZES.index)
def test_weights_and_effective_sample_size_equal_r(scheme: str) -> None:
    weights = weights_of(scheme)
    tolerance = 1e-6 if scheme == "entropy" else 1e-8
    assert np.allclose(weights, WEIGHTS[scheme], rtol=tolerance)
    for arm, code in (("treated", 1), ("control", 0)):
        size = effective_sample_size(weights[code == TREATED])
        assert size == pytest.approx(SIZES.loc[scheme, arm], rel=tolerance)
