"""Dagster's instance in a folder of a test, on the storage that Vigil's homes have."""

from pathlib import Path

from dagster import DagsterInstance


def instance_in(home: Path) -> DagsterInstance:
    """Events, runs and schedules lie under the folder."""
    home.mkdir(exist_ok=True)
    (home / "dagster.yaml").write_text(
        "storage:\n  custom:\n    module: orchestration.dagster_parts.event_log\n    class: PooledSqliteStorage\n"
        f"    config: {{base_dir: {home}}}\n"
    )
    return DagsterInstance.from_config(str(home))
