"""What balancing weights promise."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.balance.table import covariate_balance
from analytics.propensity.model import fit_propensity
from analytics.weighting.balancing import balancing_weights, effective_sample_size, truncate_weights
from analytics.weighting.entropy import entropy_balance
from analytics.weighting.scheme import SCHEMES

FEW = settings(max_examples=20, deadline=None)


def study(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "AGE": rng.normal(60, 10, 300),
            "DFRS": rng.exponential(0.7, 300),
            "ONSET": rng.choice(["BULBAR", "LIMB", "OTHER"], 300, p=[0.3, 0.6, 0.1]),
        }
    )
    chance = 1 / (1 + np.exp(0.8 - 0.05 * (frame["AGE"] - 60) + 0.5 * frame["DFRS"]))
    return frame, (rng.random(300) < chance).astype(int).to_numpy()


@FEW
@given(st.integers(0, 10_000))
def test_overlap_weights_balance_the_means_of_the_score_model_exactly(seed: int) -> None:
    covariates, treated = study(seed)
    weights = balancing_weights(
        treated, fit_propensity(covariates, treated).propensity, SCHEMES["overlap"].tilt
    )
    table = covariate_balance(covariates, treated, weights, denominator="pooled")
    assert table.loc[table["stage"] == "adjusted", "smd"].abs().max() < 1e-8


@FEW
@given(st.integers(0, 10_000), st.sampled_from([1, 2]))
def test_entropy_balancing_hits_every_moment(seed: int, moments: int) -> None:
    covariates, treated = study(seed)
    result = entropy_balance(covariates, treated, moments=moments)
    table = covariate_balance(covariates, treated, result.weights)
    adjusted = table[table["stage"] == "adjusted"]
    assert result.converged
    assert adjusted["smd"].abs().max() < 1e-8
    assert result.weights[treated == 0].sum() == pytest.approx(treated.sum())
    assert (result.weights > 0).all()
    if moments == 2:
        age, share = covariates["AGE"].to_numpy(), result.weights / treated.sum()
        spread = [
            np.sum(share[arm] * age[arm] ** 2) - np.sum(share[arm] * age[arm]) ** 2
            for arm in (treated == 1, treated == 0)
        ]
        assert spread[0] == pytest.approx(spread[1], rel=1e-8)


def test_entropy_balancing_that_cannot_be_is_null_with_a_note() -> None:
    covariates = pd.DataFrame({"AGE": [80.0, 81.0, 50.0, 60.0, 70.0]})
    result = entropy_balance(covariates, np.array([1, 1, 0, 0, 0]))
    assert not result.converged
    assert np.isnan(result.weights).all()
    assert "no weights of the controls" in str(result.note)
    constant = entropy_balance(pd.DataFrame({"SITE": [1.0, 1.0, 0.0, 0.0]}), np.array([1, 1, 0, 0]))
    assert not constant.converged


def test_entropy_balancing_tolerates_redundant_covariates() -> None:
    covariates, treated = study(3)
    doubled = covariates.assign(AGE2=covariates["AGE"] * 2 + 1)
    assert np.allclose(
        entropy_balance(doubled, treated).weights, entropy_balance(covariates, treated).weights
    )


@pytest.mark.parametrize(
    ("scheme", "weights"),
    [
        ("ate", [5, 1.25, 1 / 0.7, 1 / 0.3]),
        ("att", [1, 0.25, 1, 7 / 3]),
        ("overlap", [0.8, 0.2, 0.3, 0.7]),
        ("matching", [1, 0.25, 3 / 7, 1]),
    ],
)
def test_schemes_follow_their_tilting_functions(scheme: str, weights: list[float]) -> None:
    treated, e = np.array([1, 0, 1, 0]), np.array([0.2, 0.2, 0.7, 0.7])
    assert np.allclose(balancing_weights(treated, e, SCHEMES[scheme].tilt), weights)


def test_a_weight_that_divides_by_zero_is_null() -> None:
    weights = balancing_weights(np.array([0, 0, 1]), np.array([1.0, 0.5, 0.5]), SCHEMES["ate"].tilt)
    assert np.isnan(weights[0])
    assert np.isfinite(weights[1:]).all()


def test_truncation_pulls_in_the_tails_of_each_arm() -> None:
    treated = np.repeat([1, 0], 101)
    weights = np.r_[np.arange(101.0), np.arange(101.0) * 10]
    truncated = truncate_weights(weights, treated, upper=0.9)
    assert truncated[treated == 1].max() == pytest.approx(np.quantile(np.arange(1, 101.0), 0.9))
    assert truncated[treated == 0].max() == pytest.approx(10 * np.quantile(np.arange(1, 101.0), 0.9))
    assert np.array_equal(truncate_weights(weights, treated, upper=1.0), weights)
    assert truncated[0] == 0


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30))
def test_effective_sample_size_is_at_most_the_sample_and_met_by_even_weights(weights: list[float]) -> None:
    assert 1 - 1e-9 <= effective_sample_size(np.array(weights)) <= len(weights) * (1 + 1e-9)
    assert effective_sample_size(np.full(len(weights), 3.0)) == pytest.approx(len(weights))
    assert effective_sample_size(np.zeros(3)) == 0
