"""What a study reads of the large marts is all that any of its stages asks for."""

from typing import Any

import pandas as pd
import pytest
import tomli_w
from whole_marts import marts

from analytics import study
from analytics.mart_slices import LARGE, mart_slice
from analytics.protocol import Protocol, parse_protocol

MARTS = marts()


def protocol_of(changes: dict[str, Any]) -> Protocol:
    content = {
        "endpoint": [{"name": "OS", "horizon_days": 400}],
        "propensity": {"covariates": ["AGE", "ALSFRSR"], "missing": "complete_case"},
        "weighting": {"schemes": [], "bootstrap_replicates": 0},
        "outcome": {"cox": [], "accelerated": []},
        "exposure": {"covariates": ["AGE"], "landmarks_days": [180]},
        "sensitivity": {"windows_days": [30, 180], "calipers": [0.2], "gammas": [1.5], "bias_draws": 100},
    }
    return parse_protocol(tomli_w.dumps(content | changes))


def as_read(protocol: Protocol) -> dict[str, pd.DataFrame]:
    """As a night reads them: rows and columns of the slices, codes as categories."""
    read = dict(MARTS)
    for mart in LARGE:
        part, frame = mart_slice(protocol, mart), MARTS[mart]
        assert part is not None
        for column, codes in part.codes.items():
            frame = frame[frame[column].isin(codes)]
        frame = frame[[column for column in part.columns if column in frame]].reset_index(drop=True)
        read[mart] = frame.assign(
            **{column: pd.Categorical(frame[column], list(codes)) for column, codes in part.codes.items()}
        )
    return read


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"time_zero": {"treated": "harvest"}},
        {"time_zero": {"origin": "onset"}},
        {"vital_status": {"window_days": 0, "undated_death": "last_visit", "death_dates": "latest"}},
        {"endpoint": [{"name": "TFS", "horizon_days": 400}, {"name": "OS", "horizon_days": 300}]},
    ],
    ids=["as it is", "harvest", "onset", "another rule", "two endpoints"],
)
def test_a_study_of_the_slices_is_that_of_the_whole(changes: dict[str, Any]) -> None:
    protocol = protocol_of(changes)
    read = as_read(protocol)
    assert len(read["adtte"]) < 0.9 * len(MARTS["adtte"])
    whole, sliced = study.run(protocol, MARTS), study.run(protocol, read)
    assert whole["specification_curve"]["estimate"].notna().sum() > 10
    for name, table in whole.items():
        pd.testing.assert_frame_equal(sliced[name], table, obj=name)
