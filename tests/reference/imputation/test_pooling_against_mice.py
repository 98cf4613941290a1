"""Rubin's rules and the auxiliary hazard equal mice's (printed by pooling.R), pooled Wald tests mitml's D2 (wald.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.imputation.auxiliary import outcome_auxiliary
from analytics.imputation.rubin import pool_estimates, pool_wald

HERE = Path(__file__).parent
ESTIMATES = pd.read_csv(HERE / "estimates.csv")
POOLED = pd.read_csv(HERE / "pooled.csv")
WALD = pd.read_csv(HERE / "wald.csv")


@pytest.mark.parametrize("row", POOLED.itertuples(index=False), ids=lambda row: f"{row.case}-{row.n}")
def test_pooled_estimate_equals_pool_scalar(row: tuple) -> None:
    given = ESTIMATES[ESTIMATES["case"] == row.case]
    pooled = pool_estimates(given["estimate"], given["variance"], complete_df=row.n - 1)
    assert pooled.estimate == pytest.approx(row.estimate, rel=1e-8)
    assert pooled.standard_error**2 == pytest.approx(row.total, rel=1e-8)
    assert pooled.within == pytest.approx(row.within, rel=1e-8)
    assert pooled.between == pytest.approx(row.between, rel=1e-8)
    assert pooled.relative_increase == pytest.approx(row.relative_increase, rel=1e-8)
    assert pooled.df == pytest.approx(row.df, rel=1e-8)
    assert pooled.fraction_missing == pytest.approx(row.fraction_missing, rel=1e-8)


def test_auxiliary_hazard_equals_nelson_aalen() -> None:
    lung = pd.read_csv(HERE / "nelson_aalen.csv")
    found = outcome_auxiliary(lung["stop"].to_numpy(), lung["event"].to_numpy())
    assert np.allclose(found["cumulative_hazard"], lung["cumulative_hazard"], rtol=1e-8)


@pytest.mark.parametrize("row", WALD.itertuples(index=False), ids=lambda row: row.case)
def test_pooled_wald_test_equals_d2(row: tuple) -> None:
    pooled = pool_wald(np.array(row.statistics.split(), dtype=float), row.df)
    assert pooled.statistic == pytest.approx(row.f * row.df, rel=1e-8, abs=1e-12)
    assert pooled.denominator_df == pytest.approx(row.denominator_df, rel=1e-8)
    assert pooled.p_value == pytest.approx(row.p_value, rel=1e-8)


def test_imputations_that_agree_leave_the_test_as_it_is() -> None:
    pooled = pool_wald(np.array([4.2, 4.2, 4.2]), 2)
    assert (pooled.statistic, pooled.denominator_df) == (4.2, np.inf)
    assert pooled.p_value == pytest.approx(np.exp(-2.1), rel=1e-12)
    assert np.isnan(pool_wald(np.array([np.nan]), 1).p_value)
