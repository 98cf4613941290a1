"""A covariate that cannot be used costs the rows that need it, each with its name; everything else is estimated (F44)."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.comparison.data_sets import DataSet
from analytics.propensity.model import PropensityModel
from analytics.propensity.score_terms import PropensityError
from analytics.protocol import Protocol
from analytics.stages import propensity
from analytics.stages.variant import with_settings

Marts = dict[str, pd.DataFrame]
TREATED, CONTROL = 1, 0


def nobody(arm: int) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda adsl: adsl["SCORE"].mask(adsl["TRT01PN"] == arm)


def only(n: int, arm: int) -> Callable[[pd.DataFrame], pd.Series]:
    def kept(adsl: pd.DataFrame) -> pd.Series:
        mine = adsl["TRT01PN"] == arm
        return adsl["SCORE"].mask(mine & (mine.cumsum() > n))

    return kept


def one_sided(adsl: pd.DataFrame) -> pd.Series:
    return pd.Series(np.where(adsl["TRT01PN"] == TREATED, 1.0, np.arange(len(adsl)) % 2), adsl.index)


KINDS: dict[str, tuple[Callable[[pd.DataFrame], pd.Series], str, str]] = {
    "never delivered for the treated": (nobody(TREATED), "impute", "SCORE is recorded for none of the 54 treated"),
    "never delivered for controls": (nobody(CONTROL), "impute", "SCORE is recorded for none of the 106 controls"),
    "complete cases alone": (nobody(TREATED), "complete_case", "SCORE is recorded for none of the 54 treated"),
    "an indicator instead": (nobody(TREATED), "indicator", "SCORE is recorded for none of the 54 treated"),
    "too few to impute from": (only(4, TREATED), "impute", "SCORE is recorded for 4 of the 54 treated"),
    "too few complete": (only(4, CONTROL), "complete_case", "SCORE is recorded for 4 of the 106 controls"),
    "never delivered": (lambda adsl: adsl["SCORE"] * np.nan, "impute", "SCORE is recorded for none of the 54 treated"),
    "the same for everybody": (lambda adsl: adsl["SCORE"] * 0 + 38, "impute", "covariate SCORE is constant"),
    "the same for one arm": (one_sided, "impute", "the value 0 occurs only among controls"),
    "arms apart": (lambda adsl: adsl["SCORE"] + 99 * adsl["TRT01PN"], "impute", "SCORE predicts treatment perfectly"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_covariate_costs_its_own_rows(kind: str, protocol: Protocol, marts: Marts) -> None:
    spoil, missing, reason = KINDS[kind]
    marts["adsl"] = marts["adsl"].assign(SCORE=spoil(marts["adsl"]))
    protocol = with_settings(
        protocol, propensity={"missing": missing}, sensitivity={"specification_curve": True}
    )
    everyone = {
        "name": "everyone",
        "population": "all",
        "cluster": "SUBJECT",
        "covariates": ("TREATED", "SCORE"),
    }
    within = everyone | {"name": "within classes", "strata": ("PROPENSITY",)}
    models = (protocol.outcome.cox[0].model_dump(), everyone, within)
    protocol = with_settings(protocol, outcome={"cox": models})
    made = study.run(protocol, marts)
    effects = made["effect_estimate"].query("endpoint == 'OS'")
    crude = effects[effects["method"].str.startswith("Cox, Efron") & (effects["specification"] == "crude")]
    assert crude["estimate"].notna().all()
    adjusted = effects[effects["specification"] != "crude"]
    assert len(adjusted)
    assert adjusted["estimate"].isna().all()
    assert adjusted["note"].str.contains(reason, regex=False).all(), set(adjusted["note"])
    assert not adjusted["note"].str.contains("fewer than").any()
    within_classes = effects[effects["method"] == "Cox, within classes"]
    assert within_classes["estimate"].isna().all()
    assert within_classes["note"].str.contains(reason, regex=False).all(), set(within_classes["note"])
    if "never" in kind:
        model = effects[effects["method"] == "Cox, everyone"]
        assert model["note"].str.startswith("SCORE is recorded for none of the").all()
    for table in ("balance_gate", "survival_summary"):
        rows = made[table][made[table]["specification"] != "crude"]
        assert rows["note"].str.contains(reason, regex=False).all(), table
    assert made["propensity_score"].empty
    assert made["matched_set"].empty
    curve = made["specification_curve"]
    assert curve.loc[curve["specification"] == "crude", "estimate"].notna().all()


def test_pairs_too_few_are_said_as_such(protocol: Protocol, marts: Marts) -> None:
    apart = np.where(marts["adsl"]["TRT01PN"] == 1, 25.0, 0.0)
    few = (marts["adsl"]["TRT01PN"] == 1).cumsum().le(6) & (marts["adsl"]["TRT01PN"] == 1)
    marts["adsl"]["SCORE"] = marts["adsl"]["SCORE"] + np.where(few, 0.0, apart)
    made = study.run(with_settings(protocol, matching={"caliper": 0.001}), marts)
    matched = made["effect_estimate"].query("specification == 'matched' and headline == 'Y'")
    assert matched["note"].str.contains("a control was found for").all(), set(matched["note"])


def test_one_draw_without_a_score_leaves_none(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An average over some of the draws would be of other people."""
    fitted = propensity.fit

    def fails_in_the_second(protocol: Protocol, data: DataSet) -> PropensityModel:
        if data.imputation == 2:
            raise PropensityError("the covariates together separate the arms")
        return fitted(protocol, data)

    monkeypatch.setattr(propensity, "fit", fails_in_the_second)
    made = study.run(with_settings(protocol, propensity={"missing": "impute"}), marts)
    assert made["propensity_score"].empty
    assert made["propensity_model"]["imputation"].tolist() == [2]
    matched = made["effect_estimate"].query("specification == 'matched'")
    assert (matched["note"] == "the covariates together separate the arms").all()


def test_a_copy_of_another_covariate_is_named(protocol: Protocol, marts: Marts) -> None:
    marts["adsl"]["TWICE"] = 2 * marts["adsl"]["SCORE"]
    made = study.run(with_settings(protocol, propensity={"covariates": ("SCORE", "SITE", "TWICE")}), marts)
    assert made["effect_estimate"].query("specification == 'crude'")["estimate"].notna().any()
    matched = made["effect_estimate"].query("specification == 'matched'")
    assert matched["note"].str.contains("(redundant: TWICE)", regex=False).all()
