"""What holds of every study: order and names do not matter, the design is blind, every table has its columns."""

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.protocol import Protocol
from analytics.stages.variant import with_settings

DESIGN = (
    "cohort_flow", "analysis_set", "propensity_score", "propensity_model", "propensity_diagnostic", "matched_set",
    "matching_loss", "balancing_weight", "weight_summary", "covariate_balance", "balance_gate",
)  # fmt: skip
Marts = dict[str, pd.DataFrame]


@pytest.fixture
def results(protocol: Protocol, marts: Marts) -> Marts:
    return study.run(protocol, marts)


def same(one: Marts, other: Marts, tables: tuple[str, ...] | None = None) -> None:
    for name in tables or tuple(one):
        pd.testing.assert_frame_equal(one[name], other[name], check_exact=True, obj=name)


def test_the_order_of_rows_changes_no_bit_of_any_table(
    protocol: Protocol, marts: Marts, results: Marts
) -> None:
    shuffled = {name: frame.sample(frac=1, random_state=5) for name, frame in marts.items()}
    same(results, study.run(protocol, shuffled))


def test_other_names_of_the_subjects_change_no_estimate(
    protocol: Protocol, marts: Marts, results: Marts
) -> None:
    order = np.random.default_rng(2).permutation(len(marts["adsl"]))
    names = dict(zip(marts["adsl"]["USUBJID"], [f"X{i:04d}" for i in order], strict=True))
    renamed = {name: frame.assign(USUBJID=frame["USUBJID"].map(names)) for name, frame in marts.items()}
    other = study.run(protocol, renamed)
    for name in (
        "effect_estimate",
        "cox_coefficient",
        "survival_curve",
        "survival_summary",
        "covariate_balance",
    ):
        pd.testing.assert_frame_equal(results[name], other[name], rtol=1e-9, obj=name)
    pairs = {name: _pairs(tables) for name, tables in (("as before", results), ("renamed", other))}
    assert {frozenset(map(names.get, pair)) for pair in pairs["as before"]} == pairs["renamed"]


def test_the_design_does_not_see_outcomes(protocol: Protocol, marts: Marts, results: Marts) -> None:
    rng = np.random.default_rng(8)
    other = marts["adtte"].assign(
        AVAL=rng.integers(1, 900, len(marts["adtte"])), CNSR=1 - marts["adtte"]["CNSR"]
    )
    changed = study.run(protocol, {**marts, "adtte": other})
    same(results, changed, DESIGN)
    assert not changed["effect_estimate"]["estimate"].equals(results["effect_estimate"]["estimate"])


def test_days_counted_in_another_unit_rescale_times_alone(
    protocol: Protocol, marts: Marts, results: Marts
) -> None:
    doubled = {**marts, "adtte": marts["adtte"].assign(AVAL=marts["adtte"]["AVAL"] * 2)}
    horizon = protocol.primary.model_dump() | {"horizon_days": 600, "milestones_days": [300, 600]}
    other = study.run(Protocol.model_validate(protocol.model_dump() | {"endpoint": [horizon]}), doubled)
    one, two = results["effect_estimate"], other["effect_estimate"]
    times = one["measure"] == "rmst_difference"
    np.testing.assert_allclose(two.loc[~times, "estimate"], one.loc[~times, "estimate"], rtol=1e-9)
    np.testing.assert_allclose(two.loc[times, "estimate"], 2 * one.loc[times, "estimate"], rtol=1e-9)


def test_every_stage_makes_what_it_declares_also_where_nothing_can_be_made(
    protocol: Protocol, marts: Marts
) -> None:
    full = study.run(protocol, marts)
    few = marts["adsl"]["USUBJID"].isin(marts["adsl"].query("TRT01PN == 1")["USUBJID"].head(3)) | (
        marts["adsl"]["TRT01PN"] == 0
    )
    nobody = marts["adsl"]["TRT01PN"] == 0
    for adsl in (marts["adsl"][few], marts["adsl"][nobody], marts["adsl"].iloc[:0]):
        poor = study.run(protocol, {**marts, "adsl": adsl})
        assert set(poor) == set(full)
        for name, frame in full.items():
            assert set(poor[name].columns) == set(frame.columns), name
        effects = poor["effect_estimate"]
        assert effects["estimate"].isna().all()
        assert effects["note"].str.contains("fewer than 8 subjects in an arm").all()


def test_a_study_without_safety_files_says_so_and_still_shows_exposure(results: Marts) -> None:
    assert "no adverse events were given" in results["ae_exclusion"]["reason"].iloc[0]
    assert results["ae_overview"].empty
    assert set(results["exposure_summary"]["arm"]) == {"Drug", "Placebo"}
    assert results["dose_response"]["note"].tolist() == ["no injections were given (adex)"]


def test_imputation_sees_outcomes_and_the_score_only_what_is_completed(
    protocol: Protocol, marts: Marts
) -> None:
    tables = study.run(with_settings(protocol, propensity={"missing": "impute"}), marts)
    imputed = tables["imputed_covariate"]
    assert sorted(imputed["imputation"].unique()) == [1, 2]
    assert imputed["covariate"].unique().tolist() == ["AGE"]
    assert len(imputed) == 2 * marts["adsl"]["AGE"].isna().sum()
    assert (tables["propensity_score"].groupby("imputation").size() == len(marts["adsl"])).all()
    matched = tables["effect_estimate"].query("specification == 'matched'")
    assert (matched["n_imputation"] == 2).all()


def _pairs(tables: Marts) -> set[frozenset]:
    return {frozenset(pair) for _, pair in tables["matched_set"].groupby("set_id")["usubjid"]}
