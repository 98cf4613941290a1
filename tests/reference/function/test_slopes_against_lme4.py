"""The mixed model of slopes equals lme4's by REML (values printed by slopes.R, lme4 1.1-31), and statsmodels' beside it.

`als` is made by a mechanism that is not the model's, with irregular visits and dropout; `chick` and `orthodont` are public.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.function.mixed_model import SlopeFit, fit_slopes
from analytics.function.scores import Scores
from analytics.function.subject_sums import SubjectSums

HERE = Path(__file__).parent
EXPECTED = pd.read_csv(HERE / "slopes.csv").set_index(["data", "quantity"])["value"]
UNITS = {"als": 30.4375, "chick": 7.0, "orthodont": 1.0}


def as_scores(frame: pd.DataFrame) -> Scores:
    subjects = pd.Index(np.unique(frame["subject"]))
    start = np.searchsorted(frame["subject"], np.append(subjects, frame["subject"].max() + 1))
    return Scores(subjects, start, frame["day"].to_numpy(float), frame["score"].to_numpy(float))


def fitted(data: str, weight: int = 1) -> SlopeFit:
    frame = pd.read_csv(HERE / f"{data}.csv")
    scores = as_scores(frame)
    sums = SubjectSums.until(scores, float(frame["day"].max()), UNITS[data])
    treated = frame.groupby("subject")["treated"].first().to_numpy()
    return fit_slopes(sums, treated, np.full(len(treated), float(weight)))


@pytest.mark.parametrize("data", UNITS)
def test_it_is_that_of_lme4(data: str) -> None:
    fit = fitted(data)
    assert fit.note is None
    expected = EXPECTED[data]
    errors = np.sqrt(np.diag(fit.covariance))
    for number in range(4):
        assert fit.coefficient[number] == pytest.approx(expected[f"coefficient {number + 1}"], rel=1e-6)
        assert errors[number] == pytest.approx(expected[f"error {number + 1}"], rel=1e-5)
    (heights, both), (_, slopes) = fit.random_covariance
    assert heights == pytest.approx(expected["variance of heights"], rel=1e-4)
    assert both == pytest.approx(expected["covariance"], rel=1e-4)
    assert slopes == pytest.approx(expected["variance of slopes"], rel=1e-4)
    assert fit.residual_variance == pytest.approx(expected["residual variance"], rel=1e-4)


@pytest.mark.parametrize("data", ["als", "chick"])
def test_it_is_that_of_statsmodels(data: str) -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    frame = pd.read_csv(HERE / f"{data}.csv")
    time = frame["day"] / UNITS[data]
    x = np.column_stack([np.ones(len(frame)), frame["treated"], time, frame["treated"] * time])
    peer = MixedLM(frame["score"], x, groups=frame["subject"], exog_re=x[:, [0, 2]]).fit(reml=True)
    fit = fitted(data)
    assert fit.coefficient == pytest.approx(peer.fe_params.to_numpy(), rel=1e-3, abs=1e-3)
    assert fit.random_covariance == pytest.approx(peer.cov_re.to_numpy(), rel=2e-2)
    assert fit.residual_variance == pytest.approx(peer.scale, rel=1e-2)
