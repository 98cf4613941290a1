"""A whole study of public data, from files to result tables, against MatchIt and survival."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from study_results import STUDIES, long_form, run_study

HERE = Path(__file__).parent
TOLERANCE = 1e-8


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    return pd.read_csv(
        HERE / "expected.csv", dtype={"key": str}, keep_default_na=False, na_values={"value": [""]}
    )


@pytest.fixture(scope="module", params=STUDIES)
def finished(request: pytest.FixtureRequest) -> tuple:
    return request.param, *run_study(request.param)


def test_matched_pairs_are_those_of_matchit(finished: tuple) -> None:
    name, _, tables = finished
    pairs = pd.read_csv(HERE / "expected_pairs.csv", dtype=str)
    mine, theirs = tables["matched_set"], pairs[pairs["study"] == name]
    assert _sets(mine["usubjid"], mine["set_id"]) == _sets(theirs["id"], theirs["set"])


def test_every_estimate_is_that_of_r(finished: tuple, expected: pd.DataFrame) -> None:
    name, protocol, tables = finished
    found = long_form(protocol, tables)
    theirs = expected[expected["study"] == name]
    mine = np.array(
        [found[key] for key in zip(theirs["specification"], theirs["quantity"], theirs["key"], strict=True)]
    )
    off = ~np.isclose(mine, theirs["value"], rtol=TOLERANCE, atol=1e-12, equal_nan=True)
    assert len(theirs) > (60 if "_" in name else 200)
    assert theirs[off].assign(found=mine[off]).to_dict("records") == []


def test_a_study_of_delayed_entry_has_everyone_enter_late() -> None:
    _, tables = run_study("mgus")
    assert (tables["follow_up"]["entry_days"] > 8000).all()


def _sets(usubjid: pd.Series, set_id: pd.Series) -> set[frozenset]:
    return {frozenset(members) for _, members in usubjid.groupby(set_id.to_numpy())}
