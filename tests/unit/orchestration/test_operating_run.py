"""The last run of the operating characteristics: one text by its content, and nothing where it is damaged."""

from pathlib import Path

import pandas as pd
import pytest

from analytics.catalogue import TABLES
from analytics.operating_characteristics.summary import Run, nothing_tried
from orchestration.night.operating_run import FILE, NO_RUN, OperatingRun, keep_run, last_run
from orchestration.settings import Settings


@pytest.fixture
def table() -> pd.DataFrame:
    made = nothing_tried("why", Run("ab", "2026-03-31", "2024", "cd"), 80)
    return made.assign(bias=[0.1, 1 / 3, None, 1e-17, None])


def test_it_is_read_as_it_was_kept(tmp_path: Path, table: pd.DataFrame) -> None:
    settings = Settings(home=tmp_path)
    assert last_run(settings) == NO_RUN
    keep_run(settings, OperatingRun.of(table))
    found = last_run(settings)
    pd.testing.assert_frame_equal(found.table(), TABLES["operating_characteristics"].cast(table))
    assert found.run == "ab"


def test_equal_tables_are_one_text(table: pd.DataFrame) -> None:
    made = OperatingRun.of(table)
    assert OperatingRun.of(table.sample(frac=1, random_state=3)) == made
    assert OperatingRun.of(table.assign(bias=0.2)).sha256 != made.sha256
    assert OperatingRun.of(made.table()) == made


def test_without_one_there_is_an_empty_table_and_no_hash() -> None:
    assert NO_RUN.sha256 == ""
    assert NO_RUN.run is None
    assert NO_RUN.table().empty
    assert OperatingRun.of(NO_RUN.table()) == NO_RUN


@pytest.mark.parametrize("text", ["", "[{", "[]", "{}", "[1]", '[{"kind": "plasmode"}]'])
def test_a_damaged_file_is_no_run(tmp_path: Path, table: pd.DataFrame, text: str) -> None:
    settings = Settings(home=tmp_path)
    keep_run(settings, OperatingRun.of(table))
    (settings.operating_characteristics / FILE).write_text(text)
    assert last_run(settings) == NO_RUN
