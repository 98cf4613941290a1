"""Naive, landmark and time-varying hazard ratios against R's survival (tmerge and coxph)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.exposure.landmark import landmark_dose_response
from analytics.exposure.naive import naive_dose_response
from analytics.exposure.time_varying import dose_count_response, time_varying_dose_response

HERE = Path(__file__).parent
EXPECTED = pd.read_csv(HERE / "dose_response_expected.csv")
SUBJECTS = pd.read_csv(HERE / "dose_response_subjects.csv")
INJECTIONS = pd.read_csv(HERE / "dose_response_injections.csv")


def _row(data: str, method: str, k: int, landmark: float) -> pd.Series:
    people = SUBJECTS[SUBJECTS["data"] == data]
    follow_up = pd.DataFrame(
        {"usubjid": people["id"], "entry_days": 0, "stop_days": people["stop"], "event": people["event"]}
    )
    doses = INJECTIONS[INJECTIONS["data"] == data].rename(columns={"id": "usubjid"})[["usubjid", "day"]]
    age = people.rename(columns={"id": "usubjid"})[["usubjid", "age"]]
    if method == "naive":
        return naive_dose_response(follow_up, doses, k).iloc[0]
    if method == "landmark":
        return landmark_dose_response(follow_up, doses, k, [landmark]).iloc[0]
    if method == "time_varying_count":
        return dose_count_response(follow_up, doses).iloc[0]
    return time_varying_dose_response(follow_up, doses, k, age if method.endswith("age") else None).iloc[0]


@pytest.mark.parametrize(
    "expected", EXPECTED.to_dict("records"), ids=lambda e: f"{e['data']}-{e['method']}-{e['landmark_days']}"
)
def test_dose_response_equals_R(expected: dict) -> None:
    k = int(expected["k"]) if np.isfinite(expected["k"]) else 0
    row = _row(expected["data"], expected["method"], k, expected["landmark_days"])
    half = (np.log(row["ci_upper"]) - np.log(row["ci_lower"])) / 2 / 1.959963984540054
    assert np.log(row["estimate"]) == pytest.approx(expected["coefficient"], rel=1e-6)
    assert half == pytest.approx(expected["standard_error"], rel=1e-6)
