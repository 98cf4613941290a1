"""Cross-fitting: what a learner finds that nobody wrote down, and that nobody is judged by a model that knew him."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from analytics.outcome_model.arm_survival import doubly_robust
from analytics.outcome_model.cross_fitting import cross_fitted, fit_cross_fitted
from analytics.outcome_model.hazard_model import OutcomeModelError
from analytics.outcome_model.nuisances import fit_nuisances
from analytics.outcome_model.target import TARGETS

DAY = 60.0


@cache
def bent(n: int, seed: int = 5) -> pd.DataFrame:
    """Who is treated and who dies hang on whether age is far from the middle: straight terms see nothing of it."""
    rng = np.random.default_rng(seed)
    age, other = rng.uniform(-2, 2, n), rng.normal(size=n)
    far = np.abs(age) > 1
    treated = (rng.random(n) < np.where(far, 0.25, 0.7)) * 1.0
    dies = np.ceil(rng.exponential(1 / hazard(age, treated)))
    leaves = np.ceil(rng.exponential(200, n))
    return pd.DataFrame(
        {
            "stop": np.minimum(dies, leaves),
            "event": dies <= leaves,
            "treated": treated,
            "age": age,
            "other": other,
        }
    )


def hazard(age: np.ndarray, treated: np.ndarray | float) -> np.ndarray:
    return 0.02 * np.exp(1.2 * (np.abs(age) > 1) - 0.3 * treated)


def truth(frame: pd.DataFrame, target: str) -> float:
    score = np.where(frame["age"].abs() > 1, 0.25, 0.7)
    weight, _ = TARGETS[target].base(frame["treated"].to_numpy(), score)
    age = frame["age"].to_numpy()
    alive = [np.exp(-DAY * hazard(age, arm)) for arm in (0.0, 1.0)]
    return float(np.average(alive[1] - alive[0], weights=weight))


def parts(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, pd.DataFrame]:
    followed = (frame[name].to_numpy() for name in ("stop", "event", "treated"))
    return (*followed, frame[["age", "other"]])  # type: ignore[return-value]


@pytest.mark.parametrize("target", TARGETS)
def test_boosting_finds_what_straight_terms_do_not(target: str) -> None:
    frame = bent(4_000)
    stop, event, treated, x = parts(frame)
    straight = doubly_robust(fit_nuisances(stop, event, treated, x, x, x), TARGETS[target], np.array([DAY]))
    learnt = fit_cross_fitted(stop, event, treated, x, folds=5, seed=1, boosted=True)
    found = cross_fitted(learnt, TARGETS[target], np.array([DAY]))
    difference, error = found.difference()
    assert abs(difference[0] - truth(frame, target)) < 2.5 * error[0]
    assert straight.difference()[0][0] - truth(frame, target) > 0.04


@pytest.mark.parametrize("target", TARGETS)
def test_with_the_same_models_it_is_the_estimator_that_is_not_folded(target: str) -> None:
    stop, event, treated, x = parts(bent(3_000))
    folded = fit_cross_fitted(stop, event, treated, x, folds=10, seed=2)
    for restricted in (False, True):
        plain = doubly_robust(
            fit_nuisances(stop, event, treated, x, x, x),
            TARGETS[target],
            np.array([DAY]),
            restricted_mean=restricted,
        )
        found = cross_fitted(folded, TARGETS[target], np.array([DAY]), restricted_mean=restricted)
        assert found.difference()[0] == pytest.approx(
            plain.difference()[0], abs=0.15 * plain.difference()[1][0]
        )
        assert found.difference()[1] == pytest.approx(plain.difference()[1], rel=0.05)


@pytest.mark.parametrize("target", TARGETS)
def test_days_that_nobody_else_dies_or_leaves_on_count_as_others(target: str) -> None:
    """No two subjects share a day, so that the others' models have no jump on those of a fold."""
    found = []
    for seed in range(6):
        frame = bent(400, seed)
        stop, event, treated, x = parts(
            frame.assign(stop=frame["stop"] + np.linspace(0, 0.9, 400), age=frame["age"].abs())
        )
        plain, folded = (
            fit_nuisances(stop, event, treated, x, x, x),
            fit_cross_fitted(stop, event, treated, x, folds=5, seed=seed),
        )
        for restricted in (False, True):
            one, other = (
                estimator(models, TARGETS[target], np.array([DAY]), restricted_mean=restricted).difference()
                for estimator, models in ((doubly_robust, plain), (cross_fitted, folded))
            )
            found.append((one[0][0] - other[0][0]) / one[1][0])
    assert np.abs(found).max() < 0.6
    assert abs(np.mean(found)) < 0.2


def test_nobody_is_judged_by_models_that_knew_him() -> None:
    stop, event, treated, x = parts(bent(400))
    models = fit_cross_fitted(stop, event, treated, x, folds=4, seed=3, boosted=True)
    mine = models.fold == 2
    other = fit_cross_fitted(
        np.where(mine, stop + 7, stop),
        np.where(mine, ~event, event),
        treated,
        x,
        folds=4,
        seed=3,
        boosted=True,
    )
    for before, after, same in zip(models.without, other.without, [False, False, True, False], strict=True):
        for arm in (0, 1):
            unmoved = np.array_equal(before.outcome[arm].coefficient, after.outcome[arm].coefficient)
            assert unmoved == same
    shares = pd.crosstab(models.fold, treated)
    assert (shares.max() - shares.min()).max() <= 1


def test_a_fold_without_deaths_elsewhere_is_named() -> None:
    stop, event, treated, x = parts(bent(60).assign(event=False))
    with pytest.raises(OutcomeModelError, match="outcome model of controls: no events"):
        fit_cross_fitted(stop, event, treated, x, folds=2, seed=3)


def test_an_arm_of_four_cannot_be_calibrated_on() -> None:
    frame = bent(400).assign(treated=lambda f: (np.arange(len(f)) % 67 == 0) * 1.0)
    stop, _, treated, x = parts(frame)
    with pytest.raises(OutcomeModelError, match=r"treatment model: gradient boosting .* an arm has 3"):
        fit_cross_fitted(
            stop, np.ones(len(frame), bool), treated, x[["other"]], folds=2, seed=3, boosted=True
        )
