"""Every result table and every column is described."""

import sys
from pathlib import Path

import pytest

from analytics import study
from analytics.catalogue import COLUMNS, TABLES

sys.path.insert(0, str(Path(__file__).parent / "report"))


@pytest.fixture(scope="module")
def results():
    """Tables of a small study, with a formal look and events to report."""
    from analytics.protocol import parse_protocol
    from made_study import PROTOCOL, events, injections, subjects, times

    adsl = subjects()
    marts = {"adsl": adsl, "adtte": times(adsl), "adex": injections(adsl), "adae": events(adsl)}
    return study.run(parse_protocol(PROTOCOL), marts)


def test_the_catalogue_holds_exactly_the_tables_that_the_stages_make():
    assert set(TABLES) == {table for stage in study.STAGES for table in stage.makes}


def test_every_column_is_described(results):
    for name, frame in results.items():
        missing = [column for column in frame.columns if column not in TABLES[name].columns and column not in COLUMNS]
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
