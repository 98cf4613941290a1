"""What is said of each arm's weights."""

import pandas as pd
import pytest

from analytics.protocol import Protocol
from analytics.stages.variant import design


def test_both_arms_of_every_scheme_are_summed_up_by_their_own_weights(
    protocol: Protocol, marts: dict[str, pd.DataFrame]
) -> None:
    made = design(protocol, marts)
    summary = made["weight_summary"].set_index(["specification", "imputation", "arm"])
    names = {1: protocol.treatment.treated_label, 0: protocol.treatment.control_label}
    weights = made["balancing_weight"]
    found = weights.groupby(["specification", "imputation", weights["treated"].map(names)])["weight"]
    assert len(summary) == 2 * len(protocol.weighting.schemes)
    for key, own in found:
        row = summary.loc[key]
        assert row["n"] == len(own)
        assert row["effective_n"] == pytest.approx(own.sum() ** 2 / (own**2).sum())
        assert row["largest_weight"] == own.max()
