"""A refresh in a process of its own, which a test can kill."""

import subprocess
import sys
from pathlib import Path

from homes import environment


def start_refresh(home: Path) -> subprocess.Popen:
    """`vigil refresh` in a process group of its own."""
    code = "import sys; from orchestration.cli import main; sys.exit(main(['refresh']))"
    with environment(home):
        return subprocess.Popen(
            [sys.executable, "-u", "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
