"""One small study on DuckDB and on Sail, in every run: the same relations, the same release, and what stops a wrong one.

Sail is an engine that speaks Spark Connect and needs no Java; the same on Spark itself is in `tests/cluster`.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.processes import PROC
from orchestration.settings import DBT_PROJECT
from tests.integration.orchestration.homes import make_home
from tests.spark.dbt_on_spark import dbt_on_spark
from tests.spark.nights import compared, published_otherwise, released, vigil, working_file
from tests.spark.sail import sail_process


@dataclass(frozen=True)
class Server:
    """Where it is asked, and where it keeps what it was told to keep."""

    address: str
    folder: Path


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One of this machine."""
    with sail_process() as (address, pid):
        yield Server(address, (PROC / str(pid) / "cwd").readlink())


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory, server: Server) -> tuple[Path, Path]:
    """A night of each engine on the same deliveries; the path of Sail's home is odd."""
    folder = tmp_path_factory.mktemp("engines")
    on_duckdb, on_sail = folder / "duckdb", folder / "on a sailor's"
    make_home(on_duckdb)
    shutil.copytree(on_duckdb, on_sail)
    vigil(on_duckdb, "refresh")
    vigil(on_sail, "refresh", spark={"SPARK_REMOTE": server.address, "VIGIL_SPARK_BACK": "all"})
    return on_duckdb, on_sail


def test_every_relation_is_the_same(homes: tuple[Path, Path]) -> None:
    differ, n_same = compared(working_file(homes[0]), working_file(homes[1]))
    assert differ == []
    assert n_same >= 240


def test_what_is_published_is_the_same_and_says_its_engine(homes: tuple[Path, Path]) -> None:
    on_duckdb, on_sail = (released(home) for home in homes)
    differ, n_same = published_otherwise(on_duckdb, on_sail)
    assert differ == []
    assert n_same >= 55
    assert on_duckdb.fingerprint == on_sail.fingerprint
    assert (on_duckdb.engine or "").startswith("duckdb ")
    assert (on_sail.engine or "").startswith("spark connect, server ")


def test_the_release_verifies_and_a_number_is_traced_to_its_records(homes: tuple[Path, Path]) -> None:
    assert "1 releases verified" in vigil(homes[1], "releases", "verify")
    asked = ("trace", "effect_estimate", "specification=matched", "endpoint=OS", "measure=hazard_ratio")
    traced = [vigil(home, *asked) for home in homes]
    assert traced[0] == traced[1]
    assert "line" in traced[1]


def test_nothing_of_the_night_stays_with_the_server(homes: tuple[Path, Path], server: Server) -> None:
    # It keeps the files of tables that are dropped.
    assert [path for path in server.folder.rglob("*") if path.is_file()] == []
    assert list((homes[1] / "build" / "spark").iterdir()) == []


def test_blank_cells_of_seeds_as_words_stop_the_build_by_the_guards_name(
    homes: tuple[Path, Path], server: Server, tmp_path: Path
) -> None:
    project = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    # What the adapter does by itself.
    seeds = project / "macros" / "spark" / "seeds.sql"
    seeds.write_text(seeds.read_text().replace("spark__load_csv_rows", "unused"))
    status = dbt_on_spark(
        working_file(homes[0]),
        tmp_path / "on_sail",
        server.address,
        ["--select", "term_token+2", "disposition_fact+1"],
        project,
    )
    failed = {name.split(".")[2] for name, told in status.items() if told.startswith("fail")}
    assert {
        "blank_cells_are_null_term_token_meaning",
        "blank_cells_are_null_disposition_fact_eos_status",
    } <= failed
    models = {name: told for name, told in status.items() if name.startswith("model.")}
    assert models
    assert set(models.values()) == {"skipped"}
