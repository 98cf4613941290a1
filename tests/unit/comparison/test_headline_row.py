"""The headline of a comparison: the row that leads it, where it holds an estimate."""

import numpy as np
import pandas as pd

from analytics.comparison.effect_row import headline_row, published_headline

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
