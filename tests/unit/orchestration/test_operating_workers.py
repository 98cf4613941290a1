"""Processes of a run and Ctrl-C, which a terminal sends to all of them: one of them, the command, hears it."""

import signal
import subprocess
import sys

from orchestration.operating.workers import _deaf_to_ctrl_c

HEARS = "import signal; print(signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, []))"


def hears() -> bool:
    made = subprocess.run([sys.executable, "-c", HEARS], capture_output=True, text=True, check=True)
    return made.stdout.strip() == "True"


def test_a_process_begun_meanwhile_does_not_hear_it_and_the_command_does_again() -> None:
    with _deaf_to_ctrl_c():
        assert not hears()
    assert hears()
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
