"""Accelerated failure time equals R's survreg, and with delayed entry the definition maximised in R (``accelerated.R``)."""

import numpy as np
import pytest

from analytics.survival.accelerated import fit_accelerated
from analytics.survival.log_time import DISTRIBUTIONS
from analytics.survival.records import Records
from tests.reference.survival.expected import assert_equal_to_r, cases, data_set, has, values

# data set, stop, event, treated where this column has this value, and fields of the records naming columns
MODELS: dict[str, tuple[str, str, str, str, object, dict[str, str]]] = {
    "lung": ("lung", "time", "event", "sex", 2, {}),
    "lung_weighted": ("lung", "time", "event", "sex", 2, {"weight": "w"}),
    "veteran": ("veteran", "time", "status", "trt", 2, {}),
    "colon": ("colon", "time", "status", "rx", "Lev+5FU", {}),
    "ovarian": ("ovarian", "futime", "fustat", "rx", 2, {}),
    "pbc": ("pbc", "time", "event", "trt", 1, {}),
    "kidney_subjects": ("kidney", "time", "status", "sex", 2, {"weight": "w", "cluster": "id"}),
    "rats_litters": ("rats", "time", "status", "rx", 1, {"cluster": "litter"}),
    "lung_again": ("lung", "time", "event", "sex", 2, {"weight": "w"}),
    "mgus_delayed": ("mgus", "stop", "death", "sex", "male", {"entry": "start"}),
    "cgd_delayed": ("cgd", "tstop", "status", "treat", "rIFN-g", {"entry": "tstart", "weight": "w", "cluster": "id"}),
}  # fmt: skip
CASES = [f"{model}_{distribution}" for model in MODELS for distribution in DISTRIBUTIONS]


def fitted(case: str):
    model, _, distribution = case.rpartition("_")
    name, stop, event, column, value, fields = MODELS[model]
    data = data_set(name)
    data = data[data[column].notna()].reset_index(drop=True)
    if model == "mgus_delayed":
        data = data.assign(stop=data["stop"] / 365.25, start=data["start"] / 365.25)
    records = Records(data[stop], data[event], **{key: data[of] for key, of in fields.items()})
    return fit_accelerated(records, (data[column] == value).astype(int), distribution)


def test_every_model_that_r_fitted_is_compared() -> None:
    assert set(cases("accelerated", "coefficient")) == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_parameters_variances_and_likelihood_equal_survreg(case: str) -> None:
    fit = fitted(case)
    assert fit.note is None
    assert_equal_to_r(fit.coefficient, values("accelerated", case, "coefficient"), relative=1e-7)
    assert_equal_to_r(fit.log_likelihood, values("accelerated", case, "log_likelihood"), relative=1e-9)
    for quantity in ("covariance", "robust_covariance"):
        theirs = values("accelerated", case, quantity).reshape(3, 3)
        errors = np.sqrt(np.diag(theirs))
        ours = getattr(fit, quantity)
        np.testing.assert_allclose(
            ours / np.outer(errors, errors), theirs / np.outer(errors, errors), atol=1e-5
        )


@pytest.mark.parametrize("case", [case for case in CASES if has("accelerated", case, "survival")])
def test_the_curves_of_both_arms_equal_psurvreg(case: str) -> None:
    fit, days = fitted(case), values("accelerated", case, "times")
    ours = [fit.survival(days, arm) for arm in (0, 1)]
    assert_equal_to_r(ours, values("accelerated", case, "survival"), relative=1e-6)


def test_the_best_by_aic_is_that_of_survreg() -> None:
    ours = {name: fitted(f"lung_{name}").aic for name in DISTRIBUTIONS}
    theirs = {
        name: 6 - 2 * values("accelerated", f"lung_{name}", "log_likelihood")[0] for name in DISTRIBUTIONS
    }
    assert ours == pytest.approx(theirs)
    assert min(ours, key=ours.__getitem__) == "weibull"
