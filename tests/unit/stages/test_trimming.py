"""Each rule of trimming marks whom its own function leaves out."""

import numpy as np
import pandas as pd
import pytest

from analytics.propensity.trimming import trim_common_support, trim_crump, trim_sturmer
from analytics.protocol import Protocol
from analytics.stages.variant import design, with_settings

KEPT = {
    "none": lambda treated, score: np.ones(len(treated), bool),
    "common_support": trim_common_support,
    "crump": lambda treated, score: trim_crump(score),
    "sturmer": trim_sturmer,
}


@pytest.mark.parametrize("rule", KEPT)
def test_a_rule_is_its_own(rule: str, protocol: Protocol, marts: dict[str, pd.DataFrame]) -> None:
    trimming = with_settings(protocol, propensity={"trimming": rule})
    adsl = marts["adsl"]
    tables = {**marts, "adsl": adsl.assign(AGE=adsl["AGE"] - 15 * adsl["TRT01PN"])}
    scored = design(trimming, tables)["propensity_score"]
    kept = {
        name: f(scored["treated"].to_numpy(), scored["propensity"].to_numpy()) for name, f in KEPT.items()
    }
    assert (scored["trimmed"] == "N").tolist() == kept[rule].tolist()
    for other in set(KEPT) - {rule}:
        assert kept[other].tolist() != kept[rule].tolist(), other
