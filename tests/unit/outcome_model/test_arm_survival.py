"""Estimators of an arm's survival that rest on models: whom they are about, and what a wrong model does."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from analytics.outcome_model.arm_survival import ArmSurvival
from analytics.outcome_model.hazard_model import OutcomeModelError, fit_hazard_model
from analytics.outcome_model.methods import METHODS
from analytics.outcome_model.nuisances import Nuisances, fit_nuisances, order_within_days
from analytics.outcome_model.target import TARGETS, target

DAY = 60.0
OF_SUMS = ("g_computation", "weighted", "doubly_robust")


@cache
def trial(n: int, seed: int = 5) -> pd.DataFrame:
    """Treatment, death and censoring that hang on what is known; time in whole days, so that many are tied."""
    rng = np.random.default_rng(seed)
    age, bulbar = rng.normal(size=n), rng.integers(0, 2, n).astype(float)
    score = 1 / (1 + np.exp(0.5 - 0.9 * age + 0.5 * bulbar))
    treated = (rng.random(n) < score) * 1.0
    dies = np.ceil(rng.exponential(1 / hazard(age, bulbar, treated)))
    leaves = np.ceil(rng.exponential(1 / (0.006 * np.exp(0.5 * bulbar + 0.4 * treated))))
    return pd.DataFrame(
        {
            "stop": np.minimum(dies, leaves), "event": dies <= leaves, "treated": treated, "age": age, "bulbar": bulbar,
            "noise": rng.normal(size=n), "score": score,
        }
    )  # fmt: skip


def hazard(age: np.ndarray, bulbar: np.ndarray, treated: np.ndarray | float) -> np.ndarray:
    return 0.012 * np.exp(0.8 * age + 0.4 * bulbar - 0.3 * treated)


def models(
    frame: pd.DataFrame, outcome: str = "age bulbar", treatment: str = "age bulbar", by_arm: bool = True
) -> Nuisances:
    return fit_nuisances(
        frame["stop"].to_numpy(), frame["event"].to_numpy(), frame["treated"].to_numpy(),
        frame[outcome.split()], frame[["bulbar"]], frame[treatment.split()], by_arm=by_arm,
    )  # fmt: skip


def truth(frame: pd.DataFrame, target: str) -> float:
    """Difference in survival among the people themselves, by their own hazards."""
    weight, _ = TARGETS[target].base(frame["treated"].to_numpy(), frame["score"].to_numpy())
    alive = [np.exp(-DAY * hazard(frame["age"], frame["bulbar"], arm)) for arm in (0.0, 1.0)]
    return float(np.average(alive[1] - alive[0], weights=weight))


def difference(made: ArmSurvival) -> float:
    return float(made.difference()[0][0])


@pytest.mark.parametrize("by_arm", [True, False])
@pytest.mark.parametrize("target", TARGETS)
def test_one_wrong_model_is_forgiven_by_the_doubly_robust_alone(target: str, by_arm: bool) -> None:
    frame, day = trial(40_000), np.array([DAY])
    right = truth(frame, target)
    cases = {
        "right": models(frame, by_arm=by_arm),
        "outcome": models(frame, outcome="noise", by_arm=by_arm),
        "treatment": models(frame, treatment="noise", by_arm=by_arm),
    }
    error = {
        (wrong, method): abs(difference(METHODS[method](fitted, TARGETS[target], day)) - right)
        for wrong, fitted in cases.items()
        for method in OF_SUMS
    }
    assert max(error[wrong, "doubly_robust"] for wrong in cases) < 0.01
    assert max(error["right", method] for method in OF_SUMS) < 0.01
    assert error["outcome", "g_computation"] > 0.03
    assert error["treatment", "weighted"] > 0.03


@pytest.mark.parametrize("by_arm", [True, False])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("method", OF_SUMS)
def test_influence_is_what_is_lost_with_a_subject(method: str, target: str, by_arm: bool) -> None:
    frame, days = trial(150), np.array([20.0, DAY])
    whole = METHODS[method](models(frame, by_arm=by_arm), TARGETS[target], days)
    without = np.stack(
        [
            METHODS[method](models(frame.drop(i), by_arm=by_arm), TARGETS[target], days).survival
            for i in frame.index[:60]
        ],
        axis=-1,
    )
    lost = whole.survival[..., None] - without
    for arm in (0, 1):
        for place in (0, 1):
            influence = whole.influence[arm, place, :60]
            assert np.corrcoef(influence, lost[arm, place])[0, 1] > 0.995
            assert np.polyfit(influence, lost[arm, place], 1)[0] == pytest.approx(1, abs=0.1)
    assert np.abs(whole.influence.sum(axis=-1)).max() < 1e-8


@pytest.mark.parametrize("by_arm", [True, False])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("method", OF_SUMS)
def test_a_restricted_mean_is_the_area_under_the_curve(method: str, target: str, by_arm: bool) -> None:
    """Deaths are on whole days, so that the curve is flat between them; the area's influence is that of its parts."""
    fitted, estimator = models(trial(300), by_arm=by_arm), METHODS[method]
    curve = estimator(fitted, TARGETS[target], np.arange(0.0, DAY))
    mean = estimator(fitted, TARGETS[target], np.array([DAY]), restricted_mean=True)
    assert mean.survival[:, 0] == pytest.approx(curve.survival.sum(axis=1), rel=1e-10)
    assert mean.influence[:, 0] == pytest.approx(curve.influence.sum(axis=1), rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("target", TARGETS)
def test_one_wrong_model_is_forgiven_in_restricted_means_as_well(target: str) -> None:
    frame = trial(12_000)
    weight, _ = TARGETS[target].base(frame["treated"].to_numpy(), frame["score"].to_numpy())
    days = np.arange(DAY)[:, None]
    lived = [
        np.exp(-days * hazard(frame["age"].to_numpy(), frame["bulbar"].to_numpy(), arm)).sum(axis=0)
        for arm in (0.0, 1.0)
    ]
    right = np.average(lived[1] - lived[0], weights=weight)
    for wrong in ({}, {"outcome": "noise"}, {"treatment": "noise"}):
        for method in ("doubly_robust", "targeted"):
            made = METHODS[method](
                models(frame, **wrong), TARGETS[target], np.array([DAY]), restricted_mean=True
            )
            found, error = made.difference()
            assert abs(found[0] - right) < 2.5 * error[0], (wrong, method)
    made = METHODS["g_computation"](
        models(frame, outcome="noise"), TARGETS[target], np.array([DAY]), restricted_mean=True
    )
    assert abs(made.difference()[0][0] - right) > 5


@pytest.mark.parametrize("target", TARGETS)
def test_one_wrong_model_is_forgiven_by_the_targeted(target: str) -> None:
    frame = trial(6_000)
    for wrong in ({}, {"outcome": "noise"}, {"treatment": "noise"}):
        made = METHODS["targeted"](models(frame, **wrong), TARGETS[target], np.array([DAY]))
        assert abs(difference(made) - truth(frame, target)) < 2.5 * made.difference()[1][0], wrong


@pytest.mark.parametrize("target", TARGETS)
def test_targeted_is_the_one_step_estimator_to_a_part_of_its_error(target: str) -> None:
    for seed in range(4):
        fitted = models(trial(1_200, seed))
        for restricted in (False, True):
            one_step, moved = (
                METHODS[method](fitted, TARGETS[target], np.array([DAY]), restricted_mean=restricted)
                for method in ("doubly_robust", "targeted")
            )
            difference, error = one_step.difference()
            assert abs(moved.difference()[0] - difference)[0] < 0.2 * error[0]
            assert moved.difference()[1] == error


def test_targeted_stays_where_survival_can_be_or_says_that_it_does_not_settle() -> None:
    """Late, when few are left, corrections add up to more than everybody or less than nobody."""
    outside, refused = 0, 0
    for seed in range(60):
        frame = trial(60, seed)
        stop, event, treated = (frame[name].to_numpy() for name in ("stop", "event", "treated"))
        fitted = fit_nuisances(stop, event, treated, frame[["noise"]], frame[["noise"]], frame[["age"]])
        one_step = METHODS["doubly_robust"](fitted, TARGETS["ate"], np.array([200.0])).survival
        try:
            moved = METHODS["targeted"](fitted, TARGETS["ate"], np.array([200.0])).survival
        except OutcomeModelError:
            refused += 1
            continue
        outside += int(((one_step < 0) | (one_step > 1)).any())
        assert ((moved >= 0) & (moved <= 1)).all()
    assert outside >= 2
    assert refused < 4


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("method", ["weighted", "doubly_robust", "targeted"])
def test_coarse_days_are_days_whose_ties_are_broken(method: str, target: str) -> None:
    """Deaths of a quarter come before its censorings: who died was not at risk to leave after that."""
    frame = trial(2_000)
    coarse = frame.assign(stop=np.ceil(frame["stop"] / 20))
    rng = np.random.default_rng(1)
    apart = np.where(coarse["event"], -rng.random(2_000), rng.random(2_000)) / 100
    for restricted in (False, True):
        tied, broken = (
            METHODS[method](models(each), TARGETS[target], np.array([day]), restricted_mean=restricted)
            for each, day in ((coarse, 4.0), (coarse.assign(stop=coarse["stop"] + apart), 4.015))
        )
        error = tied.difference()[1][0]
        assert abs(tied.difference()[0] - broken.difference()[0])[0] < 0.1 * error
        assert broken.difference()[1][0] == pytest.approx(error, rel=0.03)


def test_within_a_day_deaths_come_first_then_censorings_one_group_after_the_other() -> None:
    stop, event = np.array([5.0, 5, 5, 5, 7, 7, 3]), np.array([True, False, False, True, False, True, False])
    leaves = order_within_days(stop, event, pd.DataFrame({"x": np.arange(7.0)}))
    assert leaves[event].tolist() == stop[event].tolist()
    assert 5 < min(leaves[1], leaves[2]) < max(leaves[1], leaves[2]) < 7
    assert 7 < leaves[4] < 8
    assert 3 < leaves[6] < 5
    many = order_within_days(
        np.full(1_000, 9.0), np.zeros(1_000, bool), pd.DataFrame({"x": np.arange(1_000) / 7})
    )
    groups, sizes = np.unique(many, return_counts=True)
    assert len(groups) == 16
    assert sizes.max() - sizes.min() <= 1


def test_where_nothing_matters_all_estimators_are_the_curve_itself() -> None:
    """Nobody censored, and covariates that tell nothing: survival is the share that is alive."""
    frame = trial(4_000)
    frame = frame.assign(event=True)
    fitted = fit_nuisances(
        frame["stop"].to_numpy(), frame["event"].to_numpy(), frame["treated"].to_numpy(), frame[["noise"]],
        frame[["noise"]], frame[["noise"]],
    )  # fmt: skip
    assert fitted.censoring == (None, None)
    seen = frame.groupby("treated")["stop"].agg(lambda stop: float((stop > DAY).mean()))
    for method in ("weighted", "doubly_robust"):
        made = METHODS[method](fitted, TARGETS["ate"], np.array([DAY]))
        assert made.survival[:, 0] == pytest.approx(seen.to_numpy(), abs=0.01)


def test_on_the_first_days_everyone_is_alive_and_nothing_moves() -> None:
    made = METHODS["doubly_robust"](models(trial(400)), TARGETS["att"], np.array([0.0]))
    assert made.survival.tolist() == [[1.0], [1.0]]
    assert not made.influence.any()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda f: f.assign(event=False), "outcome model of controls: no events"),
        (lambda f: f.assign(age=f["treated"] * 9.0 + f["noise"]), "treatment model: .*separate"),
        (lambda f: f.assign(bulbar=f["age"] * 2), "outcome model of controls: .*bulbar"),
        (lambda f: f.assign(bulbar=f["treated"] * 1.0), "outcome model of controls: .*bulbar"),
    ],
)
def test_a_model_that_cannot_be_fitted_is_named(
    spoil: Callable[[pd.DataFrame], pd.DataFrame], why: str
) -> None:
    with pytest.raises(OutcomeModelError, match=why):
        models(spoil(trial(300)))


def test_hazards_are_those_of_the_survival_packages_baseline() -> None:
    from analytics.survival.baseline import baseline_hazard
    from analytics.survival.cox import fit_cox
    from analytics.survival.records import Records

    frame = trial(300)
    records, x = Records(frame["stop"], frame["event"]), frame[["age", "bulbar"]]
    fitted = fit_hazard_model(frame["stop"].to_numpy(), frame["event"].to_numpy(), x)
    theirs = baseline_hazard(fit_cox(records, x), records, x)
    assert fitted.cumulative(fitted.day) == pytest.approx(
        theirs.table["cumulative_hazard"].to_numpy(), rel=1e-10
    )


def test_a_population_that_nobody_knows_is_refused() -> None:
    assert target("att") is TARGETS["att"]
    with pytest.raises(ValueError, match="'atm' is none of ate, att, overlap"):
        target("atm")


def test_models_of_death_and_of_censoring_are_those_of_lifelines() -> None:
    from lifelines import CoxPHFitter

    frame = trial(400)
    frame = frame.assign(stop=frame["stop"] + np.linspace(0, 0.9, 400))
    for ends in (frame["event"], ~frame["event"]):
        ours = fit_hazard_model(frame["stop"].to_numpy(), ends.to_numpy(), frame[["age", "bulbar"]])
        theirs = CoxPHFitter().fit(
            frame[["stop", "age", "bulbar"]].assign(ends=ends),
            "stop",
            "ends",
            fit_options={"precision": 1e-12},
        )
        assert ours.coefficient == pytest.approx(theirs.params_.to_numpy(), abs=1e-6)
        at_mean = theirs.baseline_cumulative_hazard_.iloc[:, 0].loc[ours.day].to_numpy()
        assert ours.cumulative(ours.day) == pytest.approx(at_mean, rel=1e-5)


def of_influences(influence: np.ndarray) -> ArmSurvival:
    return ArmSurvival(np.zeros((2, 1)), np.array([np.zeros_like(influence), influence])[:, None, :])


def test_degrees_of_freedom_are_few_where_few_make_the_variance() -> None:
    nobody_more = of_influences(np.tile([1.0, -1.0], 50)).degrees_of_freedom()
    assert nobody_more == np.inf
    (one,) = of_influences(np.r_[1.0, np.zeros(999)]).degrees_of_freedom()
    assert one == pytest.approx(2.0, abs=0.01)
    assert of_influences(np.zeros(9)).degrees_of_freedom() == np.inf


def test_with_few_in_an_arm_t_intervals_cover_where_normal_ones_do_not() -> None:
    """Means of ten against thousands, whose error is known but for its own noise."""
    draws = np.random.default_rng(8).normal(size=(20_000, 10))
    influence = (draws - draws.mean(axis=1, keepdims=True)) / 10
    made = ArmSurvival(np.zeros((2, len(draws))), np.stack([np.zeros_like(influence), influence]))
    (_, error), freedom = made.difference(), made.degrees_of_freedom()
    covers = {
        name: (np.abs(draws.mean(axis=1)) <= reach * error).mean()
        for name, reach in (("normal", 1.96), ("t", t.ppf(0.975, freedom)))
    }
    assert covers["normal"] < 0.91
    assert 0.925 < covers["t"] < 0.96
