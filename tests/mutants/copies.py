"""Copies of a commit, in which mutants live: nothing is ever changed in the checkout itself.

Not here: what is done in them (`coverage_map`, `trial`).
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.mutants.pytest_part import PROFILE

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / ".mutants"


def commit_of(repository: Path = REPOSITORY) -> str:
    """The commit that is looked at; what is not committed is not."""
    return _git(repository, "rev-parse", "HEAD")


def lay_out(name: str, commit: str) -> Path:
    """A copy of a commit under a name; what an earlier run left there is put right.

    Unchanged files keep their times, so that what was compiled of them serves again.
    """
    copy = FOLDER / name
    if not (copy / ".git").is_dir():
        FOLDER.mkdir(exist_ok=True)
        _git(REPOSITORY, "clone", "--quiet", "--shared", "--no-checkout", str(REPOSITORY), str(copy))
    _git(copy, "checkout", "--quiet", "--force", "--detach", commit)
    _git(copy, "clean", "--quiet", "--force", "-d")
    return copy


def python(copy: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Command and environment of a Python that imports from a copy, on one core, with a home of its own."""
    own = {"PYTHONPATH": str(copy), "VIGIL_HOME": str(copy / "data"), "DAGSTER_HOME": str(copy / "data" / "dagster"),
           "HYPOTHESIS_PROFILE": PROFILE, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # fmt: skip
    environment = {**os.environ, **own}
    # Without bytecode every start costs three to ten times as much.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return [sys.executable, *arguments], environment


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()
