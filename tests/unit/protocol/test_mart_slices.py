"""What a study reads of the large marts is all that any of its stages asks for."""

from typing import Any

import duckdb
import pandas as pd
import pytest
import tomli_w
from whole_marts import as_read, marts

from analytics import study
from analytics.mart_slices import ROWS_OF
from analytics.protocol import Protocol, parse_protocol
from orchestration.night.mart_parts import part_of_mart

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


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"time_zero": {"treated": "harvest"}},
        {"time_zero": {"origin": "onset"}},
        {"vital_status": {"window_days": 0, "undated_death": "last_visit", "death_dates": "latest"}},
        {"endpoint": [{"name": "TFS", "horizon_days": 400}, {"name": "OS", "horizon_days": 300}]},
        {"safety": {"comparable_collection": True, "reference_arm": "Control"}},
    ],
    ids=["as it is", "harvest", "onset", "another rule", "two endpoints", "comparable events"],
)
def test_a_study_of_the_slices_is_that_of_the_whole(changes: dict[str, Any]) -> None:
    protocol = protocol_of(changes)
    read = as_read(MARTS, protocol)
    assert len(read["adtte"]) < 0.9 * len(MARTS["adtte"])
    assert (len(read["adae"]) < len(MARTS["adae"])) != protocol.safety.comparable_collection
    whole, sliced = study.run(protocol, MARTS), study.run(protocol, read)
    assert whole["specification_curve"]["estimate"].notna().sum() > 10
    for name, table in whole.items():
        pd.testing.assert_frame_equal(sliced[name], table, obj=name)


@pytest.mark.parametrize("comparable", [False, True])
def test_the_database_reads_the_same_parts(comparable: bool) -> None:
    protocol = protocol_of({"safety": {"comparable_collection": comparable, "reference_arm": "Control"}})
    read = as_read(MARTS, protocol)
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        for name, frame in MARTS.items():
            connection.register("frame", frame)
            connection.execute(f"create table marts.{name} as from frame")
        for name, frame in read.items():
            whole = connection.sql(f"from marts.{ROWS_OF.get(name, name)}")
            found = part_of_mart(whole, protocol, name).df()
            assert list(found) == list(frame)
            assert set(found.select_dtypes("category")) == set(frame.select_dtypes("category"))
            pd.testing.assert_frame_equal(_sorted(found), _sorted(frame), check_dtype=False, obj=name)


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    plain = frame.astype(dict.fromkeys(frame.select_dtypes("category"), object))
    return plain.sort_values(list(plain), ignore_index=True)
