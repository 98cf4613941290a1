"""Who is counted in a comparison and in a model, and on which data set a diagnostic rests."""

import numpy as np
import pandas as pd
import pytest

from analytics.comparison.cox_models import fit_model
from analytics.protocol import Protocol
from analytics.protocol.outcome import CoxModel
from analytics.stages.variant import with_settings
from tests.unit.comparison.simulated_people import people_with_age

MODEL = CoxModel(name="by age", population="crude", covariates=("TREATED", "AGE"), cluster="SUBJECT")


def tables(draws: dict[int, float], unknown: int = 0) -> dict[str, pd.DataFrame]:
    """Of two hundred, the age of the first so many is not known; each data set adds so many years to theirs."""
    everyone = people_with_age(2)
    frame = everyone[["usubjid", "treated", "AGE"]].copy()
    frame.loc[: unknown - 1, "AGE"] = np.nan
    imputed = [
        everyone.loc[: unknown - 1, ["usubjid"]].assign(
            imputation=number, covariate="AGE", value=everyone.loc[: unknown - 1, "AGE"] + years
        )
        for number, years in draws.items()
    ]
    return {
        "analysis_set": frame,
        "follow_up": everyone[["usubjid", "entry_days", "stop_days", "event"]].assign(endpoint="OS"),
        "propensity_model": pd.DataFrame({"coefficient": [0.0], "note": [None]}),
        "imputed_covariate": pd.concat([pd.DataFrame(columns=["imputation"]), *imputed]),
    }


def test_subjects_and_events_are_counted_by_arm_and_in_the_model(protocol: Protocol) -> None:
    everyone = people_with_age(2)
    fitted = fit_model(protocol, tables({}), MODEL, protocol.primary)
    counted = {
        name: fitted.effect[name] for name in ("n_treated", "n_control", "n_event_treated", "n_event_control")
    }
    died = everyone[everyone["event"] == 1]["treated"]
    assert counted == {
        "n_treated": 50, "n_control": 150, "n_event_treated": (died == 1).sum(), "n_event_control": (died == 0).sum()
    }  # fmt: skip
    assert set(fitted.coefficients["n"]) == {200}
    assert set(fitted.coefficients["n_event"]) == {len(died)}
    assert len(died) != 200


def test_who_lacks_a_covariate_is_in_no_count_of_a_model(protocol: Protocol) -> None:
    known = people_with_age(2)[60:]
    fitted = fit_model(protocol, tables({}, unknown=60), MODEL, protocol.primary)
    assert set(fitted.coefficients["n"]) == {140}
    assert set(fitted.coefficients["n_event"]) == {(known["event"] == 1).sum()}


@pytest.mark.parametrize(
    ("covariates", "strata", "estimand"),
    [
        (("TREATED",), (), "marginal"),
        (("TREATED", "AGE"), (), "conditional on covariates"),
        (("TREATED",), ("SITE",), "conditional on covariates"),
    ],
)
def test_what_a_model_estimates_is_conditional_on_what_is_in_it(
    protocol: Protocol, covariates: tuple[str, ...], strata: tuple[str, ...], estimand: str
) -> None:
    model = MODEL.model_copy(update={"covariates": covariates, "strata": strata})
    study = tables({})
    study["analysis_set"]["SITE"] = np.arange(len(study["analysis_set"])) % 2
    assert fit_model(protocol, study, model, protocol.primary).effect["estimand"] == estimand


def test_proportional_hazards_are_tested_on_the_first_data_set(protocol: Protocol) -> None:
    everyone = MODEL.model_copy(update={"population": "all"})
    imputing = with_settings(protocol, propensity={"covariates": ["AGE"], "missing": "impute"})
    both, first, second = (
        fit_model(imputing, tables(draws, unknown=60), everyone, protocol.primary).proportional_hazards
        for draws in ({1: 0.0, 2: 15.0}, {1: 0.0}, {2: 15.0})
    )
    assert both["p_value"].tolist() == first["p_value"].tolist() != second["p_value"].tolist()
    assert set(both["imputation"]) == {1}
