"""Sensitivity stages: the same pipeline under other choices, and only under choices the data have."""

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.protocol import Protocol
from analytics.stages import sensitivity
from analytics.stages.falsification import falsification_rows
from analytics.stages.variant import no_variant, with_settings

Marts = dict[str, pd.DataFrame]


def test_the_curve_holds_the_headline_and_no_choice_the_data_lack(protocol: Protocol, marts: Marts) -> None:
    curve_too = with_settings(protocol, sensitivity={"specification_curve": True})
    results = study.run(curve_too, marts)
    curve = results["specification_curve"]
    headline = (
        results["effect_estimate"].query("specification == 'matched' and measure == 'hazard_ratio'").iloc[0]
    )
    own = curve.query("is_protocol == 'Y' and specification == 'matched'")
    assert own["estimate"].tolist() == [headline["estimate"]]
    assert curve["time_zero"].unique().tolist() == ["first_injection"]
    assert curve["vital_status_rule"].unique().tolist() == ["EXCL_90"]
    assert not curve.duplicated(["specification", "matching", "caliper", "missing"]).any()
    assert curve["number"].tolist() == list(range(1, len(curve) + 1))
    assert curve["estimate"].dropna().is_monotonic_increasing


def test_rules_and_time_zeros_are_varied_where_the_data_have_them(protocol: Protocol, marts: Marts) -> None:
    rules = ("EXCL_0", "EXCL_90", "EXCL_INF", "LASTVIS_0", "LASTVIS_90", "LASTVIS_INF")
    origins = {"FIRST_INJECTION": 1, "HARVEST": 1, "TRIAL_BASELINE": 0}
    arm = marts["adsl"].set_index("USUBJID")["TRT01PN"]
    parts = [
        marts["adtte"][marts["adtte"]["USUBJID"].map(arm) == value].assign(ORIGIN=origin, VSRULE=rule)
        for origin, value in origins.items()
        for rule in rules
    ]
    varied = {**marts, "adtte": pd.concat(parts, ignore_index=True)}
    curve_too = with_settings(protocol, sensitivity={"specification_curve": True, "windows_days": [0, 90]})
    results = study.run(curve_too, varied)
    curve = results["specification_curve"]
    assert set(curve["time_zero"]) == {"first_injection", "harvest"}
    assert set(curve["vital_status_rule"]) == {"EXCL_30", "EXCL_90", "EXCL_INF"}
    rows = results["sensitivity"]
    windows = rows[rows["analysis"] == "vital_status_window"]
    assert set(windows["parameter_value"]) == {0.0, 90.0}
    assert windows["estimate"].notna().all()


def test_only_pairs_with_replacement_are_called_so(protocol: Protocol, marts: Marts) -> None:
    again = with_settings(protocol, matching={"replace": True}, sensitivity={"specification_curve": True})
    curve = study.run(again, marts)["specification_curve"].query("specification == 'matched'")
    assert set(curve["matching"]) == {"nearest", "optimal", "nearest with replacement"}
    plain = curve[curve["matching"].isin(["nearest", "optimal"])]
    assert (plain["n_control"] == plain["n_treated"]).all()


def test_calipers_are_not_varied_where_none_is_taken(protocol: Protocol, marts: Marts) -> None:
    exact = with_settings(protocol, matching={"method": "exact", "exact": ["SITE"]})
    rows = study.run(exact, marts)["sensitivity"].query("analysis == 'caliper'")
    assert rows["note"].tolist() == ['not made: matching.method = "exact" takes no caliper']
    assert rows["estimate"].isna().all()


def test_riluzole_in_words_costs_its_own_row(protocol: Protocol, marts: Marts) -> None:
    rng = np.random.default_rng(2)
    words = rng.choice(["Y", "N", None], len(marts["adsl"]))
    named = with_settings(protocol, propensity={"covariates": ["AGE", "RILUZOLE"]})
    rows = study.run(named, {**marts, "adsl": marts["adsl"].assign(RILUZOLE=words)})["sensitivity"]
    assert rows.query("analysis == 'delta_riluzole'")["note"].tolist() == [
        "not made: RILUZOLE is not coded 1 and 0"
    ]
    assert {"e_value", "caliper"} <= set(rows["analysis"])


def test_an_arm_that_is_compared_falsifies_nothing(protocol: Protocol, three_arms: Marts) -> None:
    swapped = with_settings(protocol, treatment={"treated_value": 2, "falsification_value": 2})
    assert falsification_rows(swapped, three_arms) == []


def test_without_rules_the_vital_status_row_says_why_it_is_null(protocol: Protocol, marts: Marts) -> None:
    rows = study.run(protocol, marts)["sensitivity"]
    window = rows[rows["analysis"] == "vital_status_window"]
    assert window["estimate"].isna().all()
    assert "no VSRULE" in window["note"].iloc[0]
    assert {"e_value", "rosenbaum", "caliper"} <= set(rows["analysis"])


@pytest.fixture
def three_arms(marts: Marts) -> Marts:
    adsl = marts["adsl"].assign(TRT01PN=np.arange(len(marts["adsl"])) % 3, SOURCE="TRIAL")
    adsl["SOURCE"] = adsl["SOURCE"].mask(adsl.index % 10 == 0, "OTHER")
    return {**marts, "adsl": adsl}


@pytest.mark.parametrize(("own", "other"), [("earliest", "latest"), ("latest", "earliest")])
def test_the_other_reading_of_deaths_in_doubt_is_the_one_that_is_varied(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch, own: str, other: str
) -> None:
    read: list[str] = []
    monkeypatch.setattr(
        sensitivity, "refollowed", lambda p, tables: read.append(p.vital_status.death_dates) or tables
    )
    monkeypatch.setattr(sensitivity, "headline", lambda p, tables, name: no_variant(name, "not asked"))
    rows = sensitivity._dates_in_doubt(with_settings(protocol, vital_status={"death_dates": own}), marts)
    assert read == [other]
    assert [row["scenario"] for row in rows if row["analysis"] == "death_dates"] == [
        f"deaths in doubt on their {other} day"
    ] * 2


def test_the_row_without_subjects_whose_status_is_not_recorded_leaves_them_out(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_out: list[str] = []
    ruled = {**marts, "adtte": marts["adtte"].assign(VSRULE="EXCL_90")}

    def rerun(varied: Protocol, tables: Marts, names: tuple[str, ...]) -> list:
        left_out.append(varied.vital_status.not_recorded)
        return [no_variant(name, "not asked") for name in names]

    monkeypatch.setattr(sensitivity, "rerun", rerun)
    for name in ("refollowed", "own_or_designed"):
        monkeypatch.setattr(sensitivity, name, lambda *given: ruled)
    monkeypatch.setattr(sensitivity, "headline", lambda p, tables, name: no_variant(name, "not asked"))
    monkeypatch.setattr(sensitivity, "_not_recorded", lambda *given: [])
    assert protocol.vital_status.not_recorded != "exclude"
    sensitivity._vital_status(protocol, ruled)
    assert left_out == ["exclude"]


def test_falsification_compares_the_other_arm_with_the_same_controls(
    protocol: Protocol, three_arms: Marts
) -> None:
    active = with_settings(protocol, treatment={"falsification_value": 2})
    crude, matched = falsification_rows(active, three_arms)
    usual = study.run(active, three_arms)
    complete = three_arms["adsl"].query("TRT01PN in (0, 2)")
    assert crude["n"] == len(complete)
    assert (crude["specification"], matched["specification"]) == ("crude", "matched")
    assert np.isfinite([crude["estimate"], matched["estimate"]]).all()
    shown = usual["sensitivity"].query("analysis == 'falsification'")
    assert shown["estimate"].tolist() == [crude["estimate"], matched["estimate"]]
    assert crude["estimate"] != usual["effect_estimate"]["estimate"].iloc[0]


def test_criteria_of_controls_hold_for_both_arms_of_a_falsification(
    protocol: Protocol, three_arms: Marts
) -> None:
    criteria = [
        {"name": "trial", "where": "SOURCE = 'TRIAL'", "arm": "control"},
        {"name": "never", "where": "AGE < 0", "arm": "treated"},
    ]
    active = with_settings(protocol, treatment={"falsification_value": 2}, population={"criteria": criteria})
    crude, _ = falsification_rows(active, three_arms)
    assert crude["n"] == len(three_arms["adsl"].query("TRT01PN in (0, 2) and SOURCE == 'TRIAL'"))


def test_no_such_arm_no_falsification(protocol: Protocol, marts: Marts) -> None:
    assert falsification_rows(with_settings(protocol, treatment={"falsification_value": 2}), marts) == []
    assert falsification_rows(with_settings(protocol, treatment={"falsification_value": None}), marts) == []


def test_a_score_that_cannot_be_fitted_is_a_null_variant_with_the_covariate(
    protocol: Protocol, three_arms: Marts
) -> None:
    other = three_arms["adsl"]["TRT01PN"] == 2
    perfect = {
        **three_arms,
        "adsl": three_arms["adsl"].assign(SCORE=three_arms["adsl"]["SCORE"].mask(other, 999.0)),
    }
    active = with_settings(protocol, treatment={"falsification_value": 2})
    rows = falsification_rows(active, perfect)
    assert [bool(np.isnan(row["estimate"])) for row in rows] == [False, True], "the crude one needs no score"
    assert "SCORE" in str(rows[1]["note"])


def test_sensitivity_has_its_columns_and_kinds(protocol: Protocol, marts: Marts) -> None:
    made = study.run(protocol, marts)["sensitivity"]
    assert sensitivity.MAKES == ("sensitivity",)
    assert made["estimate"].dtype == np.float64
    assert made["analysis"].notna().all()
