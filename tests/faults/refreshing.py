"""A refresh in a process of its own, which a test can kill."""

import subprocess
import sys
from pathlib import Path

from homes import environment


def start_refresh(home: Path) -> subprocess.Popen:
    """`vigil refresh` as a person starts it, in a process group of its own."""
    with environment(home):
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "orchestration.cli", "refresh"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
