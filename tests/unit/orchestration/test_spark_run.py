"""What goes out to Spark and what comes back, without Spark: files that it would write are written here."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unicodedata import normalize

import duckdb
import pytest

from orchestration.night.spark_leftovers import clear_spark, laid_out, lay_out
from orchestration.night.spark_reach import answers, ended_without
from orchestration.night.spark_return import engine_of, named, refuse_unfinished, take_back
from orchestration.night.spark_run import spark_run
from orchestration.night.spark_server import SERVER, SparkError
from orchestration.processes import Process, process
from orchestration.settings import Settings
from orchestration.warehouse import KeptOpen

RUN = "0123456789abcdef"
NODES: dict[str, Any] = {
    "model.vigil.adsl": {
        "resource_type": "model", "schema": "marts", "name": "adsl", "description": "A subject's row.",
        "config": {"persist_docs": {"relation": True, "columns": True}},
        "columns": {
            "USUBJID": {"data_type": "string", "description": "Who."},
            "AGE": {"data_type": "double", "description": "Years."},
        },
    },
    "model.vigil.stg_registry__withdrawals": {
        "resource_type": "model", "schema": "staging", "name": "stg_registry__withdrawals", "description": "",
        "config": {"persist_docs": {}}, "columns": {},
    },
}  # fmt: skip


@pytest.fixture
def remote() -> Iterator[str]:
    """Where somebody listens, and no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"sc://127.0.0.1:{server.getsockname()[1]}/;token=secret"


@pytest.fixture
def build(tmp_path: Path, remote: str) -> SimpleNamespace:
    settings = Settings(
        home=tmp_path / "home", engine="spark", spark_remote=remote, shared_store=tmp_path / "shared"
    )
    settings.exchange.mkdir()
    warehouse = KeptOpen(settings.build_file)
    with warehouse.write() as connection:
        connection.execute("create schema raw; create schema build")
        connection.execute("create table raw.data_cut as select date '2026-03-31' as data_cut")
        connection.execute("create view raw.registry_dm as select 'S''1' as USUBJID, 2::bigint as _line")
        connection.execute("create table raw.registry_ae (USUBJID varchar, _line bigint)")
        connection.execute("create schema other; create table other.kept as select 1 as x")
    return SimpleNamespace(settings=settings, warehouse=warehouse)


def leave_back(folder: Path) -> None:
    """What Spark leaves: a mart in two files in no order, an empty table without a file, the columns of both."""
    back = folder / "back"
    for name in ("marts.adsl", "columns", "engine"):
        (back / name).mkdir()
    with duckdb.connect() as writer:
        writer.execute(f"copy (select 'b' as USUBJID, 41 as AGE) to '{back}/marts.adsl/1.parquet'")
        writer.execute(f"copy (select null as AGE, 'a' as USUBJID) to '{back}/marts.adsl/2.parquet'")
        listed = """from (values ('marts', 'adsl', 'USUBJID', 'string', 1, 2), ('marts', 'adsl', 'AGE', 'int', 2, 2),
            ('staging', 'stg_registry__withdrawals', 'usubjid', 'string', 1, 0),
            ('staging', 'stg_registry__withdrawals', 'asked', 'date', 2, 0))
            as listed(layer, table_name, column_name, type, place, n_row)"""
        writer.execute(f"copy ({listed}) to '{back}/columns/1.parquet'")
        writer.execute(f"copy (select '9.9 0123abcd' as version, 2 as n_table) to '{back}/engine/1.parquet'")


def test_every_delivered_table_goes_out_with_its_lines(build: SimpleNamespace) -> None:
    with spark_run(build, RUN) as run:
        assert run.raw == ("data_cut", "registry_ae", "registry_dm", "composed_term")
        assert run.has_cut
        assert sorted(path.name for path in (run.folder / "raw").iterdir()) == [
            "composed_term.parquet", "data_cut.parquet", "registry_ae.parquet", "registry_dm.parquet",
        ]  # fmt: skip
        found = duckdb.sql(f"from '{run.folder}/raw/registry_dm.parquet'")
        assert found.columns == ["USUBJID", "_line"]
        assert found.fetchall() == [("S'1", 2)]


def test_terms_that_are_not_composed_go_out_with_what_they_are_composed(build: SimpleNamespace) -> None:
    with build.warehouse.write() as connection:
        connection.execute(
            "create or replace table raw.registry_ae (USUBJID varchar, AEDECOD varchar, _line bigint)"
        )
        rows = [
            ["S1", normalize("NFD", "  두통\u3000없음"), 2],
            ["S2", "두통 없음", 3],
            ["S3", "Caf\u0065\u0301", 4],
            ["S4", None, 5],
        ]
        connection.executemany("insert into raw.registry_ae values (?, ?, ?)", rows)
    with spark_run(build, RUN) as run:
        found = duckdb.sql(f"from '{run.folder}/raw/composed_term.parquet' order by composed").fetchall()
    assert found == [(normalize("NFD", "café"), "café"), (normalize("NFD", "두통 없음"), "두통 없음")]


def test_what_comes_back_is_typed_commented_and_in_order(build: SimpleNamespace) -> None:
    with spark_run(build, RUN) as run:
        leave_back(run.folder)
        take_back(build, run, NODES)
    with build.warehouse.read() as connection:
        assert connection.sql("from marts.adsl").fetchall() == [("a", None), ("b", 41.0)]
        assert [row[1] for row in connection.sql("describe marts.adsl").fetchall()] == ["VARCHAR", "DOUBLE"]
        comments = "select comment from duckdb_columns() where table_name = 'adsl' order by column_index"
        assert connection.sql(comments).fetchall() == [("Who.",), ("Years.",)]
        said = "select comment from duckdb_tables() where table_name = 'adsl'"
        assert connection.sql(said).fetchall() == [("A subject's row.",)]


def test_a_table_without_rows_comes_back_by_its_columns(build: SimpleNamespace) -> None:
    with spark_run(build, RUN) as run:
        leave_back(run.folder)
        take_back(build, run, NODES)
    with build.warehouse.read() as connection:
        described = connection.sql("describe staging.stg_registry__withdrawals").fetchall()
        assert [row[:2] for row in described] == [("usubjid", "VARCHAR"), ("asked", "DATE")]
        assert connection.sql("from staging.stg_registry__withdrawals").fetchall() == []


def test_a_build_says_what_it_was_made_on(build: SimpleNamespace) -> None:
    assert engine_of(build) == f"duckdb {duckdb.__version__}"
    with spark_run(build, RUN) as run:
        leave_back(run.folder)
        take_back(build, run, NODES)
    assert engine_of(build) == "spark 9.9"


def test_nothing_of_a_run_stays_neither_after_a_failure(build: SimpleNamespace) -> None:
    with pytest.raises(KeyError), spark_run(build, RUN):
        raise KeyError
    assert list(build.settings.exchange.iterdir()) == []


def test_what_a_killed_run_left_goes_and_what_is_anothers_stays(
    build: SimpleNamespace, tmp_path: Path
) -> None:
    own = lay_out(build.settings)
    (own / "deadbeef" / "raw").mkdir(parents=True)
    (own / "deadbeef" / "raw" / "registry_dm.parquet").write_text("somebody's records")
    (tmp_path / "shared" / "vigil_of_another_home").mkdir()
    with spark_run(build, RUN) as run:
        assert [path.name for path in own.iterdir()] == [run.folder.name]
    assert [path.name for path in (tmp_path / "shared").iterdir()] == ["vigil_of_another_home"]
    assert laid_out(build.settings) is None


def test_it_goes_though_the_settings_have_changed_since(build: SimpleNamespace, tmp_path: Path) -> None:
    left = lay_out(build.settings) / "deadbeef"
    left.mkdir()
    (tmp_path / "elsewhere").mkdir()
    for changed in ({"shared_store": tmp_path / "elsewhere"}, {"engine": "duckdb", "spark_remote": None}):
        left.mkdir(parents=True, exist_ok=True)
        lay_out(build.settings)
        assert list(clear_spark(replace(build.settings, **changed))) == [
            "what a refresh that died had laid out for Spark was removed"
        ]
        assert not left.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may remove everything")
def test_what_cannot_be_removed_is_named(build: SimpleNamespace) -> None:
    folder = lay_out(build.settings)
    (folder / "of executors").mkdir()
    (folder / "of executors" / "file").touch()
    (folder / "of executors").chmod(0o500)
    (told,) = clear_spark(build.settings)
    assert told.endswith(f"Way out: delete {folder}")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("mistyped/share", "VIGIL_STORE is no folder that this user sees: make it, or mount it"),
        ("a file", "VIGIL_STORE is no folder that this user sees: make it, or mount it"),
        (
            "/proc/self",
            "nothing can be laid out for Spark in /proc/self (No such file or directory): set VIGIL_STORE",
        ),
    ],
)
def test_a_store_that_is_none_is_told_by_its_setting_and_forgotten(
    build: SimpleNamespace, tmp_path: Path, place: str, words: str
) -> None:
    (tmp_path / "a file").touch()
    build.settings = replace(build.settings, shared_store=tmp_path / place)
    with pytest.raises(SparkError, match=re.escape(words)), spark_run(build, RUN):
        pass
    assert laid_out(build.settings) is None
    assert list(clear_spark(replace(build.settings, engine="duckdb"))) == []
    assert not (tmp_path / "mistyped").exists()


def test_what_this_user_may_not_look_for_stops_only_a_night_that_would_forget_it(
    build: SimpleNamespace, tmp_path: Path
) -> None:
    folder = lay_out(build.settings)
    folder.rmdir()
    # Nobody may look there, root neither.
    behind = tmp_path / ("n" * 300) / "vigil_of_this_home"
    (build.settings.build / "spark.place").write_text(str(behind), encoding="utf-8")
    assert laid_out(build.settings) == behind
    (told,) = clear_spark(replace(build.settings, engine="duckdb"))
    assert told.endswith(f"Way out: delete {behind}")
    with (
        pytest.raises(SparkError, match="cannot be removed by this user"),
        spark_run(build, RUN),
    ):
        pass
    assert laid_out(build.settings) == behind


@pytest.mark.parametrize(
    ("version", "engine"),
    [
        ("4.2.1 0123abcd", "spark 4.2.1"),
        ("0.7.2", "spark connect, server 0.7.2"),
        (" 4.2.1 ", "spark connect, server 4.2.1"),
    ],
)
def test_a_server_that_is_not_apaches_is_not_told_as_a_version_of_spark(version: str, engine: str) -> None:
    assert named(version) == engine


def test_two_homes_have_schemas_of_their_own(build: SimpleNamespace, tmp_path: Path) -> None:
    with spark_run(build, RUN) as run:
        one = run.schema
    other = SimpleNamespace(
        settings=replace(build.settings, home=tmp_path / "other"), warehouse=build.warehouse
    )
    with spark_run(other, RUN) as run:
        assert one.rsplit("_", 1)[0] != run.schema.rsplit("_", 1)[0]


def test_without_a_server_nothing_is_laid_out(build: SimpleNamespace) -> None:
    build.settings = replace(build.settings, spark_remote=None)
    with pytest.raises(SparkError, match="set one of SPARK_REMOTE"), spark_run(build, RUN):
        pass
    assert list(build.settings.exchange.iterdir()) == []


def test_a_path_that_an_address_cannot_carry_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIL_STORE", "/srv/what?")
    with pytest.raises(ValueError, match="VIGIL_STORE holds"):
        Settings.from_environment()


def test_an_engine_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIL_ENGINE", "flink")
    with pytest.raises(ValueError, match="VIGIL_ENGINE is 'flink'; give duckdb or spark"):
        Settings.from_environment()


def test_a_token_is_not_printed(build: SimpleNamespace) -> None:
    assert "secret" not in repr(build.settings)


def test_only_dbt_is_told_where_spark_is(
    build: SimpleNamespace, remote: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIL_SPARK_SCHEMA", "another")
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    with spark_run(build, RUN) as run:
        with run.environment():
            assert os.environ["SPARK_REMOTE"] == remote
            assert os.environ["VIGIL_SPARK_SCHEMA"] == run.schema
        assert "SPARK_REMOTE" not in os.environ
        assert os.environ["VIGIL_SPARK_SCHEMA"] == "another"


def test_one_way_to_spark_is_named_and_no_more(build: SimpleNamespace) -> None:
    build.settings = replace(build.settings, spark_master="local[2]")
    with pytest.raises(SparkError, match="are both set: unset one of them"), spark_run(build, RUN):
        pass


def test_without_a_distribution_of_spark_no_driver_is_started(
    build: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SPARK_HOME", str(tmp_path / "nothing"))
    build.settings = replace(build.settings, spark_remote=None, spark_master="local[2]")
    with pytest.raises(SparkError, match="SPARK_HOME is no distribution"), spark_run(build, RUN):
        pass
    assert list(build.settings.exchange.iterdir()) == []


def spark_home(folder: Path, script: str) -> Path:
    """A distribution whose command does something else."""
    command = folder / "spark" / "bin" / "spark-submit"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o700)
    return folder / "spark"


def test_a_driver_that_does_not_come_up_is_told_in_a_line(
    build: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SPARK_HOME", str(spark_home(tmp_path, "echo no room on the cluster; exit 1")))
    monkeypatch.setenv("JAVA_HOME", "/anywhere")
    build.settings = replace(build.settings, spark_remote=None, spark_master="spark://nobody:7077")
    with (
        pytest.raises(
            SparkError, match=r"no Spark Connect server came up on spark://nobody:7077; see build/work/"
        ),
        spark_run(build, RUN),
    ):
        pass
    assert "no room on the cluster" in (build.settings.build_file.parent / "spark.log").read_text()
    assert list(build.settings.exchange.iterdir()) == []


def test_a_server_of_the_nights_own_ends_with_it_and_keeps_its_token_out_of_sight(
    build: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    listens = f"""env > {tmp_path}/environment; echo "$@" > {tmp_path}/arguments
port=$(echo "$@" | sed 's/.*binding.port=\\([0-9]*\\).*/\\1/')
exec {sys.executable} -c "import socket, time; s = socket.create_server(('127.0.0.1', $port)); time.sleep(60)" """
    monkeypatch.setenv("SPARK_HOME", str(spark_home(tmp_path, listens)))
    monkeypatch.setenv("JAVA_HOME", "/anywhere")
    monkeypatch.setenv("VIGIL_ALERT_URLS", "json://secret")
    monkeypatch.setenv("VIGIL_PSEUDONYM_KEY", "secret too")
    build.settings = replace(build.settings, spark_remote=None, spark_master="local[2]", memory=2048)
    with spark_run(build, RUN) as run:
        remote = run.server["SPARK_REMOTE"]
        record = json.loads((build.settings.build_file.parent / SERVER).read_text())
        server = Process(**record)
        assert server.alive
    assert not server.alive
    assert not (build.settings.build_file.parent / SERVER).exists()
    token = remote.partition(";token=")[2]
    arguments, given = (tmp_path / "arguments").read_text(), (tmp_path / "environment").read_text()
    assert len(token) > 30
    assert token not in arguments
    assert token not in repr(run)
    assert f"SPARK_CONNECT_AUTHENTICATE_TOKEN={token}" in given
    assert "secret" not in given
    assert "--driver-memory 1024m" in arguments
    assert "binding.address=127.0.0.1" in arguments
    assert f"spark.local.dir={run.folder}/scratch" in arguments
    assert "VIGIL_PSEUDONYM_KEY" not in given


@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,1024]", "spark://there:7077"])
@pytest.mark.parametrize(("night", "driver"), [(8192, 4096), (512, 1024)])
def test_a_driver_takes_what_duckdb_would_wherever_executors_are(
    build: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    master: str,
    night: int,
    driver: int,
) -> None:
    listens = f"""echo "$@" > {tmp_path}/arguments; exit 1"""
    monkeypatch.setenv("SPARK_HOME", str(spark_home(tmp_path, listens)))
    monkeypatch.setenv("JAVA_HOME", "/anywhere")
    build.settings = replace(build.settings, spark_remote=None, spark_master=master, memory=night)
    with pytest.raises(SparkError, match="no Spark Connect server came up"), spark_run(build, RUN):
        pass
    assert f"--driver-memory {driver}m " in (tmp_path / "arguments").read_text()


def test_a_server_that_does_not_answer_is_told_at_once(build: SimpleNamespace) -> None:
    build.settings = replace(build.settings, spark_remote="sc://127.0.0.1:1/;token=secret")
    with (
        pytest.raises(SparkError, match="no Spark Connect server answers at SPARK_REMOTE") as raised,
        spark_run(build, RUN),
    ):
        pass
    assert "secret" not in str(raised.value)
    assert list(build.settings.exchange.iterdir()) == []


def test_who_works_on_a_server_that_goes_is_ended_and_who_works_on_one_that_stays_is_not(remote: str) -> None:
    with subprocess.Popen(["sleep", "60"]) as staying, subprocess.Popen(["sleep", "60"]) as going:
        with (
            ended_without(remote, process(staying.pid), poll=0.5),
            ended_without("sc://127.0.0.1:1", process(going.pid), poll=0.01),
        ):
            assert going.wait(20) == -signal.SIGTERM
        assert staying.poll() is None
        staying.kill()


def test_behind_a_proxy_nobody_can_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    assert answers("sc://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert not answers("sc://127.0.0.1:1")


def test_a_run_that_did_not_come_to_its_end_is_told(build: SimpleNamespace) -> None:
    with spark_run(build, RUN) as run:
        with pytest.raises(SparkError, match="dbt did not come to its end on Spark"):
            refuse_unfinished(run)
        leave_back(run.folder)
        refuse_unfinished(run)


@pytest.mark.parametrize("lost", ["marts.adsl/1.parquet", "marts.adsl"])
def test_rows_that_do_not_come_back_stop_the_night(build: SimpleNamespace, lost: str) -> None:
    with spark_run(build, RUN) as run:
        leave_back(run.folder)
        path = run.folder / "back" / lost
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        with pytest.raises(SparkError, match=r"of 2 rows of marts.adsl that Spark has made [01] came back"):
            take_back(build, run, NODES)


def test_so_do_tables(build: SimpleNamespace) -> None:
    with spark_run(build, RUN) as run:
        leave_back(run.folder)
        shutil.rmtree(run.folder / "back" / "columns")
        with pytest.raises(SparkError, match="of 2 tables that Spark has made 0 came back"):
            take_back(build, run, NODES)


def test_an_end_of_which_the_file_is_missing_is_none(build: SimpleNamespace) -> None:
    with spark_run(build, RUN) as run:
        (run.folder / "back" / "engine").mkdir()
        with pytest.raises(SparkError, match="dbt did not come to its end"):
            refuse_unfinished(run)


@pytest.mark.parametrize(
    "address", ["sc://host:5005x", "http://host:1", "sc://", "host:15002", "sc://host:0"]
)
def test_an_address_that_is_none_is_refused_and_not_repeated(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_REMOTE", f"{address}/;token=secret")
    with pytest.raises(ValueError, match="SPARK_REMOTE is no address") as raised:
        Settings.from_environment()
    assert "secret" not in str(raised.value)


def test_no_proxy_alone_is_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "localhost")
    assert not answers("sc://127.0.0.1:1")
