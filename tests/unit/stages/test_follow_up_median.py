"""The median length of follow-up over imputations."""

import numpy as np
import pytest

from analytics.stages.survival import _middle


@pytest.mark.parametrize(
    ("medians", "told"),
    [
        ([400.0], 400.0),
        ([400.0, 410.0, 500.0], 410.0),
        ([np.nan, 400.0, 410.0], 410.0),
        ([np.nan, np.nan, 400.0], np.nan),
        ([np.nan], np.nan),
    ],
)
def test_not_reached_in_most_imputations_is_not_reached(medians: list[float], told: float) -> None:
    assert _middle(np.array(medians)) == pytest.approx(told, nan_ok=True)
