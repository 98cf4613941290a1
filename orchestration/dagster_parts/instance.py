"""The Dagster instance of a home folder: its configuration, as this version wants it, and the environment that names it."""

import errno
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

NOT_OURS = (errno.EACCES, errno.EPERM, errno.EROFS)
"""What writing ends with where a user or a disk may only be read."""


def prepare_instance(settings: Settings) -> Path:
    """Write the instance's configuration where it is another, and point this process at it."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    config = settings.dagster_home / "dagster.yaml"
    wanted = DAGSTER_YAML.encode()
    if not config.exists() or config.read_bytes() != wanted:
        config.write_bytes(wanted)
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    use_kernels_of(settings)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    return settings.dagster_home


def use_kernels_of(settings: Settings) -> None:
    """Have this process, and those it starts, take compiled kernels from the home folder; before they are imported."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(settings.kernels))


def write_environment_file(settings: Settings) -> str | None:
    """Write `.env` beside the sources, which Dagster's own commands read when they are run there.

    Dagster lets the file win over the environment, so the file asks the environment first: an explicit VIGIL_HOME is the
    home that is worked on. The home that an existing file names is still taken where the environment names none; what else
    the file says is kept.

    Returns:
        A line where the sources are not this user's to write in, as a service's are not, and there is no file.
    """
    path = REPOSITORY / ".env"
    said = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    home = next((_home(line) for line in said if line.startswith("VIGIL_HOME=")), str(settings.home))
    ours = {
        "VIGIL_HOME": f"${{VIGIL_HOME:-{home}}}",
        "DAGSTER_HOME": "${VIGIL_HOME}/" + settings.dagster_home.relative_to(settings.home).as_posix(),
        "NUMBA_CACHE_DIR": "${VIGIL_HOME}/" + settings.kernels.relative_to(settings.home).as_posix(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "GX_ANALYTICS_ENABLED": "false",
    }
    kept = [line for line in said if line.partition("=")[0] not in ours]
    lines = [f"{name}={_quoted(value)}" for name, value in ours.items()] + kept
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        if error.errno not in NOT_OURS:
            raise
        return "no .env is written, the sources are only read: Dagster's commands take DAGSTER_HOME from the environment"
    return None


def _quoted(value: str) -> str:
    """A value that holds blanks, quotes or `#`; as single quotes carry it, references are still followed."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _home(line: str) -> str:
    """The home that a line names, by itself or where the environment names none."""
    value = line.partition("=")[2].strip()
    if value[:1] in ("'", '"'):
        value = value[1:-1].replace(f"\\{value[0]}", value[0]).replace("\\\\", "\\")
    return value.removeprefix("${VIGIL_HOME:-").removesuffix("}")
