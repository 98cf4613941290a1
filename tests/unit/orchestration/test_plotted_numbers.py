"""What Dagster draws over the data cuts: numbers alone, of those that the headline rests on."""

import dagster as dg
import numpy as np
import pandas as pd

from analytics.protocol import Protocol
from orchestration.dagster_parts.metadata import plotted


def effect(specification: str, estimate: float, **columns: object) -> dict[str, object]:
    row = {
        "specification": specification,
        "endpoint": "OS",
        "measure": "hazard_ratio",
        "headline": "Y",
        "estimate": estimate,
    }
    limits = {"ci_lower": estimate / 2, "ci_upper": estimate * 2, "n_treated": 138, "n_control": 138}
    return row | limits | {"n_event_treated": 40, "n_event_control": 45} | columns


def told(*rows: dict[str, object]) -> dict[str, object]:
    return {
        name: value.value
        for name, value in plotted(Protocol(), "effect_estimate", pd.DataFrame(rows)).items()
    }


def test_the_headline_of_every_comparison_is_drawn_with_what_it_rests_on():
    found = told(effect("crude", 0.8), effect("matched", 1.25))
    assert found["matched: hazard ratio"] == 1.25
    assert (found["crude: lower limit"], found["crude: upper limit"]) == (0.4, 1.6)
    assert (found["matched: n_treated"], found["matched: n_event_control"]) == (138, 45)


def test_other_endpoints_measures_and_second_estimates_are_not_drawn():
    other = (effect("matched", 2.0, endpoint="TFS"), effect("matched", 3.0, measure="rmst_difference"),
             effect("matched", 4.0, headline="N"))  # fmt: skip
    assert told(*other) == {}


def test_what_could_not_be_estimated_is_a_gap_and_no_number():
    found = told(effect("matched", np.nan, ci_lower=np.nan, ci_upper=np.nan))
    assert set(found) == {
        "matched: n_treated",
        "matched: n_control",
        "matched: n_event_treated",
        "matched: n_event_control",
    }


def test_subjects_are_counted_once_and_never_named():
    sets = pd.DataFrame(
        {"usubjid": ["A", "A", "B", "C"], "treated": [1, 1, 0, 0], "imputation": [1, 2, 1, 1]}
    )
    assert plotted(Protocol(), "matched_set", sets) == {
        "n_treated": dg.MetadataValue.int(1),
        "n_control": dg.MetadataValue.int(2),
    }
    assert plotted(Protocol(), "covariate_balance", sets.drop(columns="treated")) == {}
