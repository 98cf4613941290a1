"""Days of anyone's files: ADaM has no day 0, the study counts from 0."""

import pandas as pd
import pytest

from analytics.study import MARTS
from orchestration.foreign.study_days import as_the_study_counts
from orchestration.mart_contracts import columns, metas


def test_study_days_without_a_day_zero_are_counted_from_zero_and_it_is_said() -> None:
    given = pd.DataFrame(
        {
            "USUBJID": ["A", "B", "C"],
            "TRTSDY": [1.0, 1.0, None],
            "HARVDY": [-30.0, 1.0, None],
            "DTHDY": [None, 400.0, 2.0],
        }
    )
    counted, notes = as_the_study_counts("adsl", given, "theirs.csv")
    assert counted["TRTSDY"].tolist()[:2] == [0, 0]
    assert counted["HARVDY"].tolist()[:2] == [-30, 0]
    assert counted["DTHDY"].tolist()[1:] == [399, 1]
    (note,) = notes
    assert note.startswith("theirs.csv: HARVDY, TRTSDY, DTHDY have no day 0")


@pytest.mark.parametrize(
    "days",
    [
        {"TRTSDY": [0.0, 0.0], "DTHDY": [1.0, 90.0]},
        {"DTHDY": [55.0, 90.0]},
        {"AGE": [1.0, 70.0]},
        {"TRTSDY": ["day 1", "day 1"]},
    ],
    ids=["day 0 is there", "no first day", "no days", "words"],
)  # fmt: skip
def test_other_files_stay_as_they_are(days: dict) -> None:
    given = pd.DataFrame({"USUBJID": ["A", "B"], **days})
    counted, notes = as_the_study_counts("adsl", given, "theirs.csv")
    assert notes == ()
    pd.testing.assert_frame_equal(counted, given)


def test_durations_of_an_export_have_the_names_of_the_marts_again() -> None:
    exported = pd.DataFrame({"USUBJID": ["A"], "ENTRYD": [0.0], "ENTRYHD": [12.0]})
    assert list(as_the_study_counts("adtte", exported, "adtte.xpt")[0]) == ["USUBJID", "ENTRYDY", "ENTRYHDY"]


@pytest.mark.parametrize("mart", MARTS)
def test_whatever_ends_in_dy_says_how_it_is_exported_or_has_no_day_zero(mart: str) -> None:
    undeclared = [
        column["name"]
        for column in columns(mart)
        if column["name"].endswith("DY")
        and not {"study_day", "exported_as"} & set(metas(mart)[column["name"]])
        and "there is no day 0" not in column["description"]
    ]
    assert undeclared == []


@pytest.mark.parametrize("mart", MARTS)
def test_what_stays_behind_is_said_by_a_column_that_is_there(mart: str) -> None:
    declared = metas(mart)
    others = {meta["study_day"] for meta in declared.values() if meta.get("study_day", "own") != "own"}
    words = {meta["decoded_by"] for meta in declared.values() if "decoded_by" in meta}
    assert others | words <= set(declared)
