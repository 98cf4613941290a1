"""A score by gradient boosting: what it finds, and that it is learnt from others."""

import numpy as np
import pandas as pd
import pytest

from analytics.propensity.boosting import learn_score, score_from_others
from analytics.propensity.model import fit_propensity
from analytics.propensity.score_terms import PropensityError


def corner(n: int = 1_500, seed: int = 4) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Covariates, arm and its true probability, which is high in one corner alone."""
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(
        {"AGE": rng.normal(60, 9, n), "SLOPE": rng.normal(size=n), "SITE": rng.choice(["A", "B"], n)}
    )
    probability = np.where((x["AGE"] > 60) & (x["SLOPE"] > 0), 0.75, 0.15)
    return x, (rng.random(n) < probability).astype(int), probability


def test_it_finds_an_interaction_that_a_logistic_score_does_not() -> None:
    x, arm, probability = corner()
    boosted, logistic = (fit_propensity(x, arm, kind=kind) for kind in ("gradient_boosting", "logistic"))
    errors = [np.abs(model.propensity - probability).mean() for model in (boosted, logistic)]
    assert errors[0] < 0.06
    assert errors[1] > 0.12
    assert boosted.auc > logistic.auc + 0.02
    assert boosted.logit == pytest.approx(np.log(boosted.propensity / (1 - boosted.propensity)))
    assert boosted.terms == ("(Intercept)",)
    assert boosted.coefficient == pytest.approx(np.log(arm.sum() / (len(arm) - arm.sum())))


def test_of_noise_it_learns_nothing_and_says_so() -> None:
    """A score learnt from the subjects themselves would tell the arms apart by heart."""
    x, _, _ = corner(400)
    arm = np.random.default_rng(9).integers(0, 2, 400)
    terms = x[["AGE", "SLOPE"]].to_numpy()
    assert fit_propensity(x, arm, kind="gradient_boosting").auc < 0.56
    by_heart = learn_score(terms, arm, 0)(terms)
    assert np.corrcoef(by_heart, arm)[0, 1] > 0.3
    assert abs(np.corrcoef(score_from_others(terms, arm, 0), arm)[0, 1]) < 0.15


def test_neither_the_order_of_rows_nor_that_of_columns_moves_a_bit() -> None:
    x, arm, _ = corner(300)
    ids = np.array([f"S{i:04d}" for i in range(300)], dtype=object)
    whole = fit_propensity(x, arm, ids=ids, kind="gradient_boosting", seed=3)
    again = np.random.default_rng(1).permutation(300)
    moved = fit_propensity(
        x.iloc[again][["SITE", "SLOPE", "AGE"]], arm[again], ids=ids[again], kind="gradient_boosting", seed=3
    )
    assert moved.propensity.tolist() == whole.propensity[again].tolist()
    assert (
        fit_propensity(x, arm, ids=ids, kind="gradient_boosting", seed=4).propensity.tolist()
        != whole.propensity.tolist()
    )


def test_an_arm_that_cannot_be_calibrated_on_is_named() -> None:
    x, _, _ = corner(100)
    arm = (np.arange(100) < 5).astype(int)
    with pytest.raises(PropensityError, match="gradient boosting is calibrated on 5 folds, and an arm has 4"):
        fit_propensity(x, arm, kind="gradient_boosting")


def test_a_covariate_that_decides_alone_is_refused_as_by_every_model() -> None:
    x, arm, _ = corner(200)
    with pytest.raises(PropensityError, match="SLOPE"):
        fit_propensity(x.assign(SLOPE=arm * 10.0 + x["SLOPE"] / 10), arm, kind="gradient_boosting")
