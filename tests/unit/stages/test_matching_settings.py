"""What settings of the match mean: no least number of controls, no caliper, and what a caliper is of."""

import numpy as np
import pandas as pd
import pytest

from analytics.protocol import Protocol
from analytics.stages.variant import design, with_settings


def test_without_a_least_number_everybody_matched_has_one_control_at_least(
    protocol: Protocol, marts: dict[str, pd.DataFrame]
) -> None:
    few = marts["adsl"][(marts["adsl"]["TRT01PN"] == 0) | (marts["adsl"].index % 9 == 0)]
    several = with_settings(protocol, matching={"ratio": 2, "max_ratio": 4})
    members = design(several, {**marts, "adsl": few})["matched_set"]
    n_control = members[members["treated"] == 0].groupby("set_id").size()
    assert set(n_control.index) == set(members.loc[members["treated"] == 1, "set_id"])
    assert n_control.min() == 1
    assert 2 < n_control.max() <= 4


def test_no_caliper_is_no_width(protocol: Protocol, marts: dict[str, pd.DataFrame]) -> None:
    widths = {
        caliper: design(with_settings(protocol, matching={"caliper": caliper}), marts)["matched_set"][
            "caliper_width"
        ]
        for caliper in (0, 0.2)
    }
    assert widths[0].isna().all()
    assert (widths[0.2] > 0).all()


@pytest.mark.parametrize("scale", ["pooled_logit", "matchit"])
def test_a_caliper_on_the_pooled_logit_is_of_the_logit_whatever_distances_are_measured_on(
    protocol: Protocol, marts: dict[str, pd.DataFrame], scale: str
) -> None:
    on_probability = {"distance": "probability", "caliper": 0.2, "caliper_scale": scale}
    made = design(with_settings(protocol, matching=on_probability), marts)
    column = "logit_propensity" if scale == "pooled_logit" else "propensity"
    score = made["propensity_score"].set_index("usubjid")
    arms = score.groupby("treated")[column]
    width = 0.2 * (np.sqrt(arms.var().mean()) if scale == "pooled_logit" else score[column].std())
    assert made["matched_set"]["caliper_width"].to_numpy() == pytest.approx(width)
    found = made["matched_set"].join(score[column], on="usubjid").groupby("set_id")[column]
    assert (found.max() - found.min() <= width).all()
