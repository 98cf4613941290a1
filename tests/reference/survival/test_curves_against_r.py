"""Kaplan–Meier, Nelson–Aalen, quantiles, restricted means and log-rank tests equal R's survival 3.8 (``curves.R``)."""

from typing import Any

import numpy as np
import pytest

from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.log_rank import log_rank
from analytics.survival.nelson_aalen import nelson_aalen
from analytics.survival.records import Records
from analytics.survival.rmst import restricted_mean
from tests.reference.survival.expected import assert_equal_to_r, cases, data_set, has, terms, values


def curve_arguments(case: str) -> tuple[Records, str]:
    """Records and confidence type of the curve that R made under this name."""
    name, _, conf_type = case.partition("_")
    conf_type = next((kind for kind in ("log-log", "plain", "log") if conf_type.endswith(kind)), "log-log")
    if name == "noisy":
        stop = np.tile([0.1 + 0.2, 0.3, 0.3 + 1e-10, 0.7, 0.1 * 7], 3)
        return Records(stop, np.tile([1, 1, 0, 1, 0], 3)), conf_type
    data = data_set(name)
    stop, event = {
        "lung": ("time", "event"),
        "ovarian": ("futime", "fustat"),
        "heart": ("stop", "event"),
        "mgus": ("stop", "death"),
        "pbc": ("time", "event"),
    }.get(name, ("time", "status"))
    given: dict[str, Any] = {}
    if name in ("heart", "mgus"):
        given["entry"] = data["start"]
    if "weighted" in case or case in ("heart_cluster", "rats_litter"):
        given["weight"] = data["w"]
    if case == "veteran_whole_weights":
        given["weight"] = data["prior"] / 10 + 1
    if "cluster" in case:
        given["cluster"] = data["id"]
    if case == "rats_litter":
        given["cluster"] = data["litter"]
    times = np.round(data[stop] / 365.25) if name == "pbc" else data[stop]
    return Records(times, data[event], **given), conf_type


CURVES = cases("curves", "survival")


@pytest.mark.parametrize("case", CURVES)
def test_curve_equals_survfit(case: str) -> None:
    records, conf_type = curve_arguments(case)
    curve = kaplan_meier(records, conf_type=conf_type)
    at = np.searchsorted(curve.time, values("curves", case, "time") - 1e-9)
    for name in ("time", "n_risk", "n_event", "n_censor", "survival", "std_error", "ci_lower", "ci_upper"):
        assert_equal_to_r(getattr(curve, name)[at], values("curves", case, name))


@pytest.mark.parametrize("case", CURVES)
def test_quantiles_and_their_limits_equal_quantile_survfit(case: str) -> None:
    records, conf_type = curve_arguments(case)
    curve = kaplan_meier(records, conf_type=conf_type)
    ours = np.array([curve.quantile(float(p)) for p in terms("curves", case, "quantile")])
    for column, name in enumerate(("quantile", "quantile_lower", "quantile_upper")):
        assert_equal_to_r(ours[:, column], values("curves", case, name))


@pytest.mark.parametrize("case", CURVES)
def test_cumulative_hazard_equals_survfit(case: str) -> None:
    records, _ = curve_arguments(case)
    hazard = nelson_aalen(records)
    at = np.searchsorted(hazard.time, values("curves", case, "time") - 1e-9)
    assert_equal_to_r(hazard.cumulative_hazard[at], values("curves", case, "cumulative_hazard"))
    assert_equal_to_r(hazard.std_error[at], values("curves", case, "hazard_std_error"))


@pytest.mark.parametrize("case", cases("curves", "rmst"))
def test_restricted_mean_and_its_error_equal_survfit(case: str) -> None:
    records, _ = curve_arguments(case)
    mean, error = restricted_mean(kaplan_meier(records), float(terms("curves", case, "rmst")[0]))
    assert_equal_to_r(mean, values("curves", case, "rmst"))
    assert_equal_to_r(error, values("curves", case, "rmst_std_error"))


def log_rank_arguments(case: str) -> tuple[Records, Any]:
    """Records and groups of the test that R made under this name."""
    name = case.split("_")[2]
    data = data_set(name)
    if name == "lung":
        if "strata" in case:
            known = data["inst"].notna()
            data = data[known]
            return Records(data["time"], data["event"], strata=data["inst"]), data["sex"]
        return Records(data["time"], data["event"]), data["ph.ecog"]
    if name == "kidney":
        return Records(data["time"], data["status"], strata=data["id"]), data["time"] % 2
    return Records(data["time"], data["status"]), data["rx" if name == "colon" else "celltype"]


@pytest.mark.parametrize("case", [case for case in cases("curves", "observed")])
def test_log_rank_family_equals_survdiff(case: str) -> None:
    records, group = log_rank_arguments(case)
    rho = float(case.rsplit("_", 1)[1])
    test = log_rank(records, group, family="fleming_harrington", rho=rho)
    assert_equal_to_r(test.statistic, values("curves", case, "statistic"))
    assert_equal_to_r(test.p_value, values("curves", case, "p_value"))
    # survdiff numbers groups by their order of appearance in some versions: compare as sets
    assert_equal_to_r(sorted(test.observed), np.sort(values("curves", case, "observed")))
    assert_equal_to_r(sorted(test.expected), np.sort(values("curves", case, "expected")))


@pytest.mark.parametrize("stratified", [False, True])
def test_log_rank_with_delayed_entry_is_the_score_test_of_cox(stratified: bool) -> None:
    data = data_set("mgus").copy()
    # the ranks that R's order(order(stop)) gives
    rank = np.argsort(np.argsort(data["stop"].to_numpy(), kind="stable"), kind="stable") + 1
    stop = data["stop"] + rank * 1e-3
    known = data["hgb"].notna() if stratified else data["stop"].notna()
    strata = (data["hgb"] > 13)[known] if stratified else None
    records = Records(stop[known], data["death"][known], entry=data["start"][known], strata=strata)
    test = log_rank(records, data["sex"][known])
    case = "log_rank_delayed_strata" if stratified else "log_rank_delayed"
    assert not has("curves", case, "observed")
    assert_equal_to_r(test.statistic, values("curves", case, "statistic"))
