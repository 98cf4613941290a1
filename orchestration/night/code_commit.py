"""The commit of the sources, for whoever wants them again; what a release is a function of is their hash (`fingerprint`)."""

import subprocess

from orchestration.settings import REPOSITORY


def code_commit() -> str | None:
    """Commit of the repository, with `+` behind it where files were changed since; None where there is none, or no git."""
    commit = _git("rev-parse", "HEAD")
    return commit + "+" if commit and _git("status", "--porcelain", "--untracked-files=no") else commit


def _git(*arguments: str) -> str | None:
    # A service reads sources that are root's, which git refuses to look at unless it is told.
    command = ["git", "-C", str(REPOSITORY), "-c", f"safe.directory={REPOSITORY}", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
