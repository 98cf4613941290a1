"""Scores equal R's glm and glmnet (expected values printed by propensity.R and spline.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.cohort.splines import spline_knots, with_splines
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
SPLINES = {
    "lalonde": ("treat", ["age", "educ", "race", "married", "nodegree"]),
    "rotterdam": ("hormon", ["age", "er", "meno", "size", "grade"]),
}
"""Cases with splines in their first two columns."""
WITH_SPLINES = pd.read_csv(HERE / "glm_splines.csv").set_index(["case", "knots"])
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


@pytest.mark.parametrize(
    ("kind", "mixing"), [("ridge", 0.0), ("lasso", 1.0), ("elastic_net", 0.3), ("elastic_net", 0.5)]
)
@pytest.mark.parametrize("penalty", [0.002, 0.02, 0.1])
@pytest.mark.parametrize("case", CASES)
def test_penalised_score_equals_glmnet(case: str, kind: str, mixing: float, penalty: float) -> None:
    treatment, columns = CASES[case]
    data = pd.read_csv(DATA / f"{case}.csv")
    model = fit_propensity(
        data[columns], data[treatment].to_numpy(), kind=kind, penalty=penalty, mixing=mixing
    )
    rows = PENALISED.query("case == @case and kind == @kind and penalty == @penalty and mixing == @mixing")
    assert len(rows) == len(model.terms)
    assert np.allclose(model.coefficient, rows["coefficient"], rtol=1e-6, atol=1e-9)
    assert np.isnan(model.standard_error).all()


@pytest.mark.parametrize("number", [3, 4, 5])
@pytest.mark.parametrize("case", ["lalonde", "rotterdam"])
def test_score_with_splines_equals_glm_with_natural_splines(case: str, number: int) -> None:
    """Expected values printed by spline.R: another basis of the same curves, so that what is fitted is equal."""
    treatment, columns = SPLINES[case]
    data = pd.read_csv(DATA / f"{case}.csv")
    bent = with_splines(data[columns], spline_knots(data, columns[:2], number))
    assert len(bent.columns) == len(columns) + 2 * (number - 2)
    model = fit_propensity(bent, data[treatment].to_numpy())
    expected = WITH_SPLINES.loc[case, number]
    treated = data[treatment].to_numpy() == 1
    log_likelihood = np.log(np.where(treated, model.propensity, 1 - model.propensity)).sum()
    assert log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-10)
    assert model.logit[[0, -1]] == pytest.approx(expected[["first_logit", "last_logit"]], rel=1e-6)
