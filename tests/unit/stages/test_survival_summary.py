"""Subjects, events and length of follow-up of each arm."""

import numpy as np
import pandas as pd
import pytest

from analytics.protocol import Protocol
from analytics.stages import survival
from analytics.stages.survival import _middle
from analytics.stages.variant import design


def test_subjects_and_events_of_an_arm_are_those_that_were_followed(
    protocol: Protocol, marts: dict[str, pd.DataFrame]
) -> None:
    made = survival.run(protocol, design(protocol, marts))["survival_summary"]
    crude = made[(made["specification"] == "crude") & (made["endpoint"] == "OS")].set_index("arm")
    everyone = marts["adtte"].merge(marts["adsl"], on="USUBJID")
    for arm, code in (("Drug", 1), ("Placebo", 0)):
        mine = everyone[everyone["TRT01PN"] == code]
        assert crude.loc[arm, ["n", "n_event"]].tolist() == [len(mine), (mine["CNSR"] == 0).sum()]
        assert crude.loc[arm, "n_event"] != (mine["CNSR"] == 1).sum()


@pytest.mark.parametrize(
    ("medians", "told"),
    [
        ([400.0], 400.0),
        ([400.0, 410.0, 500.0], 410.0),
        ([np.nan, 400.0, 410.0], 410.0),
        ([np.nan, np.nan, 400.0], np.nan),
        ([np.nan, 400.0], np.nan),
        ([np.nan, 400.0, 410.0, 420.0], 415.0),
        ([np.nan], np.nan),
    ],
)
def test_not_reached_in_most_imputations_is_not_reached(medians: list[float], told: float) -> None:
    assert _middle(np.array(medians)) == pytest.approx(told, nan_ok=True)
