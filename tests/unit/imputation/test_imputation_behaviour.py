"""Multiple imputation: what it leaves alone, what it restores, and pooling."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.imputation.auxiliary import outcome_auxiliary
from analytics.imputation.chained import impute_covariates
from analytics.imputation.rubin import pool_estimates, pool_survival

N = 1200
RNG = np.random.default_rng(31)
AGE = RNG.normal(60, 10, N)
SLOPE = 0.05 * (AGE - 60) + RNG.normal(0, 0.5, N)
TRUTH = pd.DataFrame(
    {
        "AGE": AGE,
        "SLOPE": SLOPE,
        "RILUZOLE": (RNG.random(N) < 1 / (1 + np.exp(-(AGE - 60) / 5))).astype(float),
        "ONSET": np.where(SLOPE > 0.5, "BULBAR", np.where(RNG.random(N) < 0.9, "LIMB", "OTHER")).astype(
            object
        ),
    }
)
SOURCE = np.where(np.arange(N) < 200, "REGISTRY", "PROACT")
IDS = np.array([f"S{i:04d}" for i in RNG.permutation(N)], dtype=object)
GONE = RNG.random((N, 3)) < (0.6 / (1 + np.exp(-(AGE - 60) / 6)))[:, None]


def incomplete() -> pd.DataFrame:
    frame = TRUTH.copy()
    for column, name in enumerate(("SLOPE", "RILUZOLE", "ONSET")):
        frame[name] = frame[name].where(~GONE[:, column])
    return frame


GIVEN = incomplete()
IMPUTED = impute_covariates(GIVEN, SOURCE, IDS, imputations=5, iterations=5, seed=3)


def test_observed_values_stay_and_missing_ones_are_filled() -> None:
    for frame in IMPUTED.frames:
        assert frame.notna().all(axis=None)
        assert list(frame.columns) == list(GIVEN.columns)
        for name in GIVEN.columns:
            known = GIVEN[name].notna()
            assert (frame.loc[known, name] == GIVEN.loc[known, name]).all()


def test_order_of_rows_and_columns_changes_nothing() -> None:
    rows = np.random.default_rng(1).permutation(N)
    again = impute_covariates(
        GIVEN.iloc[rows, ::-1], SOURCE[rows], IDS[rows], imputations=5, iterations=5, seed=3
    )
    for first, second in zip(IMPUTED.frames, again.frames, strict=True):
        pd.testing.assert_frame_equal(second.sort_index()[list(first.columns)], first)


def test_another_seed_draws_other_values_and_each_imputation_differs() -> None:
    other = impute_covariates(GIVEN, SOURCE, IDS, imputations=1, iterations=2, seed=4)
    assert not other.frames[0].equals(IMPUTED.frames[0])
    assert not IMPUTED.frames[0].equals(IMPUTED.frames[1])


def test_a_source_is_imputed_from_itself_alone() -> None:
    alone = impute_covariates(
        GIVEN[SOURCE == "REGISTRY"],
        SOURCE[SOURCE == "REGISTRY"],
        IDS[SOURCE == "REGISTRY"],
        imputations=5,
        iterations=5,
        seed=3,
    )
    pd.testing.assert_frame_equal(alone.frames[0], IMPUTED.frames[0][SOURCE == "REGISTRY"])


@pytest.mark.parametrize("method", ["pmm", "normal"])
def test_imputation_removes_the_bias_of_complete_cases(method: str) -> None:
    result = impute_covariates(GIVEN, SOURCE, IDS, imputations=5, iterations=5, seed=3, method=method)
    for name, spread in (("SLOPE", TRUTH["SLOPE"].std()), ("RILUZOLE", 0.5)):
        complete = abs(GIVEN[name].mean() - TRUTH[name].mean()) / spread
        imputed = abs(np.mean([frame[name].mean() for frame in result.frames]) - TRUTH[name].mean()) / spread
        assert complete > 0.1
        assert imputed < complete / 2
    slopes = [np.polyfit(frame["AGE"], frame["SLOPE"], 1)[0] for frame in result.frames]
    assert np.mean(slopes) == pytest.approx(0.05, abs=0.006)


def test_predictive_mean_matching_gives_values_that_someone_has() -> None:
    for source in ("REGISTRY", "PROACT"):
        at = source == SOURCE
        assert set(IMPUTED.frames[0].loc[at, "SLOPE"]) <= set(GIVEN.loc[at, "SLOPE"].dropna())
        assert set(IMPUTED.frames[0].loc[at, "ONSET"]) <= {"BULBAR", "LIMB", "OTHER"}


def test_a_covariate_never_recorded_in_a_source_stays_missing_with_a_note() -> None:
    frame = GIVEN.assign(FVCPP=np.where(SOURCE == "PROACT", AGE + 20, np.nan))
    result = impute_covariates(frame, SOURCE, IDS, imputations=2, iterations=2)
    row = result.summary.query("source == 'REGISTRY' and covariate == 'FVCPP'").iloc[0]
    assert row["n_missing"] == 200
    assert row["note"] == "not imputed: 0 observed values in this source"
    assert result.frames[0].loc[SOURCE == "REGISTRY", "FVCPP"].isna().all()


def test_the_outcome_carries_information_into_imputation() -> None:
    rng = np.random.default_rng(9)
    stop = rng.exponential(np.exp(-1.5 * TRUTH["SLOPE"]))
    event = np.ones(N)
    lost = rng.random(N) < 0.5
    frame = pd.DataFrame({"SLOPE": TRUTH["SLOPE"].where(~lost)})
    one_source = np.full(N, "PROACT")
    hazard = outcome_auxiliary(stop, event)
    seen = impute_covariates(frame, one_source, IDS, auxiliary=hazard, imputations=3, iterations=3)
    blind = impute_covariates(
        frame, one_source, IDS, auxiliary=hazard[["event"]] * 0, imputations=3, iterations=3
    )
    assert np.corrcoef(seen.frames[0]["SLOPE"][lost], np.log(stop)[lost])[0, 1] < -0.3
    assert abs(np.corrcoef(blind.frames[0]["SLOPE"][lost], np.log(stop)[lost])[0, 1]) < 0.15


def test_auxiliary_hazard_counts_delayed_entry_from_entry() -> None:
    found = outcome_auxiliary(np.array([5.0, 3.0, 8.0]), np.array([1, 1, 0]), entry=np.array([0.0, 0.0, 4.0]))
    assert found["cumulative_hazard"].tolist() == pytest.approx([0.5 + 0.5, 0.5, 0.5])


def test_missing_auxiliary_values_are_refused() -> None:
    with pytest.raises(ValueError, match="auxiliary columns must not have missing"):
        impute_covariates(GIVEN, SOURCE, IDS, auxiliary=pd.DataFrame({"event": np.full(N, np.nan)}))


def test_imputations_without_an_estimate_are_left_out_and_said() -> None:
    pooled = pool_estimates(np.array([-0.4, np.nan, -0.5]), np.array([0.04, np.nan, 0.05]))
    assert pooled.estimate == pytest.approx(-0.45)
    assert pooled.note == "pooled over the 2 of 3 imputations that gave an estimate"
    alone = pool_estimates(np.array([-0.4, np.nan]), np.array([0.04, 0.04]))
    assert np.isnan(alone.estimate)
    assert "two are needed" in str(alone.note)


def test_imputations_that_agree_pool_to_a_normal_interval() -> None:
    pooled = pool_estimates(np.full(5, -0.4), np.full(5, 0.04))
    assert pooled.df == np.inf
    assert (pooled.ci_lower, pooled.ci_upper) == pytest.approx((-0.4 - 1.959964 * 0.2, -0.4 + 1.959964 * 0.2))
    assert pooled.fraction_missing == 0


def test_survival_pools_as_the_mean_with_limits_between_0_and_1() -> None:
    survival = np.array([[1.0, 0.8, 0.5], [1.0, 0.7, 0.6]])
    error = np.array([[0.0, 0.05, 0.06], [0.0, 0.06, 0.05]])
    table = pool_survival(survival, error)
    assert table.loc[0, "survival"] == 1
    assert table.loc[0, ["ci_lower", "ci_upper"]].tolist() == [1, 1]
    assert table["survival"].tolist() == pytest.approx([1, 0.75, 0.55])
    assert (table["ci_lower"] < table["survival"]).iloc[1:].all()
    assert (table["survival"] < table["ci_upper"]).iloc[1:].all()
    assert table["ci_lower"].iloc[1:].gt(0).all()
    assert table["ci_upper"].iloc[1:].lt(1).all()


def test_a_pooled_curve_is_pooled_time_by_time_as_any_estimate() -> None:
    draw = np.random.default_rng(3)
    survival = np.sort(draw.uniform(0.2, 0.95, (5, 40)))[:, ::-1]
    error = draw.uniform(0.01, 0.05, (5, 40))
    table = pool_survival(survival, error)
    for time in range(40):
        one = pool_estimates(survival[:, time], error[:, time] ** 2)
        scale = np.log(-np.log(one.estimate))
        half = (one.ci_upper - one.estimate) / (one.estimate * -np.log(one.estimate))
        expected = [one.estimate, np.exp(-np.exp(scale + half)), np.exp(-np.exp(scale - half))]
        assert table.loc[time].to_numpy() == pytest.approx(expected, rel=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_pooled_curves_never_rise_and_have_an_interval_from_the_first_death_on(seed: int, m: int) -> None:
    draw = np.random.default_rng(seed)
    deaths = draw.random((m, 12)) < 0.4
    survival = np.cumprod(np.where(deaths, draw.uniform(0, 1, (m, 12)).round(1), 1.0), axis=1)
    table = pool_survival(survival, 0.1 * survival * (1 - survival))
    assert (np.diff(table["survival"]) <= 0).all()
    dying = table["survival"].between(0, 1, inclusive="neither")
    assert table.loc[dying, ["ci_lower", "ci_upper"]].notna().all(axis=None)
    assert (table["ci_lower"] <= table["survival"]).loc[dying].all()
    assert (table["ci_upper"] >= table["survival"]).loc[dying].all()


def test_before_anybody_has_died_survival_is_one_for_certain() -> None:
    table = pool_survival(np.array([[1.0, 1.0], [1.0, 0.9]]), np.array([[0.0, 0.0], [0.0, 0.03]]))
    assert table.loc[0].tolist() == [1.0, 1.0, 1.0]
    assert table.loc[1, "survival"] == pytest.approx(0.95)
    assert table.loc[1, "ci_lower"] < 0.95 < table.loc[1, "ci_upper"]
