"""The dbt project as Dagster sees it: where it lies, its manifest, and how its models are named, grouped and owned."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from orchestration.settings import DBT_PROJECT, Settings

TARGET = DBT_PROJECT / "target"
MANIFEST = TARGET / "manifest.json"
_STAMP = TARGET / "manifest.sources"


@cache
def manifest_path() -> Path:
    """The project's manifest, made anew when a source of the project changed since it was last made.

    Dagster loads definitions from it; outside of Dagster's own development server nothing else prepares it.

    Raises:
        RuntimeError: dbt cannot parse the project; the message ends with dbt's own words.
    """
    sources = _sources_hash()
    if MANIFEST.exists() and _STAMP.exists() and _STAMP.read_text() == sources:
        return MANIFEST
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "parse", *project_flags()]
    done = subprocess.run(
        command, cwd=DBT_PROJECT, env=dbt_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"dbt cannot parse the project: {(done.stdout + done.stderr).strip()[-800:]}")
    _STAMP.write_text(sources)
    return MANIFEST


def project_flags() -> list[str]:
    """Where project and profile lie."""
    return ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]


def dbt_environment(settings: Settings | None = None) -> dict[str, str]:
    """Environment of a dbt process: this one's, without telemetry, pointing at the build of the given home."""
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    if settings is not None:
        environment |= {"VIGIL_BUILD_DB": str(settings.build_file), "VIGIL_THREADS": str(settings.threads)}
    return environment


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT.rglob("*")):
        inside = path.relative_to(DBT_PROJECT)
        if path.is_file() and inside.parts[0] not in ("target", "logs"):
            digest.update(str(inside).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


class VigilTranslator(DagsterDbtTranslator):
    """Asset keys are `schema/table`; groups are the layers of the project, staging and intermediate split by source."""

    def __init__(self) -> None:
        """Tests become asset checks; those on sources too."""
        super().__init__(
            DagsterDbtTranslatorSettings(enable_asset_checks=True, enable_source_tests_as_checks=True)
        )

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`raw/proact_alsfrs` for a source, `marts/adsl` for a model."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey(["raw", dbt_resource_props["identifier"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """`staging_proact`, `staging_registry`, `intermediate`, `marts`, `quality`, from the model's folder."""
        _, layer, *rest = dbt_resource_props["fqn"]
        return f"staging_{rest[0]}" if layer == "staging" and len(rest) > 1 else layer

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Everything between landing and marts belongs to data management."""
        return ["team:data-management"]
