"""Outcomes that are drawn: hazards and follow-up like those of the cut, and the truth about them counted otherwise."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

from analytics.operating_characteristics.natural_course import NaturalCourse, natural_course
from analytics.operating_characteristics.observation import observation
from analytics.operating_characteristics.patients import Patients
from analytics.operating_characteristics.plasmode import Plasmode, plasmode
from analytics.protocol import Protocol


def exponential(log_risk: np.ndarray, per_day: float) -> NaturalCourse:
    """Hazards that stay what they are."""
    day = np.array([1.0, 1000.0])
    return NaturalCourse(log_risk, np.log(day), np.log(per_day * day))


def followed(n: int, rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Controls whose hazard bends with a skewed covariate, and the true log risk."""
    decline = rng.gamma(2.0, 0.4, n)
    log_risk = np.log(decline + 0.1)
    days = np.ceil(700 * (rng.exponential(size=n) / np.exp(log_risk)) ** 0.7)
    seen = np.ceil(rng.uniform(200, 700, n))
    frame = pd.DataFrame(
        {
            "AGE": rng.normal(60, 9, n),
            "DECLINE": decline,
            "SITE": rng.choice(["LIMB", "BULBAR"], n),
            "treated": 0,
            "entry_days": 0.0,
            "stop_days": np.minimum(days, seen),
            "event": (days <= seen).astype(int),
        }
    )
    return frame, log_risk


def test_the_model_bends_as_the_hazard_of_the_controls_does(protocol: Protocol) -> None:
    frame, log_risk = followed(4000, np.random.default_rng(1))
    course = natural_course(protocol, frame)
    assert np.corrcoef(course.log_risk, log_risk)[0, 1] > 0.98
    assert np.corrcoef(frame["DECLINE"], log_risk)[0, 1] < 0.95


def test_drawn_days_follow_the_survival_there_was(protocol: Protocol) -> None:
    rng = np.random.default_rng(2)
    frame, log_risk = followed(4000, rng)
    course = natural_course(protocol, frame)
    rows = np.arange(4000)
    drawn = course.days(rows, np.zeros(4000), np.ones(4000), rng.exponential(size=4000))
    truly = np.ceil(700 * (rng.exponential(size=4000) / np.exp(log_risk)) ** 0.7)
    for day in (30, 100, 200, 400, 600):
        assert (drawn > day).mean() == pytest.approx((truly > day).mean(), abs=0.03)


def test_nobody_dies_before_entry_and_who_entered_late_has_the_hazard_that_is_left() -> None:
    course = exponential(np.zeros(1), 0.002)
    rng = np.random.default_rng(3)
    rows, entry = np.zeros(50_000, int), np.full(50_000, 300.0)
    days = course.days(rows, entry, np.ones(50_000), rng.exponential(size=50_000))
    assert days.min() > 300
    assert (days - 300).mean() == pytest.approx(500, rel=0.02)


def test_who_was_censored_keeps_the_day_and_who_died_is_given_one_beyond() -> None:
    rng = np.random.default_rng(4)
    days, seen = rng.exponential(400, 3000), rng.uniform(0, 800, 3000)
    frame = pd.DataFrame(
        {
            "treated": np.repeat([0, 1], 1500),
            "entry_days": 0.0,
            "stop_days": np.minimum(days, seen),
            "event": (days <= seen).astype(int),
        }
    )
    died = days <= seen
    limit = observation(frame).limits(np.arange(3000), rng.random(3000))
    assert (limit[~died] == seen[~died]).all()
    assert (limit[died] > days[died]).mean() > 0.99
    for share in (0.25, 0.5, 0.75):
        assert np.quantile(limit, share) == pytest.approx(800 * share, abs=30)


def limit_of_cox(log_risk: tuple[float, float], per_day: float, ratio: float, until: float) -> float:
    """What a Cox model of treatment tends to, of two kinds of people half and half, followed to one day: the root of the
    expected score."""
    day = np.linspace(0, until, 20_001)

    def arm(times: float) -> tuple[np.ndarray, np.ndarray]:
        hazards = [times * per_day * np.exp(risk) for risk in log_risk]
        alive = np.mean([np.exp(-h * day) for h in hazards], axis=0)
        dying = np.mean([h * np.exp(-h * day) for h in hazards], axis=0)
        return alive, dying

    (alive1, dying1), (alive0, dying0) = arm(ratio), arm(1.0)

    def score(beta: float) -> float:
        share = np.exp(beta) * alive1 / (np.exp(beta) * alive1 + alive0)
        return float(np.trapezoid(dying1 - share * (dying1 + dying0), day))

    return float(np.exp(brentq(score, -3, 1)))


@pytest.mark.parametrize("ratio", [0.8, 0.6])
@pytest.mark.parametrize("log_risk", [(0.0, 0.0), (-1.2, 1.2)])
def test_the_truth_is_the_marginal_hazard_ratio(
    patients: Patients, log_risk: tuple[float, float], ratio: float
) -> None:
    until = 600.0
    completed = patients.completed.assign(stop_days=until, event=0)
    target = pd.Series(1.0, index=completed.loc[completed["treated"] == 1, "usubjid"])
    half = np.where(np.arange(len(completed)) % 2 == 0, *log_risk)
    made = Plasmode(
        replace(patients, completed=completed, target=target),
        exponential(half, 0.002),
        observation(completed),
    )
    found = made.marginal_hazard_ratio(ratio, np.random.default_rng(6))
    assert np.log(found) == pytest.approx(np.log(limit_of_cox(log_risk, 0.002, ratio, until)), abs=0.01)
    if log_risk[0] != log_risk[1]:
        assert np.log(found) > np.log(ratio) + 0.05


def test_a_study_has_the_arms_of_the_cut_and_what_was_missing_is_missing_again(patients: Patients) -> None:
    study = plasmode(patients).study(0.6, np.random.default_rng(7))
    subjects, times = study["analysis_set"], study["follow_up"]
    assert subjects["treated"].sum() == patients.n_treated
    assert len(subjects) == len(patients.completed)
    assert subjects["usubjid"].is_unique
    assert 0.03 < subjects["AGE"].isna().mean() < 0.2
    assert (times["stop_days"] > times["entry_days"]).all()


def test_a_hazard_that_is_halved_kills_fewer(patients: Patients) -> None:
    made = plasmode(patients)
    deaths = [
        sum(
            made.study(ratio, np.random.default_rng(seed))["follow_up"]["event"][: patients.n_treated].sum()
            for seed in range(20)
        )
        for ratio in (1.0, 0.5)
    ]
    assert 0.45 < deaths[1] / deaths[0] < 0.8
