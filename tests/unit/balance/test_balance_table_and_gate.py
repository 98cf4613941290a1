"""Balance tables and the verdict on them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from analytics.balance.gate import balance_gate
from analytics.balance.table import covariate_balance

RNG = np.random.default_rng(6)
TREATED = np.r_[np.ones(40), np.zeros(80)].astype(int)
COVARIATES = pd.DataFrame(
    {
        "AGE": RNG.normal(60, 10, 120) + 5 * TREATED,
        "BULBAR": RNG.integers(0, 2, 120).astype(float),
        "ONSET": RNG.choice(["LIMB", "BULBAR", "OTHER"], 120),
    }
)


def row(
    table: pd.DataFrame, covariate: str, level: str | None = None, stage: str = "unadjusted"
) -> pd.Series:
    at = (table["covariate"] == covariate) & (table["stage"] == stage)
    return table[at & (table["level"].isna() if level is None else table["level"] == level)].iloc[0]


def test_every_level_of_a_category_gets_a_row() -> None:
    table = covariate_balance(COVARIATES, TREATED)
    assert table[table["covariate"] == "ONSET"]["level"].tolist() == ["BULBAR", "LIMB", "OTHER"]
    shares = table[table["covariate"] == "ONSET"]["treated_mean"]
    assert shares.sum() == pytest.approx(1)


def test_denominators_are_what_they_say() -> None:
    age, arm = COVARIATES["AGE"], TREATED == 1
    difference = age[arm].mean() - age[~arm].mean()
    pooled = np.sqrt((age[arm].var() + age[~arm].var()) / 2)
    by_treated = row(covariate_balance(COVARIATES, TREATED), "AGE")
    by_pooled = row(covariate_balance(COVARIATES, TREATED, denominator="pooled"), "AGE")
    assert by_treated["smd"] == pytest.approx(difference / age[arm].std())
    assert by_pooled["smd"] == pytest.approx(difference / pooled)
    assert (by_treated["denominator"], by_pooled["denominator"]) == ("treated", "pooled")
    with pytest.raises(ValueError, match="denominator 'control'"):
        covariate_balance(COVARIATES, TREATED, denominator="control")


def test_spread_is_that_of_whole_copies_and_of_numbers_alone() -> None:
    age, arm, copies = COVARIATES["AGE"], TREATED == 1, np.where(TREATED == 1, 1, 1 + np.arange(120) % 3)
    table = covariate_balance(COVARIATES, TREATED, copies.astype(float))
    raw, weighted = row(table, "AGE"), row(table, "AGE", stage="adjusted")
    assert raw["treated_sd"] == pytest.approx(age[arm].std())
    assert raw["control_sd"] == pytest.approx(age[~arm].std())
    copied = np.repeat(age[~arm], copies[~arm])
    # By the sum of squares, as numpy has it; the correction is that of reliability weights.
    n, squares = copies[~arm].sum(), (copies[~arm] ** 2).sum()
    assert weighted["control_sd"] == pytest.approx(np.sqrt(copied.var(ddof=0) / (1 - squares / n**2)))
    assert table.loc[table["covariate"] != "AGE", ["treated_sd", "control_sd"]].isna().all(axis=None)


def test_adjustment_cannot_hide_behind_a_wider_spread() -> None:
    weights = np.where((COVARIATES["AGE"] - 60).abs() > 8, 1.0, 0.01)
    table = covariate_balance(COVARIATES, TREATED, weights)
    adjusted = row(table, "AGE", stage="adjusted")
    spread = COVARIATES["AGE"][TREATED == 1].std()
    assert adjusted["smd"] == pytest.approx((adjusted["treated_mean"] - adjusted["control_mean"]) / spread)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=60), st.integers(1, 3))
def test_unweighted_ks_equals_scipy(values: list[int], n_treated: int) -> None:
    treated = np.zeros(len(values), dtype=int)
    treated[:n_treated] = 1
    x = np.array(values, dtype=float) + 2
    table = covariate_balance(pd.DataFrame({"X": x}), treated)
    assert table["ks"].iloc[0] == pytest.approx(
        ks_2samp(x[treated == 1], x[treated == 0]).statistic, abs=1e-12
    )


def test_integer_weights_count_as_repeated_rows_in_means_and_ks() -> None:
    counts = RNG.integers(1, 4, 120)
    weighted = covariate_balance(COVARIATES, TREATED, counts.astype(float))
    repeated = covariate_balance(
        COVARIATES.loc[np.repeat(COVARIATES.index, counts)].reset_index(drop=True), np.repeat(TREATED, counts)
    )
    for figure in ("treated_mean", "control_mean", "ks"):
        adjusted = weighted.loc[weighted["stage"] == "adjusted", figure]
        assert np.allclose(adjusted, repeated[figure])


def test_missing_values_are_left_out_and_counted() -> None:
    age = COVARIATES["AGE"].where(np.arange(120) % 10 != 0)
    table = covariate_balance(pd.DataFrame({"AGE": age}), TREATED)
    assert table["n_missing"].iloc[0] == 12
    assert table["treated_mean"].iloc[0] == pytest.approx(age[TREATED == 1].mean())


def test_a_covariate_nobody_of_an_arm_has_is_null_not_an_error() -> None:
    table = covariate_balance(pd.DataFrame({"AGE": np.where(TREATED == 1, np.nan, 60.0)}), TREATED)
    assert table[["treated_mean", "smd", "ks"]].isna().all(axis=None)


def test_gate_names_what_fails_worst_first() -> None:
    table = covariate_balance(COVARIATES.assign(DFRS=RNG.normal(size=120) + 3 * TREATED), TREATED)
    verdict = balance_gate(table, 40, 80, max_abs_smd=0.25)
    assert not verdict.supported
    assert verdict.failing[:2] == ("DFRS", "AGE")
    assert verdict.largest_smd == pytest.approx(table["smd"].abs().max())
    assert "DFRS, AGE" in str(verdict.note)


def test_gate_needs_effective_sample_in_both_arms() -> None:
    even = covariate_balance(COVARIATES[["AGE"]], TREATED)
    verdict = balance_gate(even, 40, 12.3, max_abs_smd=10)
    assert not verdict.supported
    assert verdict.failing == ()
    assert "effective sample 12.3 below 30" in str(verdict.note)
    assert balance_gate(even, 40, 80, max_abs_smd=10).supported


def test_gate_judges_the_adjusted_rows_and_fails_on_what_cannot_be_computed() -> None:
    table = covariate_balance(COVARIATES[["AGE"]], TREATED, np.where(TREATED == 1, 1.0, 0.0))
    verdict = balance_gate(table, 40, 80)
    assert not verdict.supported
    assert verdict.failing == ("AGE",)


def test_weights_that_could_not_be_made_give_null_figures() -> None:
    table = covariate_balance(COVARIATES, TREATED, np.full(120, np.nan))
    adjusted = table[table["stage"] == "adjusted"]
    assert adjusted[["treated_mean", "smd", "variance_ratio", "ks"]].isna().all(axis=None)
    assert not balance_gate(table, np.nan, np.nan).supported


def test_gate_that_saw_nothing_does_not_support() -> None:
    nothing = pd.DataFrame({"stage": [], "covariate": [], "level": [], "smd": []}).astype({"smd": float})
    verdict = balance_gate(nothing, 100.0, 100.0)
    assert not verdict.supported
    assert "no covariate was compared" in str(verdict.note)
