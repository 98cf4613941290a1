"""Score models: what they refuse, and what they do not depend on."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.propensity.logistic import fit_logistic
from analytics.propensity.model import fit_propensity, score_logit
from analytics.propensity.penalised import fit_penalised, penalty_path
from analytics.propensity.score_terms import PropensityError, score_terms

RNG = np.random.default_rng(20)
N = 400
COVARIATES = pd.DataFrame(
    {
        "AGE": RNG.normal(60, 10, N),
        "BULBAR": RNG.integers(0, 2, N).astype(float),
        "ELESCOR": RNG.choice(["DEFINITE", "POSSIBLE", "PROBABLE"], N),
    }
)
TREATED = (RNG.random(N) < 1 / (1 + np.exp(-(COVARIATES["AGE"] - 60) / 10))).astype(int).to_numpy()
IDS = np.array([f"S{i:04d}" for i in range(N)], dtype=object)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("SITE", np.full(N, 3.0), "SITE is constant"),
        ("SITE", np.full(N, "KR"), "SITE is constant"),
        (
            "COUNTRY",
            np.where(TREATED == 1, "KR", "US"),
            r"COUNTRY predicts treatment perfectly \(the level KR",
        ),
        ("ASIAN", TREATED.astype(float), "ASIAN predicts treatment perfectly"),
        ("VISIT", TREATED * 10.0 + np.arange(N) % 7, "VISIT predicts treatment perfectly"),
        ("RILUZOLE", np.where(np.arange(N) < 3, np.nan, 1.0), "RILUZOLE: 3 missing values"),
        ("DFRS", np.where(np.arange(N) < 1, np.inf, 1.0), "DFRS: infinite values"),
    ],
)
def test_an_unusable_covariate_is_named(name: str, values: np.ndarray, message: str) -> None:
    with pytest.raises(PropensityError, match=message):
        fit_propensity(COVARIATES.assign(**{name: values}), TREATED)


def test_all_unusable_covariates_are_named_at_once() -> None:
    with pytest.raises(PropensityError, match=r"ONE is constant; .*TWO predicts"):
        fit_propensity(COVARIATES.assign(ONE=1.0, TWO=TREATED * 1.0), TREATED)


def test_a_linear_combination_is_named() -> None:
    with pytest.raises(PropensityError, match=r"redundant: AGE2"):
        fit_propensity(COVARIATES.assign(AGE2=COVARIATES["AGE"] * 2 + 1), TREATED)


@pytest.mark.parametrize("noise", [0, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 3e-6])
def test_whatever_is_refused_for_being_nearly_another_is_named(noise: float) -> None:
    spread = COVARIATES["AGE"].std()
    twin = COVARIATES["AGE"] + noise * spread * np.random.default_rng(1).normal(size=N)
    with pytest.raises(PropensityError, match=r"redundant: TWIN"):
        fit_propensity(COVARIATES.assign(TWIN=twin), TREATED)


def test_covariates_that_separate_only_together_are_refused() -> None:
    total = np.where(TREATED == 1, 5.0, -5.0)
    part = RNG.normal(0, 20, N)
    with pytest.raises(PropensityError, match="together separate the arms"):
        fit_propensity(pd.DataFrame({"A": part, "B": total - part}), TREATED)


def test_an_empty_arm_is_refused() -> None:
    with pytest.raises(PropensityError, match="one arm is empty"):
        fit_propensity(COVARIATES, np.ones(N))


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(N)))
def test_order_of_rows_changes_not_a_bit(order: list[int]) -> None:
    rows = np.array(order)
    for kind in ("logistic", "lasso"):
        model = fit_propensity(COVARIATES, TREATED, ids=IDS, kind=kind, penalty=0.01)
        shuffled = fit_propensity(
            COVARIATES.iloc[rows], TREATED[rows], ids=IDS[rows], kind=kind, penalty=0.01
        )
        assert np.array_equal(model.coefficient, shuffled.coefficient)
        assert np.array_equal(model.logit[rows], shuffled.logit)


def test_stored_coefficients_score_other_subjects_as_the_model_would() -> None:
    model = fit_propensity(COVARIATES, TREATED)
    few = COVARIATES.iloc[[5, 17]]
    assert np.array_equal(score_logit(model.terms, model.coefficient, few), model.logit[[5, 17]])
    with pytest.raises(PropensityError, match="ELESCOR of the score model is not in the data"):
        score_logit(model.terms, model.coefficient, COVARIATES.drop(columns="ELESCOR"))


def test_rescaling_a_covariate_rescales_its_coefficient_alone() -> None:
    model = fit_propensity(COVARIATES, TREATED)
    other = fit_propensity(COVARIATES.assign(AGE=COVARIATES["AGE"] * 365.25), TREATED)
    assert np.allclose(other.logit, model.logit, rtol=1e-9)
    assert other.coefficient[1] * 365.25 == pytest.approx(model.coefficient[1], rel=1e-10)
    assert other.standard_error[1] * 365.25 == pytest.approx(model.standard_error[1], rel=1e-10)


def test_case_weights_count_as_repeated_rows() -> None:
    values = np.ascontiguousarray(COVARIATES[["AGE", "BULBAR"]].to_numpy().T)
    counts = RNG.integers(1, 4, N)
    weighted = fit_logistic(values, TREATED, weights=counts.astype(float))
    repeated = fit_logistic(np.repeat(values, counts, axis=1), np.repeat(TREATED, counts))
    assert np.allclose(weighted.coefficient, repeated.coefficient, rtol=1e-9)
    assert np.allclose(weighted.standard_error, repeated.standard_error, rtol=1e-9)


def test_a_cross_validated_penalty_depends_on_its_seed_alone() -> None:
    noise = pd.DataFrame(np.random.default_rng(4).normal(size=(N, 6)), columns=list("abcdef"))
    wide = pd.concat([COVARIATES, noise], axis=1)
    first = fit_propensity(wide, TREATED, ids=IDS, kind="lasso", seed=7)
    again = fit_propensity(wide.iloc[::-1], TREATED[::-1], ids=IDS[::-1], kind="lasso", seed=7)
    assert first.penalty == again.penalty
    assert np.array_equal(first.coefficient, again.coefficient)
    assert 0.6 < first.auc < 0.9


@pytest.mark.parametrize("share", [1.0, 0.99, 0.5, 0.01])
def test_a_lasso_is_at_its_minimum_also_where_it_keeps_almost_nothing(share: float) -> None:
    values = np.ascontiguousarray(score_terms(COVARIATES).matrix)
    outcome = TREATED.astype(float)
    penalty = share * float(penalty_path(values, outcome, 1.0)[0])
    fit = fit_penalised(values, outcome, 1.0, penalty)
    terms = (values - values.mean(axis=1, keepdims=True)) / values.std(axis=1, keepdims=True)
    slope = fit.coefficient[1:]
    residual = outcome - 1.0 / (1.0 + np.exp(-fit.coefficient[0] - slope @ values))
    gradient = terms @ residual / N
    assert fit.converged
    assert abs(residual.mean()) < 1e-9
    assert np.allclose(gradient[slope != 0], penalty * np.sign(slope[slope != 0]), rtol=0, atol=1e-8)
    assert (np.abs(gradient) <= penalty + 1e-8).all()
    assert (slope != 0).any() == (share < 1.0)


def test_a_lasso_that_runs_away_is_refused() -> None:
    rng = np.random.default_rng(47)
    values, few = rng.standard_normal((11, 60)), np.arange(60) < 5
    with pytest.raises(PropensityError, match="raise the penalty"):
        fit_propensity(pd.DataFrame(values.T, columns=list("abcdefghijk")), few, kind="lasso", penalty=1e-12)


def test_extreme_scores_without_separation_are_fitted() -> None:
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.normal(size=300), [400.0, -400.0]])
    y = np.concatenate([(rng.random(300) < 1 / (1 + np.exp(-x[:300]))), [True, False]]).astype(int)
    model = fit_propensity(pd.DataFrame({"X": x}), y)
    assert np.abs(model.logit).max() > 100
    assert 0.5 < model.coefficient[1] < 2


def test_quasi_complete_separation_by_two_covariates_is_refused() -> None:
    rng = np.random.default_rng(12)
    a, b = rng.integers(0, 2, N).astype(float), rng.integers(0, 2, N).astype(float)
    y = np.where((a == 1) & (b == 1), 1, rng.integers(0, 2, N))
    covariates = pd.DataFrame({"A": a, "B": b, "AB": a * b + 0.001 * a})
    for names in permutations(("A", "B", "Z")):
        with pytest.raises(PropensityError, match="together separate the arms"):
            fit_propensity(covariates.set_axis(list(names), axis=1), y)
