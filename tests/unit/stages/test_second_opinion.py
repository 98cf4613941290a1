"""The second opinion of a study: both sides agree on it as it is, and what is in dispute is null with both numbers."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.exceptions import ConvergenceError, ConvergenceWarning
from threadpoolctl import threadpool_limits

from analytics import study
from analytics.comparison import comparison
from analytics.gaps import DISPUTED, gaps_of
from analytics.propensity import model as propensity_model
from analytics.protocol import Protocol
from analytics.second_opinion import score
from analytics.stages import second_opinion
from analytics.stages.variant import with_settings
from analytics.survival import cox, kaplan_meier
from analytics.survival.followed import Followed

Marts = dict[str, pd.DataFrame]
BOTH = r"two implementations disagree: [-.\d]+(e-\d+)?, [-.\d]+(e-\d+)? \("


@pytest.fixture
def imputed(protocol: Protocol) -> Protocol:
    """Four imputed data sets, of which three are made again."""
    return with_settings(protocol, propensity={"missing": "impute", "imputations": 4})


def opinions(protocol: Protocol, marts: Marts) -> pd.DataFrame:
    """The table of a study, up to the stage that makes it."""
    tables: Marts = dict(marts)
    for stage in study.STAGES:
        tables |= study.run_stage(stage, protocol, tables)
        if stage.name == "second_opinion":
            return tables["second_opinion"]
    raise AssertionError("no such stage")


def wrong(monkeypatch: pytest.MonkeyPatch, module: object, name: str, field: str) -> None:
    """A kernel that is one per cent off."""
    right: Callable = getattr(module, name)

    def off(*arguments: object, **named: object) -> object:
        found = right(*arguments, **named)
        more = {field: getattr(found, field) * 1.01}
        return found._replace(**more) if hasattr(found, "_replace") else replace(found, **more)

    monkeypatch.setattr(module, name, off)


def test_both_sides_agree_on_every_number_of_a_study(imputed: Protocol, marts: Marts) -> None:
    found = opinions(imputed, marts)
    assert set(found["agrees"]) == {"Y"}, found[found["agrees"] != "Y"]
    assert found["note"].isna().all()
    counted = found.groupby(["quantity", "specification"], dropna=False).size().to_dict()
    for specification, draws in (("crude", 1), ("matched", 3), ("att", 3), ("overlap", 3)):
        assert counted["log_hazard_ratio", specification] == 2 * draws
        assert counted["survival_curve", specification] == 2 * draws
        assert counted["median_days", specification] == 2 * draws
        assert counted["rmst_days", specification] == 2 * draws
    assert counted["log_rank_chi2", "matched"] == 3
    assert counted["clustered_standard_error", "matched"] == 6
    assert counted["standard_error", "crude"] == 2
    scores = found[found["quantity"] == "propensity_score"]
    assert sorted(scores["imputation"]) == [1, 2, 3]
    assert set(found["library"]) == {"lifelines", "scikit-learn", "pandas"}


@pytest.mark.parametrize("disputed", [False, True])
def test_stages_read_of_it_only_what_is_in_dispute(
    imputed: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch, disputed: bool
) -> None:
    protocol = with_settings(imputed, sensitivity={"specification_curve": True})
    if disputed:
        wrong(monkeypatch, cox, "fit_cox_arrays", "coefficient")
    tables: Marts = dict(marts)
    for stage in study.STAGES:
        made = study.run_stage(stage, protocol, tables)
        if "second_opinion" in made:
            # Also without an answer, which is no dispute.
            made["second_opinion"].loc[::7, ["agrees", "note"]] = [None, "no answer"]
            in_dispute = made["second_opinion"][made["second_opinion"]["agrees"] == "N"]
            assert in_dispute.empty != disputed
        tables |= made
        if "second_opinion" in stage.needs:
            of_these_alone = study.run_stage(stage, protocol, tables | {"second_opinion": in_dispute})
            for name, frame in made.items():
                pd.testing.assert_frame_equal(frame, of_these_alone[name], check_exact=True)


def test_theirs_are_rounded_to_a_tenth_of_the_tolerance(imputed: Protocol, marts: Marts) -> None:
    found = opinions(imputed, marts)
    steps = {"log_hazard_ratio": 6, "clustered_standard_error": 4, "survival_curve": 7, "log_rank_chi2": 7}
    for quantity, digits in steps.items():
        rows = found[(found["quantity"] == quantity) & (found["tolerance"] < 2e-3)]
        assert len(rows) > 0
        for column in ("theirs", "difference"):
            assert rows[column].tolist() == [round(value, digits) for value in rows[column]]


def test_neither_row_order_nor_threads_change_a_bit(imputed: Protocol, marts: Marts) -> None:
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in marts.items()}
    with threadpool_limits(1):
        one = opinions(imputed, marts)
    pd.testing.assert_frame_equal(one, opinions(imputed, shuffled), check_exact=True)


def test_a_wrong_cox_kernel_takes_back_what_rests_on_it_and_no_more(
    imputed: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    protocol = with_settings(imputed, sensitivity={"specification_curve": True})
    right = study.run(protocol, marts)
    wrong(monkeypatch, cox, "fit_cox_arrays", "coefficient")
    made = study.run(protocol, marts)
    effects = made["effect_estimate"]
    # Models of death and of censoring are fitted by the same code.
    ratios = effects["measure"].str.startswith("hazard_ratio") | (effects["specification"] == "modelled")
    assert effects.loc[ratios, ["estimate", "standard_error", "ci_lower", "p_value"]].isna().all(axis=None)
    assert effects.loc[ratios, "note"].str.match(BOTH).all()
    headline = effects[(effects["headline"] == "Y") & (effects["specification"] == "matched")].iloc[0]
    opinion = made["second_opinion"].query(
        "specification == 'matched' and quantity == 'log_hazard_ratio' and day.isna()"
    )
    assert headline["note"] == opinion["note"].iloc[0]
    pd.testing.assert_frame_equal(effects[~ratios], right["effect_estimate"][~ratios])
    for table in ("survival_curve", "survival_summary", "exposure_summary", "matched_set", "balance_gate"):
        pd.testing.assert_frame_equal(made[table], right[table])
    assert made["cox_coefficient"]["hazard_ratio"].isna().all()
    assert made["subgroup_effect"]["estimate"].isna().all()


def test_no_table_shows_a_number_in_dispute_by_another_way(
    imputed: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    protocol = with_settings(
        imputed,
        sensitivity={"specification_curve": True},
        matching={"refresh": "frozen"},
        monitoring={"method": "obrien_fleming", "information_events": [20, 200]},
    )
    wrong(monkeypatch, cox, "fit_cox_arrays", "coefficient")
    made = study.run(protocol, marts)
    curve = made["specification_curve"]
    assert curve["estimate"].isna().all()
    assert curve["note"].str.match(BOTH).all()
    varied = made["sensitivity"].query("measure == 'hazard_ratio'")
    assert varied["estimate"].isna().all()
    look = made["monitoring_look"].iloc[-1]
    assert look["decision"] == "refused"
    assert np.isnan(look["estimate"])
    assert "two implementations disagree" in look["note"]


def test_a_disagreement_is_a_gap_with_both_numbers(
    imputed: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong(monkeypatch, cox, "fit_cox_arrays", "coefficient")
    gaps = [gap for gap in gaps_of(imputed, study.run(imputed, marts)) if gap.kind == DISPUTED]
    named = {gap.subject for gap in gaps}
    assert named == {f"log hazard ratio, {name}, OS" for name in ("crude", "matched", "att", "overlap")}
    assert all("disagree" not in gap.reason for gap in gaps)


def test_a_wrong_curve_takes_back_curve_median_restricted_mean_and_their_contrasts(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = kaplan_meier.kaplan_meier

    def off(*arguments: object, **named: object) -> object:
        curve = right(*arguments, **named)
        return replace(curve, survival=np.where(curve.time > 0, curve.survival * 0.99, 1.0))

    for module in ("survival", "second_opinion"):
        monkeypatch.setattr(f"analytics.stages.{module}.kaplan_meier", off)
    made = study.run(protocol, marts)
    assert made["survival_curve"].empty
    summary = made["survival_summary"]
    assert (
        summary[["median_days", "median_ci_lower", "rmst_days", "rmst_standard_error"]].isna().all(axis=None)
    )
    assert summary["note"].str.contains("median: two implementations disagree: ").all()
    assert (summary["n"] > 0).all()
    effects = made["effect_estimate"]
    from_curves = effects["measure"].isin(["rmst_difference", "rmst_ratio", "survival_difference"])
    from_curves &= effects["specification"] != "modelled"
    assert effects.loc[from_curves, "estimate"].isna().all()
    assert effects.loc[effects["headline"] == "Y", "estimate"].notna().all()


def test_a_wrong_score_takes_back_every_comparison_that_rests_on_it(
    imputed: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong(monkeypatch, propensity_model, "fit_logistic", "coefficient")
    made = study.run(imputed, marts)
    effects = made["effect_estimate"]
    crude = effects["specification"] == "crude"
    assert effects.loc[~crude, "estimate"].isna().all()
    assert effects.loc[~crude, "note"].str.match(BOTH + "propensity score, imputation 1").all()
    assert effects.loc[crude & (effects["headline"] == "Y"), "estimate"].notna().all()
    assert made["propensity_diagnostic"]["value"].isna().all()
    assert len(made["matched_set"]) > 0, "who was matched stays, to be looked into"
    gaps = [gap for gap in gaps_of(imputed, made) if gap.kind == DISPUTED]
    assert [gap.subject for gap in gaps] == ["propensity score"]


def test_a_wrong_area_under_the_curve_takes_back_itself(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.stages.second_opinion.area_under_curve", lambda *_: 0.5)
    diagnostic = study.run(protocol, marts)["propensity_diagnostic"].set_index("statistic")
    assert np.isnan(diagnostic.loc["auc", "value"])
    assert diagnostic.loc["auc", "note"].startswith("two implementations disagree: 0.5, 0.")
    assert diagnostic.drop("auc")["value"].notna().all()


def test_the_other_side_knows_nothing_of_our_joins(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = comparison.followed

    def losing_one(*arguments: object) -> list[Followed]:
        parts = right(*arguments)  # type: ignore[arg-type]
        frames = (part.frame.sort_values("usubjid").iloc[1:].reset_index(drop=True) for part in parts)
        return [replace(part, frame=frame) for part, frame in zip(parts, frames, strict=True)]

    monkeypatch.setattr(second_opinion, "followed", losing_one)
    found = opinions(protocol, marts)
    for name in ("crude", "matched", "att", "overlap"):
        mine = found[(found["specification"] == name) & (found["quantity"] == "log_hazard_ratio")]
        assert (mine["agrees"] == "N").all(), name


def late_entrants(marts: Marts) -> Marts:
    """Everyone is observed from a day between diagnosis and death on."""
    entry = np.arange(len(marts["adtte"])) * 7 % 60
    return {**marts, "adtte": marts["adtte"].assign(ENTRYDY=entry, AVAL=marts["adtte"]["AVAL"] + entry)}


def test_under_delayed_entry_the_log_rank_test_has_no_second_opinion(imputed: Protocol, marts: Marts) -> None:
    protocol = with_settings(imputed, time_zero={"origin": "diagnosis"})
    found = opinions(protocol, late_entrants(marts))
    tests = found[found["quantity"] == "log_rank_chi2"]
    assert set(tests["note"]) == {"no second opinion: lifelines' log-rank test does not know delayed entry"}
    assert tests["ours"].notna().all()
    assert tests[["theirs", "difference", "agrees"]].isna().all(axis=None)
    clustered = found[found["quantity"] == "clustered_standard_error"]
    assert clustered["note"].str.contains("does not know delayed entry").all()
    rest = found[~found["quantity"].isin(["log_rank_chi2", "clustered_standard_error"])]
    assert set(rest["agrees"]) == {"Y"}, rest[rest["agrees"] != "Y"]
    assert {"survival_curve", "median_days", "rmst_days", "log_hazard_ratio"} <= set(rest["quantity"])
    made = study.run(protocol, late_entrants(marts))["effect_estimate"]
    assert made.loc[made["measure"] == "log_rank_chi2", "estimate"].notna().all()


def raises(*_: object, **__: object) -> object:
    raise ConvergenceError("delta contains nan", ValueError())


def warns(right: Callable) -> Callable:
    def fit(*arguments: object, **named: object) -> object:
        import warnings

        warnings.warn("Newton-Raphson failed to converge sufficiently", ConvergenceWarning, stacklevel=1)
        return right(*arguments, **named)

    return fit


@pytest.mark.parametrize("how", ["raises", "warns"])
def test_a_library_that_does_not_converge_has_no_opinion_and_takes_nothing_back(
    how: str, protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CoxPHFitter, "fit", raises if how == "raises" else warns(CoxPHFitter.fit))
    made = study.run(protocol, marts)
    cox_rows = made["second_opinion"]["quantity"].isin(
        ["log_hazard_ratio", "standard_error", "clustered_standard_error"]
    )
    without = made["second_opinion"][cox_rows]
    assert set(without["note"]) == {"no second opinion: lifelines did not converge"}
    assert without["agrees"].isna().all()
    assert set(made["second_opinion"].loc[~cox_rows, "agrees"]) == {"Y"}
    effects = made["effect_estimate"]
    assert effects.loc[effects["headline"] == "Y", "estimate"].notna().all()
    assert not [gap for gap in gaps_of(protocol, made) if gap.kind == DISPUTED]


def test_controls_in_several_sets_are_one_subject_on_both_sides(imputed: Protocol, marts: Marts) -> None:
    found = opinions(with_settings(imputed, matching={"replace": True, "ratio": 2}), marts)
    matched = found[found["specification"] == "matched"]
    tests = matched[matched["quantity"] == "log_rank_chi2"]
    assert tests["note"].str.contains("takes a subject in several sets for several subjects").all()
    assert set(matched.loc[matched["quantity"] != "log_rank_chi2", "agrees"]) == {"Y"}
    errors = matched[matched["quantity"] == "clustered_standard_error"]
    assert (errors["difference"].abs() < 0.02 * errors["ours"]).all(), (
        "by set alone it would be a sixth smaller"
    )


@pytest.mark.parametrize("how", [{"method": "full"}, {"ratio": 2, "min_ratio": 1, "max_ratio": 4}])
def test_sets_that_weigh_their_members_agree(how: dict, imputed: Protocol, marts: Marts) -> None:
    found = opinions(with_settings(imputed, matching=how), marts)
    matched = found[found["specification"] == "matched"]
    tests = matched[matched["quantity"] == "log_rank_chi2"]
    assert tests["note"].str.contains("takes weights for numbers of subjects").all()
    assert set(matched.loc[matched["quantity"] != "log_rank_chi2", "agrees"]) == {"Y"}


@pytest.mark.parametrize("kind", ["ridge", "lasso", "elastic_net"])
def test_a_penalised_score_stands_at_its_optimum(
    kind: str, imputed: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    protocol = with_settings(imputed, propensity={"model": kind, "penalty": 0.03})
    found = opinions(protocol, marts).query("table_name == 'propensity_score'")
    assert set(found["quantity"]) == {"optimality"}
    assert set(found["agrees"]) == {"Y"}
    wrong(monkeypatch, propensity_model, "fit_penalised", "coefficient")
    moved = opinions(protocol, marts).query("table_name == 'propensity_score'")
    assert set(moved["agrees"]) == {"N"}


def test_a_score_by_trees_has_no_second_opinion_and_carries_the_comparison_all_the_same(
    protocol: Protocol, marts: Marts
) -> None:
    made = study.run(with_settings(protocol, propensity={"model": "gradient_boosting"}), marts)
    found = made["second_opinion"].query("quantity == 'propensity_score'")
    assert found["agrees"].isna().all()
    assert set(found["note"]) == {f"no second opinion: {score.LEARNT}"}
    headline = made["effect_estimate"].query("headline == 'Y' and specification == 'matched'")
    assert headline["estimate"].notna().all(), headline["note"].tolist()
    assert made["propensity_model"]["term"].tolist() == ["(Intercept)"]
    assert set(made["propensity_model"]["note"]) == {propensity_model.TREES}


def test_indicators_of_missing_values_are_terms_on_both_sides(protocol: Protocol, marts: Marts) -> None:
    marts["adsl"]["SITE"] = marts["adsl"]["SITE"].mask(marts["adsl"].index % 8 == 0, None)
    found = opinions(with_settings(protocol, propensity={"missing": "indicator"}), marts)
    assert found.query("quantity == 'propensity_score'")["agrees"].tolist() == ["Y"]


def test_a_frozen_score_has_no_second_opinion(protocol: Protocol, marts: Marts) -> None:
    frozen = with_settings(protocol, matching={"refresh": "frozen"})
    parent = study.run(frozen, marts)
    made = study.run(frozen, marts, {name: parent[name] for name in ("matched_set", "propensity_model")})
    scores = made["second_opinion"].query("quantity == 'propensity_score'")
    assert scores["note"].tolist() == ["no second opinion: frozen: the coefficients of an earlier release"]
    assert set(made["second_opinion"].query("quantity == 'auc'")["agrees"]) == {"Y"}


def test_an_arm_of_just_the_least_number_has_a_second_opinion(protocol: Protocol, marts: Marts) -> None:
    smaller = int((marts["adsl"]["TRT01PN"] == 1).sum())
    for least, there in ((smaller, True), (smaller + 1, False)):
        found = opinions(with_settings(protocol, outcome={"min_arm": least}), marts)
        crude = found[(found["specification"] == "crude") & (found["quantity"] == "log_hazard_ratio")]
        assert (len(crude) > 0) == there


def test_what_is_not_published_for_want_of_subjects_is_not_asked_for(
    protocol: Protocol, marts: Marts
) -> None:
    found = opinions(with_settings(protocol, outcome={"min_arm": 100}), marts)
    assert not found["table_name"].isin(["effect_estimate"]).any()
    alone = opinions(with_settings(protocol, outcome={"min_at_risk": 60}), marts)
    assert "rmst_days" not in set(alone["quantity"])
