"""dbt alone on a Spark Connect server, on the raw tables of a database: no night, no Dagster."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from orchestration.night.spark_return import take_back
from orchestration.night.spark_run import TARGET, spark_run
from orchestration.settings import DATABASE, DBT_PROJECT, Settings
from orchestration.warehouse import Warehouse


def dbt_on_spark(
    database: Path,
    folder: Path,
    remote: str,
    options: list[str],
    project: Path = DBT_PROJECT,
    back: str = "all",
) -> dict[str, str]:
    """Build what the options say; what was made comes back into `vigil.duckdb` of the folder.

    Args:
        database: has the raw tables.
        folder: is made anew.
        remote: the server's address.
        options: of dbt's command line.
        project: dbt's.
        back: `all`, or empty for what later steps read.

    Returns:
        What dbt said of each node, as `statuses`.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "shared").mkdir(parents=True)
    settings = Settings(
        home=folder.with_name("home"), engine="spark", spark_remote=remote, shared_store=folder / "shared"
    )
    given = SimpleNamespace(settings=settings, warehouse=Warehouse(database))
    taken = SimpleNamespace(settings=settings, warehouse=Warehouse(folder / DATABASE))
    with spark_run(given, "0123456789") as run:  # type: ignore[arg-type]
        target = folder / "target"
        command = [
            str(Path(sys.executable).with_name("dbt")), "build", "--quiet", "--no-version-check", *TARGET,
            "--project-dir", str(project), "--profiles-dir", str(project),
            "--target-path", str(target), "--log-path", str(target / "logs"), *options,
        ]  # fmt: skip
        with run.environment():
            told = subprocess.run(
                command, env={**os.environ, "VIGIL_SPARK_BACK": back}, text=True, check=False,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
        assert (run.folder / "back" / "engine").exists(), told.stdout[-3000:]
        nodes = json.loads((target / "manifest.json").read_text())["nodes"]
        for node in nodes.values():
            node["schema"] = node["schema"].removeprefix(f"{run.schema}_")
        with taken.warehouse.write() as connection:
            connection.execute("create schema build")
        take_back(taken, run, nodes)  # type: ignore[arg-type]
    return statuses(target)


def statuses(target: Path) -> dict[str, str]:
    """Status of each node of dbt's last run, with the number of rows that a test found."""
    results = json.loads((target / "run_results.json").read_text())["results"]
    return {
        result["unique_id"]: f"{result['status']} {result['failures'] or ''}".strip()
        for result in results
        if not result["unique_id"].startswith("operation.")
    }
