"""Cox fits, residuals and the proportional-hazards test equal R's survival 3.8 (``cox.R``)."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.survival.baseline import baseline_hazard
from analytics.survival.cox import fit_cox
from analytics.survival.cox_residuals import cox_residuals
from analytics.survival.proportional_hazards import proportional_hazards_test
from analytics.survival.records import Records
from tests.reference.survival.expected import assert_equal_to_r, cases, data_set, has, values

# data set, stop, event, covariates, and what else: fields of the records naming columns, options of the fit
MODELS: dict[str, tuple[str, str, str, list[str], dict[str, Any]]] = {
    "lung": ("lung", "time", "event", ["age", "sex", "ecog", "wt.loss"], {}),
    "lung_strata": ("lung", "time", "event", ["age", "sex"], {"strata": "inst"}),
    "lung_weighted": ("lung", "time", "event", ["age", "sex", "ecog"], {"weight": "w", "robust": True}),
    "veteran": ("veteran", "time", "status", ["trt", "celltype", "karno", "diagtime", "age", "prior"], {}),
    "colon": ("colon", "time", "status", ["rx", "sex", "age", "obstruct", "nodes", "differ"], {}),
    "kidney_cluster": ("kidney", "time", "status", ["age", "sex", "disease"], {"cluster": "id"}),
    "kidney_pairs": ("kidney", "time", "status", ["age"], {"strata": "id"}),
    "heart": ("heart", "stop", "event", ["age", "year", "surgery", "transplant"], {"entry": "start"}),
    "heart_cluster": (
        "heart", "stop", "event", ["age", "transplant"],
        {"entry": "start", "strata": "surgery", "weight": "w", "cluster": "id"},
    ),
    "pbc": ("pbc", "time", "event", ["age", "edema", "logbili", "albumin", "protime", "stage", "sex"], {}),
    "pbc_years": ("pbc", "years", "event", ["age", "edema", "logbili", "albumin"], {"weight": "w", "robust": True}),
    "bladder": (
        "bladder2", "stop", "event", ["rx", "size", "number"],
        {"entry": "start", "strata": "enum", "cluster": "id"},
    ),
    "cgd": (
        "cgd", "tstop", "status", ["treat", "sex", "age"], {"entry": "tstart", "cluster": "id", "weight": "w"}
    ),
    "rats": ("rats", "time", "status", ["rx", "sex"], {"cluster": "litter"}),
    "rats_litters": ("rats", "time", "status", ["rx"], {"strata": "litter", "weight": "w"}),
    "ovarian_offset": ("ovarian", "futime", "fustat", ["age", "rx"], {"offset": "shift"}),
    "mgus_delayed": ("mgus", "stop", "death", ["sex", "alb", "hgb"], {"entry": "start"}),
}  # fmt: skip
CASES = [f"{model}_{ties}" for model in MODELS for ties in ("efron", "breslow")]


def arguments(case: str) -> tuple[tuple[Records, pd.DataFrame], dict[str, Any]]:
    """Records, covariates and options of the fit that R made under this name."""
    model, ties = case.rsplit("_", 1)
    name, stop, event, covariates, options = MODELS[model]
    data = data_set(name).copy()
    if name == "lung":
        data["ecog"] = data["ph.ecog"].map("{:g}".format, na_action="ignore")
    if name == "pbc":
        data["years"] = np.round(data["time"] / 365.25)
    if name == "ovarian":
        data["shift"] = 0.3 * data["ecog.ps"]
    given = {key: data[value] if isinstance(value, str) else value for key, value in options.items()}
    fields = {key: given.pop(key) for key in ("entry", "weight", "cluster", "strata") if key in given}
    return (Records(data[stop], data[event], **fields), data[covariates]), {**given, "ties": ties}


def test_every_model_that_r_fitted_is_compared() -> None:
    assert set(cases("cox", "coefficient")) == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_coefficients_covariances_and_likelihood_equal_coxph(case: str) -> None:
    positional, options = arguments(case)
    fit = fit_cox(*positional, **options)
    assert fit.note is None
    assert_equal_to_r(fit.coefficient, values("cox", case, "coefficient"))
    assert_equal_to_r(fit.covariance, values("cox", case, "covariance"))
    assert_equal_to_r([fit.log_likelihood_null, fit.log_likelihood], values("cox", case, "log_likelihood"))
    assert (fit.robust_covariance is not None) == has("cox", case, "robust_covariance")
    if fit.robust_covariance is not None:
        assert_equal_to_r(fit.robust_covariance, values("cox", case, "robust_covariance"))


@pytest.mark.parametrize("transform", ["km", "identity", "rank", "log"])
@pytest.mark.parametrize("case", [case for case in CASES if has("cox", case, "chi2_km")])
def test_proportional_hazards_test_equals_cox_zph(case: str, transform: str) -> None:
    positional, options = arguments(case)
    options.pop("robust", None)
    table = proportional_hazards_test(*positional, transform=transform, **options)
    assert table["term"].iloc[-1] == "GLOBAL"
    assert_equal_to_r(table["chi2"], values("cox", case, f"chi2_{transform}"))
    assert_equal_to_r(table["df"], values("cox", case, f"df_{transform}"))
    assert_equal_to_r(table["p_value"], values("cox", case, f"p_{transform}"))


@pytest.mark.parametrize("kind", ["martingale", "score", "dfbeta"])
@pytest.mark.parametrize("case", CASES)
def test_residuals_equal_residuals_coxph(case: str, kind: str) -> None:
    positional, options = arguments(case)
    fit = fit_cox(*positional, **options)
    for name in ("robust", "ties"):
        options.pop(name, None)
    residuals = cox_residuals(fit, *positional, kind=kind, **options).to_numpy()
    assert_equal_to_r([(residuals**2).sum(), residuals[0, 0]], values("cox", case, kind))


@pytest.mark.parametrize("case", CASES)
def test_schoenfeld_residuals_have_the_size_of_those_of_r(case: str) -> None:
    positional, options = arguments(case)
    fit = fit_cox(*positional, **options)
    for name in ("robust", "ties"):
        options.pop(name, None)
    residuals = cox_residuals(fit, *positional, kind="schoenfeld", **options)
    assert len(residuals) == fit.n_event
    assert_equal_to_r((residuals.to_numpy() ** 2).sum(), values("cox", case, "schoenfeld")[:1])


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_predicted_survival_equals_survfit_coxph(ties: str) -> None:
    data = data_set("veteran")
    records = Records(data["time"], data["status"], weight=data["w"], strata=data["celltype"])
    covariates = data[["karno", "age"]]
    fit = fit_cox(records, covariates, ties=ties)
    baseline = baseline_hazard(fit, records, covariates)
    people, times = pd.DataFrame({"karno": [30, 80], "age": [50, 60]}), [50.0, 150.0]
    ours = [
        survival
        for person in people.to_numpy()
        for stratum in sorted(data["celltype"].unique())
        for survival in baseline.survival(person, times, stratum)[0]
    ]
    theirs = values("cox", f"veteran_baseline_{ties}", "survival")
    assert_equal_to_r(sorted(ours), np.sort(theirs))
