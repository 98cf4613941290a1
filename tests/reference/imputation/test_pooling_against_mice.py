"""Rubin's rules and the auxiliary hazard equal mice's (expected values printed by pooling.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.imputation.auxiliary import outcome_auxiliary
from analytics.imputation.pooling import pool_estimates

HERE = Path(__file__).parent
ESTIMATES = pd.read_csv(HERE / "estimates.csv")
POOLED = pd.read_csv(HERE / "pooled.csv")


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
