"""The Dagster instance of a home folder: its configuration, as this version wants it, and the environment that names it."""

import os
from pathlib import Path

from orchestration.settings import REPOSITORY, Settings

DAGSTER_YAML = """\
# Written by `vigil setup` and by every refresh; what is changed here is lost.
# Runs, events and schedules of this home live beside this file.
telemetry:
  enabled: false
nux:
  enabled: false
# One refresh at a time, whether from schedule, UI or command; the lock of the home folder holds beyond Dagster too.
concurrency:
  runs:
    max_concurrent_runs: 1
# A power cut leaves a run STARTED; it is failed after this long and the queue goes on.
run_monitoring:
  enabled: true
  max_runtime_seconds: 7200
  start_timeout_seconds: 300
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days: {skipped: 7, failure: 30, success: -1}
storage:
  custom:
    module: orchestration.dagster_parts.event_log
    class: PooledSqliteStorage
    config:
      base_dir: {env: DAGSTER_HOME}
"""


def prepare_instance(settings: Settings) -> Path:
    """Write the instance's configuration where it is another, and point this process at it."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    config = settings.dagster_home / "dagster.yaml"
    if not config.exists() or config.read_text(encoding="utf-8") != DAGSTER_YAML:
        config.write_text(DAGSTER_YAML, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    os.environ.setdefault("NUMBA_CACHE_DIR", str(settings.kernels))
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    return settings.dagster_home


def write_environment_file(settings: Settings) -> Path:
    """Write `.env` beside the sources, which plain `dagster dev -w workspace.yaml` reads; an existing one is kept."""
    path = REPOSITORY / ".env"
    wanted = {
        "DAGSTER_HOME": str(settings.dagster_home),
        "VIGIL_HOME": str(settings.home),
        "NUMBA_CACHE_DIR": str(settings.kernels),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "GX_ANALYTICS_ENABLED": "false",
    }
    kept = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    known = {line.partition("=")[0] for line in kept}
    lines = kept + [f"{name}={value}" for name, value in wanted.items() if name not in known]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
