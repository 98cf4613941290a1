"""Spark itself as a server that outlives the runs on it: odd cells, and whose names are left behind."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from orchestration.night.spark_leftovers import lay_out
from orchestration.night.spark_server import spark_server
from orchestration.settings import Settings
from tests.integration.orchestration.homes import make_home
from tests.spark.dbt_on_spark import dbt_on_spark
from tests.spark.dbt_settings import take_settings_of_dbt
from tests.spark.nights import vigil, working_file
from tests.spark.odd_values import differing


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    assert shutil.which("java"), "a JRE is needed: apt-get install default-jre-headless"
    assert Path(os.environ.get("SPARK_HOME", ""), "bin", "spark-submit").is_file(), "SPARK_HOME is no Spark"
    folder = tmp_path_factory.mktemp("server")
    settings = Settings(home=folder / "home", engine="spark", spark_master="local[2]", memory=2048)
    settings.build_file.parent.mkdir(parents=True)
    with spark_server(settings, folder / "run") as where:
        yield where["SPARK_REMOTE"]


def test_of_odd_cells_spark_makes_what_duckdb_makes(remote: str, tmp_path: Path) -> None:
    assert differing(remote, tmp_path) == {}


def test_a_large_table_in_small_files_is_not_sent_to_every_executor(remote: str) -> None:
    session = SparkSession.builder.remote(remote).create()
    try:
        # Two million rows of 120 bytes in files of 2 to 10 MB: by their size alone Spark would send them.
        session.sql("create schema of_rules")
        session.sql(
            "create table of_rules.adtte using parquet as select concat('SUBJECT-', id div 200) as USUBJID, "
            "concat('RULE-', id % 20) as VSRULE, 'ORIGIN OF THE CLOCK' as ORIGIN, cast(id div 50 as double) as AVAL "
            "from range(0, 2000000)"
        )
        ask = "explain select a.USUBJID from of_rules.adtte as a join of_rules.adtte as b using (USUBJID, VSRULE, ORIGIN)"
        assert "BroadcastHashJoin" in session.sql(ask).collect()[0][0]
        take_settings_of_dbt(session)
        assert "SortMergeJoin" in session.sql(ask).collect()[0][0]
    finally:
        session.sql("drop schema if exists of_rules cascade")
        session.stop()


def test_a_run_drops_its_names_and_those_of_its_homes_earlier_runs_and_no_others(
    remote: str, tmp_path: Path
) -> None:
    home = make_home(tmp_path / "delivered")
    vigil(home, "refresh")
    own = lay_out(Settings(home=tmp_path / "home", shared_store=tmp_path / "run" / "shared")).name
    earlier, others = f"{own}_deadbeef_marts", "vigil_0123456789ab_deadbeef_marts"
    session = SparkSession.builder.remote(remote).create()
    try:
        for name in (earlier, others):
            session.sql(f"create schema {name}")
            session.sql(f"create table {name}.adsl using parquet as select 1 as x")
        status = dbt_on_spark(
            working_file(home), tmp_path / "run", remote, ["--select", "term_token", "term_unit"]
        )
        assert set(status.values()) <= {"success", "pass"}, status
        left = {row[0] for row in session.sql("show schemas").collect()}
        assert {name for name in left if name.startswith("vigil_")} == {others}
    finally:
        session.stop()
