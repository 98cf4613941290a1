"""Cumulative incidence equals R's survfit, Fine–Gray equals cmprsk's crr (``competing.R``)."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.survival.competing_risks import aalen_johansen
from analytics.survival.fine_gray import fine_gray
from analytics.survival.records import Records
from tests.reference.survival.expected import assert_equal_to_r, cases, data_set, values


def mgus2() -> pd.DataFrame:
    return data_set("mgus2").dropna(subset=["age", "male", "hgb", "creat"])


def pbc() -> pd.DataFrame:
    data = data_set("pbc").copy()
    data["years"] = np.round(data["time"] / 365.25, 1)
    return data


def incidence_arguments(case: str) -> tuple[Records, dict[str, Any]]:
    """Records and options of the curves that R made under this name."""
    if case == "pbc":
        data = pbc()
        return Records(data["years"], data["status"]), {"conf_type": "log"}
    data = mgus2()
    if case == "mgus2_delayed":
        begin = data["age"] * 12
        return Records(begin + data["etime"], data["cause"], entry=begin), {}
    given: dict[str, dict[str, Any]] = {
        "mgus2": {},
        "mgus2_weighted": {"weight": data["w"]},
        "mgus2_cluster": {"cluster": np.floor(data["age"])},
    }
    options = {"conf_type": "plain"} if case == "mgus2_cluster" else {}
    return Records(data["etime"], data["cause"], **given[case]), options


@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize("case", cases("competing", "time"))
def test_cumulative_incidence_equals_survfit(case: str, cause: int) -> None:
    records, options = incidence_arguments(case)
    curve = aalen_johansen(records, **options)[cause]
    at = np.searchsorted(curve.time, values("competing", case, "time") - 1e-9)
    parts = {"pstate": "incidence", "std.err": "std_error", "lower": "ci_lower", "upper": "ci_upper"}
    for theirs, ours in parts.items():
        assert_equal_to_r(getattr(curve, ours)[at], values("competing", case, f"{theirs}_{cause}"))


@pytest.mark.parametrize("case", cases("competing", "coefficient"))
def test_fine_gray_equals_crr(case: str) -> None:
    of_cause = 2 if case.endswith("death") else 1
    if "mgus2" in case:
        data, time, cause, covariates = mgus2(), "etime", "cause", ["age", "male", "hgb", "creat"]
    else:
        data, time, cause, covariates = pbc(), "years", "status", ["age", "edema", "logbili", "albumin"]
    fit = fine_gray(Records(data[time], data[cause]), data[covariates], of_cause)
    assert fit.note is None
    assert_equal_to_r(fit.coefficient, values("competing", case, "coefficient"), 1e-6)
    assert_equal_to_r(fit.robust_covariance, values("competing", case, "robust_covariance"), 1e-6)
    assert_equal_to_r(fit.covariance, values("competing", case, "covariance"), 1e-6)
    assert_equal_to_r(
        [fit.log_likelihood_null, fit.log_likelihood], values("competing", case, "log_likelihood")
    )
