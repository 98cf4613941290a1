"""Every table and column that Python makes is declared: name, type and meaning."""

import importlib.util
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from analytics import catalogue, study
from analytics.catalogue import TABLES
from analytics.catalogue.declarations import DeclarationError
from analytics.protocol import Protocol, parse_protocol
from orchestration.night.quality import CHECK_RESULT
from orchestration.releases.tables import TABLES as RELEASE_TABLES

MADE = Path(__file__).parent / "report" / "made_study.py"
DECLARED = Path(catalogue.__file__).parent / "results.toml"


@pytest.fixture(scope="module")
def results():
    """Tables of a small study."""
    spec = importlib.util.spec_from_file_location("made_study_of_report", MADE)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return study.run(parse_protocol(made.PROTOCOL), made.marts())


def test_the_catalogue_holds_exactly_the_tables_that_the_stages_make():
    assert set(TABLES) == {table for stage in study.STAGES for table in stage.makes}


def test_every_declared_name_is_in_use(results):
    shared = tomllib.loads(DECLARED.read_text())["columns"]
    assert set(shared) <= {column for table in TABLES.values() for column in table.columns}
    assert {name: tuple(table.columns) for name, table in TABLES.items() if not table.further} == {
        name: tuple(frame.columns) for name, frame in results.items() if not TABLES[name].further
    }


def test_descriptions_are_sentences_that_state_the_grain():
    tables = [*TABLES.values(), *RELEASE_TABLES.values(), CHECK_RESULT]
    for table in tables:
        assert "One row" in table.description, table.name
        assert table.description.endswith("."), table.name
    texts = [text for table in tables for text in table.meanings().values()]
    assert all(text.endswith(".") and len(text) >= 8 for text in texts)


def test_the_meaning_of_a_table_takes_precedence():
    assert (
        TABLES["effect_estimate"].meanings()["measure"]
        != TABLES["ae_disproportionality"].meanings()["measure"]
    )
    assert TABLES["effect_estimate"].meanings()["endpoint"] == TABLES["follow_up"].meanings()["endpoint"]
    assert TABLES["survival_curve"].columns["n_event"].type == "double"
    assert TABLES["survival_summary"].columns["n_event"].type == "whole"


def test_a_column_that_nobody_declared_or_made_is_an_error_that_names_it(results):
    made = results["survival_summary"]
    with pytest.raises(DeclarationError, match="survival_summary has no column median_months"):
        TABLES["survival_summary"].cast(made.assign(median_months=1.0))
    with pytest.raises(DeclarationError, match="survival_summary was made without median_days, note"):
        TABLES["survival_summary"].cast(made.drop(columns=["median_days", "note"]))
    with pytest.raises(DeclarationError, match="sensitivity has no column hazard"):
        TABLES["sensitivity"].row(hazard=1.0)


def test_values_of_another_type_are_an_error_that_names_the_column(results):
    made = results["survival_summary"]
    with pytest.raises(DeclarationError, match="survival_summary: column note holds numbers"):
        TABLES["survival_summary"].cast(made.assign(note=1.0))
    for wrong in (1.5, "many"):
        with pytest.raises(DeclarationError, match="survival_summary: column n_event is no int64"):
            TABLES["survival_summary"].cast(made.assign(n_event=wrong))


def test_a_null_among_whole_numbers_leaves_them_whole():
    table = TABLES["cohort_flow"]
    rows = [table.row(arm="A", step=step) for step in (0, None, 2)]
    made = table.frame(rows)
    assert str(made["step"].dtype) == "Int64"
    assert made["step"].tolist() == [0, pd.NA, 2]
    assert table.frame().dtypes.astype(str).to_dict() == {
        "arm": "object",
        "step": "int64",
        "criterion": "object",
        "n_remaining": "int64",
        "n_excluded": "int64",
        "n_excluded_died": "int64",
        "n_excluded_not_died": "int64",
        "n_excluded_not_recorded": "int64",
    }


def test_covariates_are_numbers_or_text_as_in_their_file():
    made = TABLES["analysis_set"].cast(
        pd.DataFrame({"usubjid": ["1"], "treated": [1], "SITE": [None], "AGE": [50], "SMOKER": ["Y"]})
    )
    assert TABLES["analysis_set"].sql_types(made) == {
        "usubjid": "VARCHAR",
        "treated": "BIGINT",
        "SITE": "VARCHAR",
        "AGE": "DOUBLE",
        "SMOKER": "VARCHAR",
    }


@pytest.mark.parametrize(
    "name", sorted({n for stage in study.STAGES for n in stage.needs if n.startswith("parent:")})
)
def test_a_table_of_an_earlier_version_is_read_as_this_one_declares_it(name: str) -> None:
    declared = TABLES[name.removeprefix("parent:")]
    row = declared.frame([declared.row()])
    for column in declared.columns:
        then = row.drop(columns=column).assign(no_longer_declared="x")
        now = declared.of_then(then)
        assert list(now.columns) == list(declared.columns)
        assert now[column].isna().all()


def test_a_stage_goes_on_from_what_an_earlier_version_left() -> None:
    stage = next(stage for stage in study.STAGES if stage.name == "monitoring")
    declared = TABLES["monitoring_look"]
    look = declared.frame([declared.row(decision="continue", look=1, note="as taken")])
    then = look.drop(columns="n_imputation").assign(no_longer_declared=1)
    made = study.run_stage(stage, Protocol(), {"parent:monitoring_look": then})["monitoring_look"]
    assert made["note"].tolist() == ["as taken"]
    assert made["n_imputation"].isna().all()
