"""A protocol that keeps its sets scores today's subjects by the model of the release before, and says so."""

import numpy as np
import pandas as pd
import pytest

from analytics.protocol import Protocol
from analytics.stages import propensity
from analytics.stages.propensity import FROZEN
from analytics.stages.variant import design, with_settings

Marts = dict[str, pd.DataFrame]
NUMBERS = ["imputation", "term", "coefficient", "standard_error"]


@pytest.fixture
def frozen(protocol: Protocol) -> Protocol:
    return with_settings(protocol, matching={"refresh": "frozen"})


@pytest.fixture
def today(frozen: Protocol, marts: Marts) -> Marts:
    """Fifteen subjects fewer than then, and older."""
    adsl = marts["adsl"][15:].assign(AGE=marts["adsl"]["AGE"] + 3)
    return design(frozen, {**marts, "adsl": adsl})


@pytest.fixture
def then(frozen: Protocol, marts: Marts) -> pd.DataFrame:
    return design(frozen, marts)["propensity_model"]


def scored(protocol: Protocol, today: Marts, parent: pd.DataFrame) -> Marts:
    return propensity.run(protocol, {**today, "parent:propensity_model": parent})


def test_the_model_is_that_of_then_and_the_subjects_are_those_of_today(
    frozen: Protocol, today: Marts, then: pd.DataFrame
) -> None:
    made = scored(frozen, today, then)
    model, scores = made["propensity_model"], made["propensity_score"]
    pd.testing.assert_frame_equal(model[NUMBERS], then[NUMBERS])
    assert set(model["note"]) == {FROZEN}
    arms = today["analysis_set"].dropna(subset=["AGE"])["treated"]
    assert set(model["n_treated"]) == {(arms == 1).sum()}
    assert set(model["n_control"]) == {(arms == 0).sum()}
    weight = then.set_index("term")["coefficient"]
    known = scores.merge(today["analysis_set"], on="usubjid")
    logit = weight["(Intercept)"] + sum(
        known[name] * weight[name]
        if name in known
        else (known["SITE"] == name.removeprefix("SITE=")) * weight[name]
        for name in weight.index.drop("(Intercept)")
    )
    np.testing.assert_allclose(known["logit_propensity"], logit, rtol=1e-9)
    np.testing.assert_allclose(known["propensity"], 1 / (1 + np.exp(-logit)), rtol=1e-9)


@pytest.mark.parametrize(
    "unusable",
    [
        pytest.param(lambda then: then.assign(coefficient=np.nan), id="no score then"),
        pytest.param(
            lambda then: then.assign(coefficient=then["coefficient"].where(then["term"] != "AGE")),
            id="one coefficient missing",
        ),
        pytest.param(lambda then: then.assign(imputation=7), id="another imputation"),
    ],
)
def test_a_model_that_cannot_score_is_fitted_anew(
    frozen: Protocol, today: Marts, then: pd.DataFrame, unusable: object
) -> None:
    made = scored(frozen, today, unusable(then))["propensity_model"]  # type: ignore[operator]
    pd.testing.assert_frame_equal(made, today["propensity_model"])
    assert made["note"].isna().all()


def test_a_protocol_that_matches_anew_fits_anew(frozen: Protocol, today: Marts, then: pd.DataFrame) -> None:
    anew = with_settings(frozen, matching={"refresh": "rematch"})
    pd.testing.assert_frame_equal(scored(anew, today, then)["propensity_model"], today["propensity_model"])
