"""`vigil setup`."""

import argparse

from orchestration.dagster_parts.dbt_manifest import manifest_path
from orchestration.dagster_parts.instance import prepare_instance, write_environment_file
from orchestration.modes import secure_home
from orchestration.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> int:
    """Write `.env` and `dagster.yaml`, and the dbt manifest that Dagster loads its definitions from."""
    settings = Settings.from_environment()
    secure_home(settings)
    prepare_instance(settings)
    write_environment_file(settings)
    manifest_path()
    return 0
