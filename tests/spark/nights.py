"""Nights on an engine, and whether two of them made the same: what the tests on Sail and on a cluster share."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.logical_hash import logical_hash
from orchestration.releases.manifest import Manifest
from orchestration.settings import DATABASE, REPOSITORY
from tests.integration.orchestration.homes import variables

SCHEMAS = ("staging", "intermediate", "marts", "quality", "results")
NAMING_ITS_TIME = "release."
"""Tables that say when and after what a release was made."""


def command(home: Path, *arguments: str, spark: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """The command line on a home, begun; with where Spark is, dbt runs there."""
    engine = {"VIGIL_ENGINE": "spark", **spark} if spark else {}
    program = [str(Path(sys.executable).with_name("vigil")), *arguments]
    return subprocess.Popen(
        program, cwd=REPOSITORY, env={**os.environ, **variables(home), **engine}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def vigil(home: Path, *arguments: str, spark: Mapping[str, str] | None = None) -> str:
    """The command line on a home, ended well; what it said."""
    running = command(home, *arguments, spark=spark)
    told, _ = running.communicate()
    assert running.returncode == 0, told
    return told


def working_file(home: Path) -> Path:
    """What the last night was made in."""
    return home / "build" / "work" / DATABASE


def compared(one: Path, other: Path, schemas: tuple[str, ...] = SCHEMAS) -> tuple[list[str], int]:
    """What is made otherwise in one file than in the other, or is in one alone, and how many relations are the same."""
    with (
        duckdb.connect(str(one), read_only=True) as left,
        duckdb.connect(str(other), read_only=True) as right,
    ):
        names, others = relations(left, schemas), relations(right, schemas)
        both = sorted(names & others)
        differ = [name for name in both if logical_hash(left, name) != logical_hash(right, name)]
    return sorted({*differ, *(names ^ others)}), len(both) - len(differ)


def relations(connection: duckdb.DuckDBPyConnection, schemas: tuple[str, ...]) -> set[str]:
    """What dbt and the study made."""
    query = "select table_schema || '.' || table_name from information_schema.tables where table_schema in ?"
    return {name for (name,) in connection.execute(query, [schemas]).fetchall()}


def released(home: Path) -> Manifest:
    """The only release of a home."""
    (manifest,) = ReleaseIndex(home / "releases").manifests()
    return manifest


def published_otherwise(one: Manifest, other: Manifest) -> tuple[list[str], int]:
    """Published tables of which two releases have another hash, and how many are the same."""
    names = {name for name in one.tables.keys() | other.tables.keys() if not name.startswith(NAMING_ITS_TIME)}
    differ = sorted(name for name in names if one.tables.get(name) != other.tables.get(name))
    return differ, len(names) - len(differ)
