"""A file without CDISC's + 1: deaths on the first day have AVAL 0 and stay in."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.cohort import follow_up
from analytics.protocol import parse_protocol
from orchestration.foreign.marts import ForeignStudy, foreign_study

TOML = """
[propensity]
covariates = ["AGE"]
[[endpoint]]
name = "OS"
events = ["death"]
[population]
criteria = []
"""


def read(folder: Path, days: np.ndarray, died: np.ndarray) -> ForeignStudy:
    subjects = [f"S{n:03}" for n in range(len(days))]
    arm = np.arange(len(days)) % 2
    files = {"adsl": folder / "adsl.csv", "adtte": folder / "adtte.csv"}
    pd.DataFrame({"USUBJID": subjects, "TRT01PN": arm, "AGE": 50 + arm}).to_csv(files["adsl"], index=False)
    pd.DataFrame({"USUBJID": subjects, "PARAMCD": "OS", "AVAL": days, "CNSR": 1 - died}).to_csv(
        files["adtte"], index=False
    )
    return foreign_study(parse_protocol(TOML), files)


def followed(study: ForeignStudy) -> pd.DataFrame:
    adsl = study.marts["adsl"]
    subjects = adsl.assign(TREATED=adsl["TRT01PN"])
    return follow_up(study.protocol, study.marts["adtte"], subjects, study.protocol.primary)


def test_nobody_who_died_on_day_zero_is_dropped(tmp_path: Path) -> None:
    days, died = np.arange(40.0), (np.arange(40) < 12).astype(int)
    days[:6] = 0
    study = read(tmp_path, days, died)
    frame = followed(study)
    assert len(frame) == 40
    assert frame["event"].sum() == 12
    assert frame["stop_days"].tolist() == (days + 1).tolist()
    assert [note for note in study.notes if "day 0" in note] == [
        "adtte.csv: AVAL is below 1 in 6 rows, so it counts from day 0; 1 day was added to every AVAL"
    ]


@pytest.mark.parametrize("first", [1.0, 1.5])
def test_a_clock_that_starts_at_one_is_left_alone(tmp_path: Path, first: float) -> None:
    study = read(tmp_path, first + np.arange(40.0), np.ones(40, int))
    assert followed(study)["stop_days"].tolist() == (first + np.arange(40.0)).tolist()
    assert not [note for note in study.notes if "day 0" in note]


def test_a_fraction_of_a_day_is_kept(tmp_path: Path) -> None:
    study = read(tmp_path, np.arange(40) + 0.25, np.ones(40, int))
    assert followed(study)["stop_days"].min() == 1.25
