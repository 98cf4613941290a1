"""The error that the bootstrap gives a hazard ratio."""

from types import SimpleNamespace

import numpy as np
import pytest

from analytics.comparison import bootstrap_variance
from analytics.protocol import Protocol


def test_the_bootstraps_error_is_of_the_variances_within_each_data_set(
    protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three replicates of two data sets, whose sample variances are 1 and 4; what lies between the data sets is no part."""
    drawn = iter([np.array([1.0, 2.0, 3.0]), np.array([12.0, 14.0, 16.0])])
    monkeypatch.setattr(bootstrap_variance, "replicates", lambda *_: next(drawn))
    monkeypatch.setattr(bootstrap_variance, "_arrays", lambda *_: SimpleNamespace(treated=np.array([0, 1])))
    monkeypatch.setattr(bootstrap_variance, "_statistic", lambda *_: None)
    errors = bootstrap_variance.bootstrap_errors(protocol, [None, None], "overlap")
    assert errors == pytest.approx([2.5**0.5] * 2)
