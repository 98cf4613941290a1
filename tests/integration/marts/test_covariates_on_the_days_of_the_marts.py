"""Covariates looked up for a drawn day are those that SQL derives, on the days on which it does: index and harvest."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from study_build import StudyBuild

from analytics.cohort.time_zero import AT_HARVEST
from analytics.index_date.measurements import Measurements
from analytics.index_date.moved import MADE_OF, MOVED, at_days, parameters_of
from analytics.simulation.study import SimulatedStudy

COLUMNS = (*MOVED, *MADE_OF)


@pytest.fixture(scope="module")
def marts(simulated_marts: tuple[StudyBuild, SimulatedStudy]) -> tuple[pd.DataFrame, dict[str, Measurements]]:
    build, _ = simulated_marts
    with duckdb.connect(str(build.database), read_only=True) as connection:
        return read(connection)


def read(connection: duckdb.DuckDBPyConnection) -> tuple[pd.DataFrame, dict[str, Measurements]]:
    adsl = connection.sql("from marts.adsl").df()
    records = connection.sql(
        "select USUBJID as usubjid, INDEXDY as day, AVAL as value, PARAMCD from marts.adqs where ADTF is null"
    ).df()
    ids = adsl["USUBJID"].to_numpy(object)
    return adsl, {
        name: Measurements.of(records[records["PARAMCD"] == name], ids) for name in parameters_of(COLUMNS)
    }


def same(found: np.ndarray, told: pd.Series, name: str) -> None:
    assert told.notna().any(), name
    np.testing.assert_allclose(found, told.to_numpy(float), rtol=1e-9, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("name", COLUMNS)
def test_on_day_0_they_are_those_of_the_index(name: str, marts) -> None:
    adsl, measured = marts
    same(at_days(adsl, measured, np.zeros(len(adsl)))[name], adsl[name], name)


@pytest.mark.parametrize("name", [name for name in COLUMNS if name in AT_HARVEST and name != "SLOPE"])
def test_on_the_day_of_the_harvest_they_are_their_twins(name: str, marts) -> None:
    """Of those whose onset, where it counts, was before the harvest: what has no duration is not moved. Before the harvest
    nobody simulated has two scores, and so no slope."""
    adsl, measured = marts
    harvested = adsl[adsl["HARVDY"].notna() & (adsl["SOURCE"] == "REGISTRY")]
    found = at_days(harvested, measured, harvested["HARVDY"].to_numpy(float))[name]
    told = harvested[AT_HARVEST[name]].astype(float)
    before = np.ones(len(harvested), bool)
    if name in ("SYMPDURD", "SYMPDURM", "DFRS"):
        before = (harvested["ONSETDY"] <= harvested["HARVDY"]).to_numpy(bool)
    if name == "DIAGDURM":
        before = (harvested["DIAGDY"] <= harvested["HARVDY"]).to_numpy(bool)
    assert before.mean() > 0.5
    same(found[before], told[before], name)
