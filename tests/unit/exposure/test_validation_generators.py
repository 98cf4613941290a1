"""The generators and summaries behind the validation study plant what they say."""

import numpy as np
import pandas as pd
import pytest

from analytics.exposure.dose_history import dose_history
from analytics.survival.cox import fit_cox
from analytics.survival.records import Records
from tests.validation import dosing_cohorts, treatment_cohorts
from tests.validation.summary import rejections, summarise


def test_the_planted_conditional_hazard_ratio_is_found_by_the_right_model() -> None:
    drawn = treatment_cohorts.draw_cohort(20_000, 0.6, np.random.default_rng(1))
    design = pd.DataFrame(drawn.covariates.T, columns=["age", "decline", "disability"])
    design.insert(0, "treated", drawn.treated)
    found = fit_cox(Records(drawn.stop, drawn.event), design).coefficient
    assert found[0] == pytest.approx(np.log(0.6), abs=0.06)
    assert found[1:] == pytest.approx(treatment_cohorts.PROGNOSIS, abs=0.05)


def test_third_doses_come_within_the_window_and_before_the_end_of_follow_up() -> None:
    cohort = dosing_cohorts.draw_cohort(dosing_cohorts.DosingTruth(), seed=2)
    third = dose_history(cohort.follow_up, cohort.injections).day_of_dose(3)
    given = third[np.isfinite(third)]
    assert len(given) > 100
    assert given.min() >= 238
    assert given.max() <= 364


def test_when_decliners_stop_the_dosed_had_the_better_alsfrs() -> None:
    gaps = {}
    for decliners in (False, True):
        cohort = dosing_cohorts.draw_cohort(
            dosing_cohorts.DosingTruth(n=1500, decliners_stop=decliners), seed=3
        )
        dosed = set(cohort.injections.query("dose_number == 3")["usubjid"])
        at = cohort.alsfrs[cohort.alsfrs["day"] == 224]
        gaps[decliners] = at.groupby(at["usubjid"].isin(dosed))["value"].mean().diff().iloc[-1]
    assert gaps[True] > gaps[False] + 1.5


def test_summary_reports_bias_and_coverage_of_known_replicates() -> None:
    replicates = pd.DataFrame(
        {
            "estimator": "known", "estimate": [0.1, -0.1, 0.3, 0.1], "standard_error": 0.1, "truth": 0.0,
            "degrees_of_freedom": [np.inf, np.inf, np.inf, 3.0],
        }
    )  # fmt: skip
    row = summarise(replicates).iloc[0]
    assert summarise(replicates.assign(degrees_of_freedom=3.0)).iloc[0]["coverage_pct"] == pytest.approx(
        100.0
    )
    assert row["bias"] == pytest.approx(0.1)
    assert row["coverage_pct"] == pytest.approx(75.0)
    assert row["mean_ratio"] == pytest.approx(np.exp(0.1))


def test_a_test_made_a_few_times_has_no_bound_and_one_made_never_no_share() -> None:
    made = [("often", 0.05 if i < 7 else 0.5) for i in range(100)]
    made += [("seldom", 0.01), ("seldom", 0.2), ("never", np.nan)]
    table = rejections(pd.DataFrame(made, columns=["estimator", "estimate"]))
    assert table.splitlines()[2:] == [
        "| often | 100 | 7.0 | 9.4 |",
        "| seldom | 2 | 50.0 | |",
        "| never | 0 | | |",
    ]
