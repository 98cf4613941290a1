"""`vigil setup`."""

import argparse
import contextlib

from orchestration.dagster_parts.damage import set_damage_aside
from orchestration.dagster_parts.dbt_manifest import manifest_path
from orchestration.dagster_parts.instance import prepare_instance, write_environment_file
from orchestration.lock import AlreadyRunningError, refresh_lock
from orchestration.modes import secure_home
from orchestration.settings import Settings, time_here


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> int:
    """Write `.env` and `dagster.yaml`, and the dbt manifest that Dagster loads its definitions from."""
    settings = Settings.from_environment()
    secure_home(settings)
    _mend(settings)
    prepare_instance(settings)
    if said := write_environment_file(settings):
        print(said)
    manifest_path()
    return 0


def _mend(settings: Settings) -> None:
    """What a server or a refresh has open just now it can also read."""
    now = time_here()
    with contextlib.suppress(AlreadyRunningError), refresh_lock(settings.home, now):
        for line in set_damage_aside(settings):
            print(line)
