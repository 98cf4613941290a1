"""The dbt command line as a resource, without what is looked up before each run of it and read by nothing here.

The packaged resource asks dbt for its version in a process of its own, and opens an adapter for row counts and columns that
are fetched from the database: a fifth of a night's dbt. What is overridden is private, hence the exact version in
`pyproject.toml`. Drop this file when dagster-dbt does either only where it is asked for.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dagster_dbt import DbtCliResource
from dagster_dbt.compat import DBT_PYTHON_VERSION

from orchestration.settings import DBT_PROJECT


class DbtCommand(DbtCliResource):
    """`dbt` on this project, as it is installed beside this interpreter."""

    @property
    def _cli_version(self) -> Any:
        return DBT_PYTHON_VERSION

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # type: ignore[override]
        return None


def dbt_command() -> DbtCommand:
    """The one beside this interpreter, whether or not its folder is on PATH."""
    return DbtCommand(
        project_dir=str(DBT_PROJECT),
        profiles_dir=str(DBT_PROJECT),
        dbt_executable=str(Path(sys.executable).with_name("dbt")),
    )
