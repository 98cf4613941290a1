"""Scores equal R's glm and glmnet (expected values printed by propensity.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.propensity.model import fit_propensity

HERE = Path(__file__).parent
DATA = HERE.parent / "matching"
CASES = {
    "lalonde": ("treat", ["age", "educ", "race", "married", "nodegree", "re74", "re75"]),
    "rotterdam": ("hormon", ["age", "meno", "size", "grade", "nodes", "pgr", "er"]),
    "birthwt": ("smoke", ["age", "lwt", "race", "ptl", "ht", "ui", "ftv"]),
}
COEFFICIENTS = pd.read_csv(HERE / "glm_coefficients.csv")
FITS = pd.read_csv(HERE / "glm_fits.csv").set_index("case")
PENALISED = pd.read_csv(HERE / "glmnet_coefficients.csv")


@pytest.mark.parametrize("case", CASES)
def test_logistic_score_equals_glm(case: str) -> None:
    treatment, columns = CASES[case]
    data = pd.read_csv(DATA / f"{case}.csv")
    model = fit_propensity(data[columns], data[treatment].to_numpy())
    expected = COEFFICIENTS[COEFFICIENTS["case"] == case]
    assert [term.replace("=", "", 1) for term in model.terms] == list(expected["term"])
    assert np.allclose(model.coefficient, expected["coefficient"], rtol=1e-8)
    assert np.allclose(model.standard_error, expected["standard_error"], rtol=1e-8)
    assert np.allclose(model.logit, data["logit"], rtol=1e-8)
    assert model.auc == pytest.approx(FITS.loc[case, "auc"], rel=1e-12)


@pytest.mark.parametrize("kind", ["ridge", "lasso"])
@pytest.mark.parametrize("penalty", [0.002, 0.02, 0.1])
@pytest.mark.parametrize("case", CASES)
def test_penalised_score_equals_glmnet(case: str, kind: str, penalty: float) -> None:
    treatment, columns = CASES[case]
    data = pd.read_csv(DATA / f"{case}.csv")
    model = fit_propensity(data[columns], data[treatment].to_numpy(), kind=kind, penalty=penalty)
    rows = PENALISED.query("case == @case and kind == @kind and penalty == @penalty")
    assert np.allclose(model.coefficient, rows["coefficient"], rtol=1e-6, atol=1e-9)
    assert np.isnan(model.standard_error).all()
