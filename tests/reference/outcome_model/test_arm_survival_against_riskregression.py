"""Survival of both arms equals R's `riskRegression::ate` (expected values printed by ate.R, riskRegression 2022.11.28).

Without tied days all three estimators and their errors are the same to rounding. With ties those of g-computation still are.
R's others are not to be equalled: who died on a day counts there as at risk to be censored on it, and its doubly robust
estimate lies at 0.28 where its own two others lie at 0.46 and 0.48, and at 0.44 once the ties are broken. Ours are held
against ties broken. Errors under ties are ours by the jackknife (`tests/unit/outcome_model`), and near R's.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.outcome_model.arm_survival import ArmSurvival
from analytics.outcome_model.methods import METHODS
from analytics.outcome_model.nuisances import fit_nuisances
from analytics.outcome_model.target import TARGETS

HERE = Path(__file__).parent
EXPECTED = pd.read_csv(HERE / "ate.csv")
NAMES = {"g_computation": "GFORMULA", "weighted": "IPTW", "doubly_robust": "AIPTW"}
DAYS = {"untied": (1000.0, 2000.0, 3000.0), "tied": (10.0, 20.0, 30.0)}


def found(data: str, method: str) -> ArmSurvival:
    frame = pd.read_csv(HERE / f"melanoma_{data}.csv").astype(float)
    models = fit_nuisances(
        frame["time"].to_numpy(), frame["dead"].to_numpy() == 1, frame["trt"].to_numpy(), frame[["age", "thick"]],
        frame[["age", "sexm"]], frame[["age", "sexm"]], by_arm=False,
    )  # fmt: skip
    return METHODS[method](models, TARGETS["ate"], np.array(DAYS[data]))


def expected(data: str, method: str, arm: str) -> pd.DataFrame:
    mine = (EXPECTED["data"] == data) & (EXPECTED["estimator"] == NAMES[method]) & (EXPECTED["arm"] == arm)
    return EXPECTED[mine].sort_values("time")


@pytest.mark.parametrize("method", NAMES)
def test_without_ties_estimates_and_errors_are_those_of_r(method: str) -> None:
    ours = found("untied", method)
    for arm in (0, 1):
        theirs = expected("untied", method, str(arm))
        assert 1 - ours.survival[arm] == pytest.approx(theirs["estimate"].to_numpy(), abs=1e-9)
        assert np.sqrt((ours.influence[arm] ** 2).sum(axis=1)) == pytest.approx(
            theirs["se"].to_numpy(), rel=1e-9
        )
    difference, error = ours.difference()
    theirs = expected("untied", method, "difference")
    assert -difference == pytest.approx(theirs["estimate"].to_numpy(), abs=1e-9)
    assert error == pytest.approx(theirs["se"].to_numpy(), rel=1e-9)


def test_with_ties_predictions_are_those_of_r() -> None:
    ours = found("tied", "g_computation")
    for arm in (0, 1):
        theirs = expected("tied", "g_computation", str(arm))
        assert 1 - ours.survival[arm] == pytest.approx(theirs["estimate"].to_numpy(), abs=1e-9)
        error = np.sqrt((ours.influence[arm] ** 2).sum(axis=1))
        assert error == pytest.approx(theirs["se"].to_numpy(), rel=0.04)


@pytest.mark.parametrize("method", NAMES)
def test_with_ties_estimates_are_near_those_of_ties_broken(method: str) -> None:
    ours = found("tied", method)
    for arm in (0, 1):
        broken = expected("broken", method, str(arm))
        assert 1 - ours.survival[arm] == pytest.approx(broken["estimate"].to_numpy(), abs=0.007)
        assert np.sqrt((ours.influence[arm] ** 2).sum(axis=1)) == pytest.approx(
            broken["se"].to_numpy(), rel=0.04
        )
