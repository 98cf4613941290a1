"""One small study on DuckDB and on Sail, and whether they agree: `python -m tests.spark.run [--folder DIR]`.

A night of each engine on the same simulated deliveries: every relation of dbt's and every result has one logical hash, and
the release made on Sail verifies. Sail runs on this machine and needs no Java.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.logical_hash import logical_hash
from orchestration.releases.manifest import Manifest
from orchestration.settings import DATABASE, REPOSITORY
from tests.integration.orchestration.homes import KEY, make_home
from tests.spark.sail import sail

SCHEMAS = ("staging", "intermediate", "marts", "quality", "results")
NAMING_ITS_TIME = "release."
"""Tables that say when and after what a release was made."""


def main() -> None:
    """Both nights and the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where homes are laid out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder, sail() as remote:
        on_duckdb, on_spark = Path(folder, "duckdb"), Path(folder, "spark")
        make_home(on_duckdb)
        shutil.copytree(on_duckdb, on_spark)
        night(on_duckdb)
        night(on_spark, remote)
        compare_relations(on_duckdb, on_spark)
        compare_releases(released(on_duckdb), released(on_spark))
        told = vigil(on_spark, "releases", "verify")
        assert told.returncode == 0, told.stdout
        print(told.stdout.strip().splitlines()[-1])


def night(home: Path, remote: str | None = None) -> None:
    """A refresh, with how long it took."""
    began = time.monotonic()
    told = vigil(home, "refresh", remote=remote)
    assert told.returncode == 0, told.stdout
    print(f"a night on {'Spark' if remote else 'DuckDB'}: {time.monotonic() - began:.0f} s", flush=True)


def vigil(home: Path, *arguments: str, remote: str | None = None) -> subprocess.CompletedProcess[str]:
    """The command line on a home; with a server's address, dbt runs there, and all its tables come back."""
    spark = {"VIGIL_ENGINE": "spark", "SPARK_REMOTE": remote, "VIGIL_SPARK_BACK": "all"} if remote else {}
    own = {"VIGIL_HOME": str(home), "VIGIL_PROTOCOL": str(home / "protocol.toml"), "VIGIL_PSEUDONYM_KEY": KEY,
           "VIGIL_SETTLE_SECONDS": "0", "DAGSTER_HOME": str(home / "dagster"), **spark}  # fmt: skip
    command = [str(Path(sys.executable).with_name("vigil")), *arguments]
    return subprocess.run(
        command, cwd=REPOSITORY, env={**os.environ, **own}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip


def compare_relations(one: Path, other: Path) -> None:
    """Every relation of the working files, by logical hash."""
    differ, n_same = compared(one / "build" / "work" / DATABASE, other / "build" / "work" / DATABASE)
    assert not differ, f"differ: {', '.join(differ)}"
    print(f"{n_same} relations and results have one logical hash on both engines")


def compared(one: Path, other: Path) -> tuple[list[str], int]:
    """What dbt and the study made otherwise in one file than in the other, and how many relations are the same."""
    with (
        duckdb.connect(str(one), read_only=True) as left,
        duckdb.connect(str(other), read_only=True) as right,
    ):
        names, others = relations(left), relations(right)
        differ = [
            name for name in sorted(names & others) if logical_hash(left, name) != logical_hash(right, name)
        ]
    return sorted({*differ, *(names ^ others)}), len(names) - len(differ)


def relations(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """What dbt and the study made."""
    query = "select table_schema || '.' || table_name from information_schema.tables where table_schema in ?"
    return {name for (name,) in connection.execute(query, [SCHEMAS]).fetchall()}


def released(home: Path) -> Manifest:
    """The only release of a home."""
    (manifest,) = ReleaseIndex(home / "releases").manifests()
    return manifest


def compare_releases(on_duckdb: Manifest, on_spark: Manifest) -> None:
    """What is published, by the hashes in the manifests; one fingerprint, two engines."""
    names = {name for name in on_duckdb.tables if not name.startswith(NAMING_ITS_TIME)}
    differ = [name for name in sorted(names) if on_duckdb.tables[name] != on_spark.tables.get(name)]
    assert not differ, f"published otherwise: {', '.join(differ)}"
    assert on_duckdb.fingerprint == on_spark.fingerprint
    assert re.match(r"duckdb \d", on_duckdb.engine or ""), on_duckdb.engine
    assert re.match(r"spark \d", on_spark.engine or ""), on_spark.engine
    print(f"{len(names)} published tables are the same: {on_duckdb.engine}, {on_spark.engine}")


if __name__ == "__main__":
    main()
