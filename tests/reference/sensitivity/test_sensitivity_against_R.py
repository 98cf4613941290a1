"""E-values and censoring weights against R, and the published E-value examples."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.sensitivity.e_value import _threshold, e_value
from analytics.sensitivity.ipcw import censoring_weights

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    "expected", pd.read_csv(HERE / "e_value_expected.csv").to_dict("records"), ids=lambda e: str(e["hr"])
)
def test_e_values_equal_R(expected: dict) -> None:
    found = e_value(expected["hr"], expected["lower"], expected["upper"], expected["true"])
    assert found.risk_ratio == pytest.approx(expected["risk_ratio"], rel=1e-8)
    assert found.estimate == pytest.approx(expected["estimate"], rel=1e-8)
    assert found.interval == pytest.approx(expected["interval"], rel=1e-8)


@pytest.mark.parametrize(("ratio", "published"), [(0.80, 1.81), (0.91, 1.43), (3.9, 7.26), (1.8, 3.0)])
def test_e_values_of_risk_ratios_equal_the_published_examples(ratio: float, published: float) -> None:
    assert _threshold(ratio, 1.0) == pytest.approx(published, abs=0.005)


def test_censoring_weights_equal_R() -> None:
    intervals = pd.read_csv(HERE / "ipcw_intervals.csv").rename(columns={"id": "usubjid"})
    expected = pd.read_csv(HERE / "ipcw_expected.csv")["weight"]
    found = censoring_weights(intervals, ["age", "ph.karno", "late"], by=None)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert found.max() > 1.05, "the example must have weights worth comparing"
