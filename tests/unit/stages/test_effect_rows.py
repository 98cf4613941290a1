"""An estimate that cannot be made is a null with a note; one that can says of whom and how."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.comparison import marginal_effects
from analytics.comparison.comparison import comparisons, everyone, followed
from analytics.comparison.cox_models import fit_model
from analytics.comparison.data_sets import data_sets, score_covariates
from analytics.comparison.pooling import pooled_curve, pooled_incidence, rubin
from analytics.comparison.specification import SPECIFICATIONS, specifications
from analytics.protocol import Protocol
from analytics.protocol.outcome import Outcome
from analytics.stages import balance
from analytics.stages.variant import design, with_settings
from analytics.survival.competing_risks import cumulative_incidence
from analytics.survival.cox import fit_cox
from analytics.survival.followed import Followed
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.records import Records

Marts = dict[str, pd.DataFrame]


def frame(n_treated: int, n_control: int, stop: float = 400.0, event: int = 1) -> pd.DataFrame:
    n = n_treated + n_control
    days = stop + np.arange(n) * 7 % 40  # arms take turns
    return pd.DataFrame(
        {"usubjid": [f"S{i}" for i in range(n)], "treated": [1] * n_treated + [0] * n_control, "set_id": 0, "weight": 1.0,
         "entry_days": 0.0, "stop_days": days, "event": event}
    )  # fmt: skip


def rows(protocol: Protocol, data: pd.DataFrame) -> pd.DataFrame:
    part = Followed("crude", 0, "unadjusted", data)
    return pd.DataFrame(marginal_effects.rows(protocol, "crude", "unadjusted", protocol.primary, [part]))


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (frame(7, 30), "fewer than 8 subjects in an arm"),
        (frame(30, 0), "fewer than 8 subjects in an arm"),
        (frame(20, 20, event=0), "no events"),
    ],
)
def test_too_few_subjects_or_no_events_are_nulls_with_the_reason(
    protocol: Protocol, data: pd.DataFrame, note: str
) -> None:
    made = rows(protocol, data)
    assert made[["estimate", "ci_lower", "ci_upper", "p_value"]].isna().all(axis=None)
    assert (made["note"] == note).all()
    assert {"hazard_ratio", "rmst_difference", "rmst_ratio", "survival_difference", "log_rank_chi2"} <= set(
        made["measure"]
    )


def test_nothing_is_said_of_a_horizon_that_fewer_than_ten_of_an_arm_reach(protocol: Protocol) -> None:
    data = frame(30, 30)
    early = data["treated"].eq(1) & (data.index >= 9)
    left = data.assign(stop_days=data["stop_days"].mask(early, 200.0), event=data["event"].mask(early, 0))
    made = rows(protocol, left)
    late = made["horizon_days"] == 300
    assert made.loc[late, "estimate"].isna().all()
    assert (made.loc[late, "note"] == "fewer than 10 at risk at day 300 in Drug").all()
    assert made.loc[made["measure"] == "hazard_ratio", "estimate"].notna().all()


def test_an_arm_without_events_has_no_hazard_ratio_and_says_why(protocol: Protocol) -> None:
    data = frame(20, 20)
    made = rows(protocol, data.assign(event=1 - data["treated"])).query("measure == 'hazard_ratio'").iloc[0]
    assert np.isnan(made["estimate"])
    assert "infinite" in made["note"]


def test_ratios_are_on_their_own_scale_with_the_error_of_the_log(protocol: Protocol, marts: Marts) -> None:
    tables = design(protocol, marts)
    compared = followed(comparisons(protocol, tables, "crude"), tables["follow_up"], "OS")[0].frame
    found = rows(protocol, compared).query("measure == 'hazard_ratio'").iloc[0]
    half = 1.959963984540054 * found["standard_error"]
    assert np.log(found["estimate"]) - half == pytest.approx(np.log(found["ci_lower"]))
    assert np.log(found["estimate"]) + half == pytest.approx(np.log(found["ci_upper"]))


def test_a_default_model_of_sets_says_that_nothing_is_matched(protocol: Protocol, marts: Marts) -> None:
    defaults = [model.model_dump() for model in Outcome().cox[2:]]
    unmatched = with_settings(protocol, outcome={"cox": defaults}).model_copy(
        update={"matching": protocol.matching.model_copy(update={"method": "none"})}
    )
    rows = study.run(unmatched, marts)["effect_estimate"].query("method == 'Cox, within pairs'")
    assert rows["note"].tolist() == ['nobody is matched: matching.method = "none"']


def test_att_is_earned_only_when_no_treated_subject_is_lost(protocol: Protocol, marts: Marts) -> None:
    loose, tight = (with_settings(protocol, matching={"caliper": c}) for c in (0, 0.01))
    everyone = next(comparisons(loose, design(loose, marts), "matched"))
    some = next(comparisons(tight, design(tight, marts), "matched"))
    assert (everyone.estimand, some.estimand) == ("ATT", "matched treated")


def test_one_row_of_each_specification_and_endpoint_is_its_headline(protocol: Protocol, marts: Marts) -> None:
    likely = {"name": "Efron, adjusted for age", "population": "matched", "covariates": ["TREATED", "AGE"]}
    named = with_settings(protocol, outcome={"cox": [likely]})
    tables = design(named, marts)
    effects = next(stage for stage in study.STAGES if stage.name == "effects")
    effects_of = study.run_stage(effects, named, tables | balance.run(named, tables))["effect_estimate"]
    assert "Cox, Efron, adjusted for age" in set(effects_of["method"])
    headline = effects_of[effects_of["headline"] == "Y"]
    assert headline[["specification", "endpoint"]].to_numpy().tolist() == [
        [name, endpoint.name] for endpoint in named.endpoint for name in specifications(named)
    ]
    assert (headline["estimand"] != "conditional on covariates").all()
    assert (headline["measure"] == "hazard_ratio").all()


def test_differences_of_means_are_divided_as_the_specification_says(protocol: Protocol, marts: Marts) -> None:
    made = balance.run(protocol, design(protocol, marts))["covariate_balance"]
    of = made.groupby("specification")["denominator"].unique().map(list).to_dict()
    assert of == {name: [SPECIFICATIONS[name].denominator] for name in of}
    assert of["matched"] != of["overlap"]


def test_a_refused_comparison_still_has_its_headline_row(protocol: Protocol) -> None:
    refused = rows(protocol, frame(7, 30))
    assert refused.loc[refused["headline"] == "Y", "measure"].tolist() == ["hazard_ratio"]


def test_complete_cases_are_those_of_the_score_and_indicators_keep_everyone(
    protocol: Protocol, marts: Marts
) -> None:
    tables = design(protocol, marts)
    missing = int(tables["analysis_set"]["AGE"].isna().sum())
    (complete,) = data_sets(protocol, tables["analysis_set"], tables["imputed_covariate"])
    indicator = with_settings(protocol, propensity={"missing": "indicator"})
    (everyone,) = data_sets(indicator, tables["analysis_set"], tables["imputed_covariate"])
    assert len(complete.frame) == len(tables["analysis_set"]) - missing
    assert everyone.frame["AGE_MISSING"].sum() == missing > 0
    assert score_covariates(indicator, everyone.frame) == ["AGE", "SCORE", "SITE", "AGE_MISSING"]


def test_a_model_leaves_out_who_lacks_its_covariate_and_says_so(protocol: Protocol, marts: Marts) -> None:
    adsl = marts["adsl"].assign(WEIGHT=np.where(np.arange(160) % 8 == 0, np.nan, 70.0 + np.arange(160)))
    model = {"name": "weight", "population": "all", "covariates": ["TREATED", "WEIGHT"]}
    with_weight = with_settings(protocol, outcome={"cox": [model]})
    tables = design(with_weight, {**marts, "adsl": adsl})
    fitted = fit_model(with_weight, tables, with_weight.outcome.cox[0], with_weight.primary)
    assert "left out for want of a covariate" in fitted.effect["note"]
    assert np.isfinite(fitted.effect["estimate"])


@pytest.mark.parametrize("population", ["all", "matched", "overlap"])
def test_a_model_within_classes_of_the_score_has_those_of_each_draw(
    protocol: Protocol, marts: Marts, population: str
) -> None:
    model = {
        "name": "within",
        "population": population,
        "covariates": ["TREATED", "AGE"],
        "strata": ["PROPENSITY"],
    }
    impute = with_settings(
        protocol, propensity={"missing": "impute"}, outcome={"cox": [model | {"propensity_classes": 4}]}
    )
    tables = design(impute, marts, imputations=None)
    fitted = fit_model(impute, tables, impute.outcome.cox[0], impute.primary)
    likely = tables["propensity_score"].assign(
        PROPENSITY=lambda s: s.groupby("imputation")["propensity"].transform(pd.qcut, 4, labels=False)
    )
    made = [replace(each, frame=each.frame.merge(likely[likely["imputation"] == each.imputation][["usubjid", "PROPENSITY"]]))
            for each in (everyone(impute, tables) if population == "all"
                         else comparisons(impute, tables, population, covariates=True))]  # fmt: skip
    each = [
        fit_cox(part.clustered(None, part.frame["PROPENSITY"]), part.frame[["treated", "AGE"]])
        for part in followed(made, tables["follow_up"], "OS")
    ]
    assert len(each) == 2
    mean = np.mean([fit.coefficient[0] for fit in each])
    assert np.log(fitted.effect["estimate"]) == pytest.approx(mean, rel=1e-10)


def test_a_level_absent_from_one_imputation_does_not_shift_the_terms_of_another(
    protocol: Protocol, marts: Marts
) -> None:
    impute = with_settings(protocol, propensity={"missing": "impute", "covariates": ["AGE", "SCORE"]})
    site = marts["adsl"]["SITE"].where(marts["adsl"]["SITE"] != "BOTH", "LIMB")
    site = site.mask(marts["adsl"].index == 3, "BOTH")  # one subject alone has the first level of all
    tables = design(impute, {**marts, "adsl": marts["adsl"].assign(SITE=site)}, imputations=None)
    fitted = fit_model(impute, tables, impute.outcome.cox[0], impute.primary)
    assert fitted.coefficients["term"].tolist() == ["TREATED", "AGE", "SCORE", "SITE[BULBAR]", "SITE[LIMB]"]


def test_a_covariate_of_one_level_has_no_coefficient_and_the_others_have(
    protocol: Protocol, marts: Marts
) -> None:
    constant = with_settings(protocol, propensity={"covariates": ["AGE", "SCORE"]})
    tables = design(
        constant, {**marts, "adsl": marts["adsl"].assign(SITE="LIMB", SCORE=marts["adsl"]["SCORE"])}
    )
    fitted = fit_model(constant, tables, constant.outcome.cox[0], constant.primary)
    assert fitted.coefficients["term"].tolist() == ["TREATED", "AGE", "SCORE"]
    assert np.isfinite(fitted.effect["estimate"])


def test_pooling_one_data_set_is_that_data_set_and_more_add_the_variance_between() -> None:
    one = rubin(np.array([0.5]), np.array([0.04]))
    assert (one.estimate, one.standard_error) == (0.5, pytest.approx(0.2))
    several = rubin(np.array([0.4, 0.6]), np.array([0.04, 0.04]))
    assert several.estimate == pytest.approx(0.5)
    assert several.standard_error == pytest.approx(np.sqrt(0.04 + 1.5 * 0.02))


def test_before_its_first_time_a_curve_is_where_everybody_begins() -> None:
    """On day 1 somebody is censored in one data set, and nobody is seen in the other before its first event on day 5."""
    early, late = Records([1.0, 5, 6, 7], [0, 1, 0, 1]), Records([5.0, 5, 6, 7], [1, 2, 0, 1])
    curve = pooled_incidence([cumulative_incidence(early), cumulative_incidence(late)], 0.95)
    assert curve.loc[0, ["time_days", "survival", "ci_lower", "ci_upper"]].tolist() == [1, 1, 1, 1]
    assert curve["survival"].tolist()[1:] == pytest.approx([(2 / 3 + 3 / 4) / 2] * 2 + [1 / 8])
    entered = pooled_curve([kaplan_meier(early), kaplan_meier(replace(late, event=late.event == 1))], 0.95)
    assert (entered.loc[entered["time_days"] < 5, ["survival", "ci_lower", "ci_upper"]] == 1).all(axis=None)


def test_pooled_curves_of_the_same_data_are_that_curve_with_its_interval() -> None:
    curve = kaplan_meier(Records([5.0, 8, 8, 12, 20, 21], [1, 1, 0, 1, 0, 1]))
    single, twice = pooled_curve([curve], 0.95), pooled_curve([curve, curve], 0.95)
    for column in ("time_days", "n_risk", "n_event", "n_censor", "survival"):
        np.testing.assert_allclose(twice[column], single[column])
    inner = single["survival"].between(0, 1, inclusive="neither")
    np.testing.assert_allclose(twice.loc[inner, "ci_lower"], single.loc[inner, "ci_lower"])
