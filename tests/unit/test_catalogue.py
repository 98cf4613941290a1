"""Every result table and every column is described."""

import importlib.util
from pathlib import Path

import pytest

from analytics import study
from analytics.catalogue import COLUMNS, TABLES
from analytics.protocol import parse_protocol
from orchestration.night.result_comments import result_comments

MADE = Path(__file__).parent / "report" / "made_study.py"


@pytest.fixture(scope="module")
def results():
    """Tables of a small study."""
    spec = importlib.util.spec_from_file_location("made_study_of_report", MADE)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return study.run(parse_protocol(made.PROTOCOL), made.marts())


def test_the_catalogue_holds_exactly_the_tables_that_the_stages_make():
    assert set(TABLES) == {table for stage in study.STAGES for table in stage.makes}


def test_every_column_is_described(results):
    for name, frame in results.items():
        missing = [
            column for column in frame.columns if column not in TABLES[name].columns and column not in COLUMNS
        ]
        assert not missing, (name, missing)


def test_no_description_is_left_of_a_column_that_is_gone(results):
    covariates = "analysis_set"
    for name, table in TABLES.items():
        if name != covariates:
            assert set(table.columns) <= set(results[name].columns), name
    used = {column for frame in results.values() for column in frame.columns}
    assert set(COLUMNS) <= used


def test_descriptions_are_sentences_that_state_the_grain():
    for name, table in TABLES.items():
        assert table.description.endswith("."), name
        assert "One row" in table.description, name
    texts = [*COLUMNS.values(), *(text for table in TABLES.values() for text in table.columns.values())]
    assert all(text.endswith(".") and len(text) >= 8 for text in texts)


def test_the_meaning_of_a_table_takes_precedence():
    assert TABLES["effect_estimate"].meaning("measure") != COLUMNS["measure"]
    assert TABLES["effect_estimate"].meaning("endpoint") == COLUMNS["endpoint"]
    with pytest.raises(KeyError):
        TABLES["effect_estimate"].meaning("no_such_column")


def test_the_database_gets_every_comment_and_an_undescribed_table_is_refused(results):
    comments = result_comments(results)
    for name, frame in results.items():
        assert set(frame.columns) <= set(comments[name].columns), name
    assert comments["effect_estimate"].columns["n_treated"] == "Treated subjects in the estimate."
    with pytest.raises(KeyError):
        result_comments(["no_such_table"])
