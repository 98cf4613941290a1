"""The protocol of comparisons without a match, with a horizon and a milestone."""

import pytest

from analytics.protocol import Protocol, parse_protocol

TEXT = """
[treatment]
treated_label = "Drug"
control_label = "Placebo"
[propensity]
covariates = ["AGE"]
[matching]
method = "none"
[weighting]
schemes = []
[[endpoint]]
name = "OS"
horizon_days = 200
milestones_days = [100]
"""


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    return parse_protocol(TEXT)
