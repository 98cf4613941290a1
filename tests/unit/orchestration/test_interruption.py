"""A signal ends a command at once: one line, no child, status 128 + the signal, whatever a library does."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
import types
from contextlib import suppress
from pathlib import Path

import pytest

from orchestration import interruption
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
    "its words taken elsewhere": """
import os
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
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
# As from a terminal; whoever runs the tests may have been started by nohup.
signal.signal(signal.SIGHUP, signal.{hangup})
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


def started(work: str, hangup: str = "SIG_DFL") -> "subprocess.Popen[str]":
    """A command that does some work, with a child that no request can end."""
    code = COMMAND.replace("{work}", work.strip().replace("\n", "\n    ")).replace("{hangup}", hangup)
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def what_it_says(command: "subprocess.Popen[str]") -> str:
    """Standard error of a command that is to have ended; one that has not is killed."""
    try:
        return command.communicate(timeout=20)[1]
    finally:
        command.kill()


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_one_line_no_child_and_the_status_of_the_signal(number: signal.Signals, work: str) -> None:
    command = started(WORK[work])
    assert command.stdout is not None
    child = process(int(command.stdout.readline()))
    assert child is not None
    for _ in range(1 if work == "asleep" else 2):
        assert command.stdout.readline() == "ready\n"
    time.sleep(0.5)
    command.send_signal(number)
    said = what_it_says(command)
    assert command.returncode == 128 + number
    assert said == f"vigil: stopped by {number.name}; the last release stays current\n"
    assert not child.alive


def test_a_signal_that_is_taken_between_two_looks_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The watching thread may come between any two looks of the main one."""
    told, tell = os.pipe()
    os.write(tell, b"\x0f")
    ending = threading.Event()

    def watcher_acts() -> None:
        if not ending.is_set():
            ending.set()
            os.read(told, 1)

    class Watched:
        def is_set(self) -> bool:
            seen = ending.is_set()
            watcher_acts()
            return seen

    def looked(*pipes: object) -> "tuple[list[int], list[int], list[int]]":
        seen = select.select([told], [], [], 0)
        watcher_acts()
        return seen

    def held(seconds: float) -> None:
        raise InterruptedError

    monkeypatch.setattr(interruption, "_told", [told])
    monkeypatch.setattr(interruption, "_ending", Watched())
    monkeypatch.setattr(interruption, "select", types.SimpleNamespace(select=looked))
    monkeypatch.setattr(interruption, "time", types.SimpleNamespace(sleep=held))
    for _ in range(2):
        with pytest.raises(InterruptedError):
            interruption.hold_while_ending()
    os.close(tell)
    os.close(told)


def test_of_an_erasure_under_way_it_says_that_the_next_command_completes_it(tmp_path: Path) -> None:
    work = f"""
from pathlib import Path
from orchestration.erasure.pending import Pending, write_pending
write_pending(Path({str(tmp_path)!r}), Pending("PROACT", ("PROACT-1",), "asked", "2026-10-01T03:00:00+09:00", "k"))
print("noted", flush=True)
time.sleep(60)
"""
    command = started(work)
    assert command.stdout is not None
    while command.stdout.readline() != "noted\n":
        pass
    command.send_signal(signal.SIGINT)
    said = what_it_says(command)
    assert command.returncode == 130
    assert "the next vigil refresh, erase or rollback completes it" in said


def test_what_nohup_started_outlives_its_terminal() -> None:
    command = started("time.sleep(60)", hangup="SIG_IGN")
    assert command.stdout is not None
    while command.stdout.readline() != "ready\n":
        pass
    command.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        command.wait(timeout=2)
    command.send_signal(signal.SIGTERM)
    assert what_it_says(command).startswith("vigil: stopped by SIGTERM")


def test_what_was_about_to_begin_a_child_begins_none_that_outlives_the_command() -> None:
    """A step that goes on, from two threads, in every way that Python begins a process."""
    work = """
import os, threading
def begins():
    while True:
        began = subprocess.Popen(["sleep", "50"])
        began = os.posix_spawn("/bin/sleep", ["sleep", "50"], os.environ)
        time.sleep(0.01)
threading.Thread(target=begins, daemon=True).start()
begins()
"""
    command = started(work)
    time.sleep(2.5)
    command.send_signal(signal.SIGTERM)
    what_it_says(command)
    assert command.returncode == 128 + signal.SIGTERM
    assert of_session(command.pid) == []


def of_session(leader: int) -> list[int]:
    """Processes that run in the session of one that may be gone, whoever is their parent now."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, *fields = (entry / "stat").read_text().rpartition(")")[2].split()
            found += [int(entry.name)] if int(fields[2]) == leader and state not in "ZX" else []
    return found
