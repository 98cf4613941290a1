"""The same specification is the same number, in every table of a study."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.comparison.effect_row import headline_row
from analytics.comparison.time_ratios import MOST_IMPUTATIONS
from analytics.protocol import Protocol
from analytics.stages import imputation
from analytics.stages.variant import FEW_IMPUTATIONS, with_settings

Marts = dict[str, pd.DataFrame]
NUMBERS = ["estimate", "ci_lower", "ci_upper"]
USUAL, MOST = FEW_IMPUTATIONS + 2, FEW_IMPUTATIONS + 9
RULES = ("EXCL_0", "EXCL_90", "EXCL_INF", "LASTVIS_0", "LASTVIS_90", "LASTVIS_INF")


@pytest.fixture(
    params=["impute", "impute, more for the headline", "complete_case", "indicator"], scope="module"
)
def varied(request: pytest.FixtureRequest, protocol: Protocol) -> Protocol:
    """More imputations than variants take, and weights whose interval comes from a bootstrap."""
    missing, _, more = request.param.partition(", ")
    return with_settings(
        protocol,
        propensity={"missing": missing, "imputations": USUAL, "imputation_noise": 1e-6 if more else 0},
        sensitivity={"specification_curve": True, "windows_days": [0, 90]},
        weighting={"bootstrap_replicates": 60, "schemes": ["att", "overlap", "entropy"]},
    )


@pytest.fixture(scope="module")
def results(varied: Protocol, made_marts: Marts) -> Iterator[Marts]:
    """Made once for each protocol; tables are read by the tests and not changed."""
    adtte = pd.concat(
        [
            made_marts["adtte"].assign(ORIGIN=origin, VSRULE=rule)
            for rule in RULES
            for origin in ("FIRST_INJECTION", "TRIAL_BASELINE")
        ]
    )
    unknown = np.where(made_marts["adsl"].index % 7 == 0, "NOT RECORDED", "ALIVE")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(imputation, "MOST", MOST)
        yield study.run(varied, {"adsl": made_marts["adsl"].assign(VITSTAT=unknown), "adtte": adtte})


def test_the_protocols_own_row_of_the_curve_of_the_grid_and_of_the_bounds_is_the_headline(
    varied: Protocol, results: Marts
) -> None:
    curve = results["specification_curve"].query("is_protocol == 'Y'").set_index("specification")
    rows = results["sensitivity"]
    for name in ("crude", "matched", "att", "overlap", "entropy"):
        headline = headline_row(results["effect_estimate"], name, "OS")
        assert headline is not None
        assert curve.loc[name, NUMBERS].tolist() == headline[NUMBERS].tolist()
        assert curve.loc[name, "n_imputation"] == headline["n_imputation"]
    headline = headline_row(results["effect_estimate"], "matched", "OS")
    own = {
        "window": (rows["analysis"] == "vital_status_window")
        & (rows["parameter_value"] == 90)
        & (rows["specification"] == "matched")
        & rows["scenario"].str.endswith("left out"),
        "tipping point": (rows["analysis"] == "tipping_point") & (rows["parameter_value"] == 0),
        "caliper": (rows["analysis"] == "caliper") & (rows["parameter_value"] == varied.matching.caliper),
    }
    for what, mine in own.items():
        found = rows[mine]
        assert len(found) == (2 if what == "tipping point" else 1), what
        for row in found[NUMBERS].to_numpy():
            assert row.tolist() == headline[NUMBERS].tolist(), what
        assert (found["n_imputation"] == headline["n_imputation"]).all(), what


def test_the_curve_says_which_rows_are_one_result(results: Marts) -> None:
    curve = results["specification_curve"]
    numbers = ["estimate", "ci_lower", "ci_upper", "n_treated", "n_control", "n_event"]
    made = curve[curve["estimate"].notna()]
    assert made["same_as"].isna().sum() == len(made.drop_duplicates(numbers))
    again = made[made["same_as"].notna()]
    first = curve.set_index("number").loc[again["same_as"].astype(int), numbers].reset_index(drop=True)
    pd.testing.assert_frame_equal(again[numbers].reset_index(drop=True), first)
    assert len(again) > 0, "in these data every rule gives the same follow-up"


def test_rows_say_how_many_imputations_they_rest_on(varied: Protocol, results: Marts) -> None:
    full = _all_imputations(varied)
    few = min(full, FEW_IMPUTATIONS)
    curve = results["specification_curve"].query("specification == 'matched'")
    assert set(curve.loc[curve["missing"] == varied.propensity.missing, "n_imputation"]) == {full, few}
    rows = results["sensitivity"]
    assert set(rows.loc[rows["analysis"] == "rosenbaum", "n_imputation"]) == {1}
    assert set(rows.loc[rows["analysis"] == "vital_status_bounds", "n_imputation"]) == {full}


def _all_imputations(protocol: Protocol) -> int:
    if protocol.propensity.missing != "impute":
        return 1
    return MOST if protocol.propensity.imputation_noise else USUAL


def test_imputations_beyond_the_usual_ones_serve_the_headline_alone(varied: Protocol, results: Marts) -> None:
    full = _all_imputations(varied)
    usual = min(full, USUAL)
    effects = results["effect_estimate"].query("n_treated > 0 and specification != 'crude'")
    leads = (effects["specification"] == "matched") & (effects["measure"] == "hazard_ratio")
    leads &= effects["headline"].eq("Y") | effects["method"].str.contains("bootstrap refitting")
    assert leads.sum() == 2
    assert set(effects.loc[leads, "n_imputation"]) == {full}
    assert len(set(effects.loc[leads, "estimate"])) == 1
    fewer = effects["measure"] == "time_ratio"
    assert set(effects.loc[~leads & ~fewer, "n_imputation"]) == {usual}
    assert set(effects.loc[fewer, "n_imputation"]) == {min(usual, MOST_IMPUTATIONS)}
    assert results["matched_set"]["imputation"].nunique() == full
    for name in ("balancing_weight", "weight_summary"):
        assert results[name]["imputation"].nunique() == usual, name
    for name in ("covariate_balance", "survival_curve", "cox_coefficient"):
        table = results[name]
        if "specification" in table:
            table = table[table["specification"] != "crude"]
        assert table["n_imputation"].max() == usual, name
