"""A signal ends a command at once: one line, no child, status 128 + the signal, whatever a library does."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.processes import process

# What a command may be at when the signal comes: asleep, in a query, under a library's handlers, taking an error back.
WORK = {
    "asleep": "time.sleep(60)",
    "in a query": "import duckdb; print('ready', flush=True); duckdb.sql('select sum(a.i * b.i) from range(1000000) a(i), "
    "range(10000000) b(i)').fetchall()",
    "under Dagster": """
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._utils.interrupts import capture_interrupts, raise_interrupts_as
with capture_interrupts(), raise_interrupts_as(DagsterExecutionInterruptedError):
    print("ready", flush=True)
    time.sleep(60)
""",
    "taking it for a failure": """
def failing(number, frame):
    raise OSError("a failure")
signal.signal(signal.SIGINT, failing)
signal.signal(signal.SIGTERM, failing)
print("ready", flush=True)
time.sleep(60)
""",
}
COMMAND = """
import signal, subprocess, sys, time, types
from orchestration.cli import script
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(0.5)
def run(arguments):
    print("ready", flush=True)
    {work}
    return 0
command = types.SimpleNamespace(add_arguments=lambda parser: None, run=run)
sys.modules["orchestration.commands.refresh"] = command
sys.argv[1:] = ["refresh"]
script()
"""


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_one_line_no_child_and_the_status_of_the_signal(number: signal.Signals, work: str) -> None:
    code = COMMAND.replace("{work}", WORK[work].strip().replace("\n", "\n    "))
    command = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert command.stdout is not None
    child = process(int(command.stdout.readline()))
    assert child is not None
    for _ in range(1 if work == "asleep" else 2):
        assert command.stdout.readline() == "ready\n"
    time.sleep(0.5)
    sent = time.monotonic()
    command.send_signal(number)
    _, said = command.communicate(timeout=20)
    assert time.monotonic() - sent < 10
    assert command.returncode == 128 + number
    assert said == f"vigil: stopped by {number.name}; the last release stays current\n"
    assert not child.alive


def test_of_an_erasure_under_way_it_says_that_the_next_command_completes_it(tmp_path: Path) -> None:
    work = f"""
from pathlib import Path
from orchestration.erasure.pending import Pending, write_pending
write_pending(Path({str(tmp_path)!r}), Pending("PROACT", ("PROACT-1",), "asked", "2026-10-01T03:00:00+09:00", "k"))
print("noted", flush=True)
time.sleep(60)
"""
    code = COMMAND.replace("{work}", work.strip().replace("\n", "\n    "))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as command:
        assert command.stdout is not None
        while command.stdout.readline() != "noted\n":
            pass
        command.send_signal(signal.SIGINT)
        _, said = command.communicate(timeout=20)
    assert command.returncode == 130
    assert "the next vigil refresh, erase or rollback completes it" in said
