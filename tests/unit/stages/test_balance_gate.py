"""What the gate of balance says of each arm."""

import pandas as pd
import pytest

from analytics.protocol import Protocol
from analytics.stages import balance
from analytics.stages.variant import design


def test_each_arm_has_the_effective_size_of_its_own_weights(
    protocol: Protocol, marts: dict[str, pd.DataFrame]
) -> None:
    made = design(protocol, marts)
    gate = balance.run(protocol, made)["balance_gate"].set_index("specification")
    weights = made["balancing_weight"]
    for scheme in protocol.weighting.schemes:
        for arm, column in ((1, "effective_treated"), (0, "effective_control")):
            own = weights.loc[(weights["specification"] == scheme) & (weights["treated"] == arm), "weight"]
            assert gate.loc[scheme, column] == pytest.approx(own.sum() ** 2 / (own**2).sum())
