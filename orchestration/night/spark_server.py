"""The Spark Connect server that dbt asks: one that is there, or one of this night's own as the driver on a cluster.

`SPARK_REMOTE` names one that is there. On `VIGIL_SPARK_MASTER` one is started from a distribution of Spark, listens on this
machine alone, for whoever knows its token, and ends with the step. Its other settings are those of the distribution's
`conf/spark-defaults.conf`. Does not belong here: what it is given (`spark_run`).
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from orchestration.extras import way_to_install
from orchestration.night.orphan import recorded
from orchestration.night.spark_reach import answers
from orchestration.processes import descendants, end, process
from orchestration.settings import Settings, environment_of_others

SERVER = "spark.process"
"""The record of a server of this night's own."""
_LOG = "spark.log"
_CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"
_NOT_ITS_OWN = ("SPARK_REMOTE", "VIGIL_PSEUDONYM_KEY", "VIGIL_OLD_PSEUDONYM_KEY", "VIGIL_SIGNING_PASSWORD")
"""Of this process's environment: keys, and what a driver takes for a contradiction."""
_LEAST = 1024
"""MiB of the driver: what Spark gives it by default."""
_PATIENCE = 15.0
"""Seconds in which it clears what it has laid out itself."""
_SECONDS = 180
"""That it may take to listen: a cluster may have to make room first."""


class SparkError(RuntimeError):
    """Spark cannot be asked, or broke off; the message says what to do, in one line."""


@contextmanager
def spark_server(settings: Settings, folder: Path) -> Iterator[Mapping[str, str]]:
    """The environment by which a client finds the server.

    Args:
        settings: name it, or where one is to work.
        folder: of the run, which all executors see; tables of a server of its own lie there.

    Raises:
        SparkError: it cannot be started.
    """
    _log(settings).unlink(missing_ok=True)
    if settings.spark_remote is not None:
        yield {"SPARK_REMOTE": settings.spark_remote}
        return
    folder.mkdir(parents=True)
    port, token = _free_port(), secrets.token_urlsafe(32)
    with _started(settings, _command(settings, folder, port), folder, token) as server:
        _wait_until_it_listens(server, port, settings)
        # The client sends a token unencrypted to no host but this one, under this name.
        yield {"SPARK_REMOTE": f"sc://localhost:{port}/;token={token}"}


def refuse_without_spark(settings: Settings) -> None:
    """Stop before anything is laid out for an engine that is not there.

    Raises:
        SparkError: what is to be installed, set or started.
    """
    if importlib.util.find_spec("dbt.adapters.spark") is None or importlib.util.find_spec("pyspark") is None:
        raise SparkError(f"VIGIL_ENGINE is spark, which is not installed: {way_to_install('spark')}")
    if settings.spark_remote is not None and settings.spark_master is not None:
        raise SparkError("SPARK_REMOTE and VIGIL_SPARK_MASTER are both set: unset one of them")
    if settings.spark_remote is None and settings.spark_master is None:
        raise SparkError(
            "VIGIL_ENGINE is spark: set one of SPARK_REMOTE, the address of a Spark Connect server (sc://host:port), and "
            "VIGIL_SPARK_MASTER, the cluster that Vigil starts one on (spark://host:port)"
        )
    if settings.shared_store is not None and not settings.shared_store.is_dir():
        raise SparkError(
            "VIGIL_STORE is no folder that this user sees: make it, or mount it, where every executor sees it too"
        )
    if settings.spark_master is not None:
        _submit()
    elif settings.spark_remote is not None and not answers(settings.spark_remote):
        raise SparkError(
            "no Spark Connect server answers at SPARK_REMOTE. Way out: start it or mend the address, then refresh again"
        )


def _submit() -> Path:
    """Spark's own command: of SPARK_HOME, or of a pyspark that has all of Spark."""
    (package,) = importlib.util.find_spec("pyspark").submodule_search_locations  # type: ignore[union-attr, misc]
    for home in (os.environ.get("SPARK_HOME"), package):
        if home and (command := Path(home, "bin", "spark-submit")).is_file():
            if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
                raise SparkError("VIGIL_SPARK_MASTER is set and there is no Java: install a JRE, 17 or 21")
            return command
    raise SparkError("VIGIL_SPARK_MASTER is set and SPARK_HOME is no distribution of Spark: give its folder")


def _command(settings: Settings, folder: Path, port: int) -> list[str]:
    master = settings.spark_master or ""
    conf = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
    }
    if master.startswith("local"):
        # What it cannot hold in memory are records of subjects too.
        conf["spark.local.dir"] = str(folder / "scratch")
    # What is DuckDB's on DuckDB. The driver builds what it sends to every executor, and on `local` does all the work.
    memory = max(settings.duckdb.memory or 0, _LEAST)
    # Plans of dbt's wide unions are deep.
    return [
        str(_submit()), "--master", master, "--class", _CLASS, "--name", "vigil", "--driver-memory", f"{memory}m",
        "--driver-java-options", "-Xss16m", *(f"--conf={name}={value}" for name, value in conf.items()),
    ]  # fmt: skip


@contextmanager
def _started(settings: Settings, command: list[str], folder: Path, token: str) -> Iterator[subprocess.Popen]:
    environment = {**environment_of_others(), "SPARK_CONNECT_AUTHENTICATE_TOKEN": token}
    for name in _NOT_ITS_OWN:
        environment.pop(name, None)
    with open(_log(settings), "wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
    with recorded(settings, server.pid, SERVER):
        try:
            yield server
        finally:
            left = [known for known in (process(server.pid), *descendants(server.pid)) if known is not None]
            end(left, patience=_PATIENCE)
            server.wait()


def _log(settings: Settings) -> Path:
    return settings.build_file.parent / _LOG


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_until_it_listens(server: subprocess.Popen, port: int, settings: Settings) -> None:
    last = time.monotonic() + _SECONDS
    while time.monotonic() < last and server.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SparkError(
        f"no Spark Connect server came up on {settings.spark_master}; see build/work/{_LOG}. "
        "Way out: see that the cluster answers and has room, then refresh again"
    )
