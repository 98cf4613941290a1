"""Clone, censor, weight where decline decides any dose, where covariates are words, and where it cannot be done."""

import numpy as np
import pandas as pd
import pytest

from analytics.exposure.clone_censor_weight import clone_censor_weight
from analytics.exposure.clones import Strategies
from tests.validation.dosing_cohorts import DosingCohort
from tests.validation.dosing_due_dates import DueDates, draw_due_dates
from tests.validation.dosing_sites import Sites, draw_sites

GRACE = Strategies(k=3, grace_days=365)


def _row(c: DosingCohort, covariates: pd.DataFrame | None = None) -> pd.Series:
    known = c.covariates if covariates is None else covariates
    return clone_censor_weight(c.follow_up, c.injections, GRACE, known, c.alsfrs).iloc[0]


def _mean_log(cohorts: list[DosingCohort]) -> float:
    return float(np.mean([np.log(_row(c)["estimate"]) for c in cohorts]))


@pytest.mark.parametrize("decided", [(2, 3), (3,), (2,), ()])
def test_no_effect_is_found_whichever_dose_decline_decides(decided: tuple[int, ...]) -> None:
    cohorts = [draw_due_dates(DueDates(n=800, decided=decided), seed) for seed in range(20, 26)]
    assert abs(_mean_log(cohorts)) < 0.075


def test_no_effect_is_found_among_sites_that_dose_at_their_own_pace() -> None:
    assert abs(_mean_log([draw_sites(Sites(n=800), seed) for seed in range(20, 26)])) < 0.075


@pytest.mark.parametrize("hazard_ratio", [0.5, 2.0])
def test_a_planted_effect_is_found_in_its_direction(hazard_ratio: float) -> None:
    cohorts = [draw_due_dates(DueDates(n=800, hazard_ratio=hazard_ratio), seed) for seed in range(20, 24)]
    assert np.sign(_mean_log(cohorts)) == np.sign(np.log(hazard_ratio))
    assert abs(_mean_log(cohorts)) > 0.25


def test_a_covariate_in_words_counts_as_the_same_one_in_numbers() -> None:
    c = draw_sites(Sites(), 3)
    site = c.covariates["SITE"]
    words = c.covariates.assign(SITE=np.where(site == "Seoul", "capital", "elsewhere"))
    numbers = words.assign(SITE=(site != "Seoul").astype(int))
    without = _row(c, words.drop(columns="SITE"))
    found = [_row(c, frame) for frame in (words, numbers)]
    assert found[0]["estimate"] == pytest.approx(found[1]["estimate"], rel=1e-9)
    assert found[0]["ci_lower"] == pytest.approx(found[1]["ci_lower"], rel=1e-9)
    assert found[0]["estimate"] != pytest.approx(without["estimate"], rel=1e-3)


def test_strategies_that_never_part_before_an_event_give_a_null_and_say_so() -> None:
    n = 120
    people = pd.DataFrame({"usubjid": [f"P{i:03d}" for i in range(n)], "entry_days": 0.0})
    people["stop_days"] = np.where(people.index < 50, 60.0 + people.index, 500.0)
    people["event"] = (people.index < 50).astype(int)
    third = people["usubjid"][(people.index >= 50) & (people.index % 2 == 0)]
    doses = pd.concat(
        [
            pd.DataFrame({"usubjid": people["usubjid"], "day": 0}),
            pd.DataFrame({"usubjid": people["usubjid"], "day": 26}),
            pd.DataFrame({"usubjid": third, "day": 300}),
        ]
    )
    row = clone_censor_weight(people, doses, GRACE).iloc[0]
    assert row[["estimate", "ci_lower", "ci_upper"]].isna().all()
    assert row["note"] == "no event after the strategies part: the same subjects would stand on both sides"


def test_a_missing_covariate_costs_nobody() -> None:
    c = draw_sites(Sites(), 4)
    row = _row(c, c.covariates.assign(SITE=c.covariates["SITE"].where(c.covariates.index % 5 > 0)))
    assert np.isfinite(row["estimate"])
    assert row["n_exposed"] == _row(c)["n_exposed"]


def test_an_interval_that_hangs_on_one_death_is_none_and_says_so() -> None:
    n = 200
    people = pd.DataFrame({"usubjid": [f"P{i:03d}" for i in range(n)], "entry_days": 0.0, "stop_days": 900.0})
    dosed, died = people.index % 2 == 0, (people.index % 2 == 1) & (people.index < 60)
    died[0] = True
    people["event"] = died.astype(int)
    people.loc[died, "stop_days"] = 500.0 + people.index[died]
    days = [
        people[["usubjid"]].assign(day=0),
        people[["usubjid"]].assign(day=26),
        people.loc[dosed, ["usubjid"]].assign(day=280 + np.arange(dosed.sum()) % 60),
    ]
    row = clone_censor_weight(people, pd.concat(days), GRACE).iloc[0]
    assert row["estimate"] < 0.2
    assert row[["ci_lower", "ci_upper"]].isna().all()
    assert "no interval: without some of the subjects there is no estimate" in row["note"]
