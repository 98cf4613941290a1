"""The manifest of the dbt project: made anew when the project changed since it was last made.

Dagster loads its definitions from it; outside of Dagster's own development server nothing else prepares it. No heavy
imports: dbt itself runs in a process of its own.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from orchestration.settings import DBT_PROJECT, Settings, environment_of_others

TARGET = DBT_PROJECT / "target"
"""Where dbt keeps what it parsed; a service that may not write there keeps it in its home."""


@cache
def manifest_path() -> Path:
    """The project's manifest, made anew when a source of the project changed since it was last made.

    Dagster loads definitions from it; outside of Dagster's own development server nothing else prepares it.

    Raises:
        RuntimeError: dbt cannot parse the project; the message ends with dbt's own words.
    """
    sources, target = _sources_hash(), _writable_target()
    manifest, stamp = target / "manifest.json", target / "manifest.sources"
    # A web server, its code location and a command line that start together parse once, and none reads half a file.
    with open(target / "manifest.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (manifest.exists() and stamp.exists() and stamp.read_bytes() == _stamp(sources, manifest)):
            stamp.unlink(missing_ok=True)
            _parse(target)
            stamp.write_bytes(_stamp(sources, manifest))
    return manifest


def _writable_target() -> Path:
    if _writable(TARGET):
        return TARGET
    own = Settings.from_environment().store / "dbt"
    own.mkdir(parents=True, exist_ok=True)
    return own


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return all(os.access(path, os.W_OK) for path in folder.glob("*.*"))
    except OSError:
        return False


def _stamp(sources: str, manifest: Path) -> bytes:
    """What the manifest was made from, and its own digest: one that was damaged since is made anew."""
    return f"{sources} {hashlib.sha256(manifest.read_bytes()).hexdigest()}".encode()


def _parse(target: Path) -> None:
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "parse", *project_flags()]
    done = subprocess.run(
        [*command, "--target-path", str(target), "--log-path", str(target / "logs")],
        cwd=DBT_PROJECT,
        env=dbt_environment(Settings.from_environment()),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"dbt cannot parse the project: {(done.stdout + done.stderr).strip()[-800:]}")


def project_flags() -> list[str]:
    """Where project and profile lie."""
    return ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]


def dbt_environment(settings: Settings) -> dict[str, str]:
    """Environment of a dbt process: this one's, without telemetry, pointing at the build of the given home.

    Parsing and building share it: a changed profile path would force a full parse.
    """
    return {
        **environment_of_others(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "VIGIL_BUILD_DB": str(settings.build_file),
        **settings.duckdb.environment(),
    }


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT.rglob("*")):
        inside = path.relative_to(DBT_PROJECT)
        if path.is_file() and inside.parts[0] not in ("target", "logs"):
            digest.update(str(inside).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
