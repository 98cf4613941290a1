"""The suites on the tables that dbt makes of a simulated study, and on the profiles it makes of the deliveries."""

from pathlib import Path

import duckdb
import pytest
from study_build import StudyBuild, dictionary

from analytics.simulation.study import SimulatedStudy
from expectations import SUITES, Suite, validate
from orchestration.warehouse import Warehouse

Study = tuple[StudyBuild, SimulatedStudy]


def warehouse(study: Study) -> Warehouse:
    return Warehouse(Path(study[0].database))


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_a_simulated_study_with_its_quirks_breaks_no_rule(simulated_marts: Study, suite: Suite) -> None:
    frame = warehouse(simulated_marts).columns(suite.reads, suite.columns, suite.where)
    outcomes = validate(suite, frame, simulated_marts[1].settings.cuts[-1])
    assert [outcome for outcome in outcomes if not outcome.passed and outcome.severity == "error"] == []
    assert len(outcomes) == len(suite.rules)


def test_the_profile_has_a_row_for_every_column_of_the_source_dictionary(simulated_marts: Study) -> None:
    listed = {
        (source.upper(), table, column)
        for source in ("proact", "registry")
        for table, columns in dictionary(source).items()
        for column in columns
    }
    profiled = simulated_marts[0].rows("select source, table_name, column_name from quality.source_profile")
    assert set(profiled) == listed
    assert len(profiled) == len(listed)


@pytest.mark.parametrize(
    ("source", "table", "column"),
    [("PROACT", "alsfrs", "Q10_Respiratory"), ("PROACT", "labs", "Test_Result"), ("REGISTRY", "dm", "AGE"),
     ("REGISTRY", "mh", "MHSTDTC"), ("PROACT", "vitalsigns", "Weight")],
)  # fmt: skip
def test_the_profile_counts_what_is_in_the_delivery(
    simulated_marts: Study, source: str, table: str, column: str
) -> None:
    with duckdb.connect(str(simulated_marts[0].database), read_only=True) as connection:
        cells = connection.sql(f'select "{column}" as cell from raw.{source.lower()}_{table}').df()["cell"]
    filled = cells.dropna()
    numbers = filled[filled.str.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")].astype(float)
    dates = filled[filled.str.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?") & filled.str[:4].between("0001", "9999")]
    median = sorted(numbers)[(len(numbers) - 1) // 2] if len(numbers) >= 5 else None
    (row,) = simulated_marts[0].rows(
        "select n_row, n_missing, n_distinct, shortest, longest, n_numeric, n_date, median_number"
        f" from quality.source_profile where source = '{source}' and table_name = '{table}' and column_name = '{column}'"
    )
    lengths = filled.str.len()
    assert row == (
        len(cells), int(cells.isna().sum()), filled.nunique(), lengths.min(), lengths.max(), len(numbers), len(dates),
        median,
    )  # fmt: skip


def test_no_number_of_a_subject_is_in_a_profile(simulated_marts: Study) -> None:
    medians = simulated_marts[0].rows(
        "select median_number from quality.source_profile where lower(column_name) in ('subject_id', 'usubjid', 'subjid')"
    )
    assert {median for (median,) in medians} == {None}


def test_the_profile_of_measurements_counts_every_row_of_adqs(simulated_marts: Study) -> None:
    build = simulated_marts[0]
    assert build.one("select sum(n_row) from quality.measurement_profile") == build.one(
        "select count(*) from marts.adqs"
    )


def test_the_profile_of_follow_up_counts_every_row_of_adtte(simulated_marts: Study) -> None:
    build = simulated_marts[0]
    counts = build.one(
        "select sum(n_subject), sum(n_event), sum(person_years) from quality.follow_up_profile"
    )
    truth = build.one("select count(*), sum(1 - CNSR), sum(AVAL) / 365.25 from marts.adtte")
    assert counts == (truth[0], truth[1], pytest.approx(truth[2]))


def test_medians_of_the_profiles_are_the_lower_medians(simulated_marts: Study) -> None:
    build = simulated_marts[0]
    assert build.rows(
        "select source, paramcd, median_value from quality.measurement_profile order by 1, 2"
    ) == build.rows(
        "select SOURCE, PARAMCD, quantile_disc(AVAL, 0.5) from marts.adqs join marts.adsl using (USUBJID)"
        " group by 1, 2 order by 1, 2"
    )
