"""The headline of a comparison: the row that leads it, where it holds an estimate, and the error the bootstrap gives it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analytics.comparison import bootstrap_variance
from analytics.comparison.effect_row import headline_row, published_headline
from analytics.protocol import Protocol

EFFECTS = pd.DataFrame(
    [("crude", "OS", "Y", np.nan), ("matched", "OS", "N", 0.9), ("matched", "OS", "Y", 0.8)],
    columns=["specification", "endpoint", "headline", "estimate"],
)


def test_a_headline_without_an_estimate_is_published_and_carries_nothing_further() -> None:
    crude = published_headline(EFFECTS, "crude", "OS")
    assert crude is not None
    assert np.isnan(crude["estimate"])
    assert headline_row(EFFECTS, "crude", "OS") is None


def test_a_headline_is_of_its_own_comparison_and_none_of_another() -> None:
    row = headline_row(EFFECTS, "matched", "OS")
    assert row is not None
    assert row["estimate"] == 0.8
    assert headline_row(EFFECTS, "overlap", "OS") is headline_row(EFFECTS, "matched", "TFS") is None


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
