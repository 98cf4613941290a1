"""SIGTERM, SIGINT and SIGHUP end a command at once, whatever it is doing: one line, no child left, status 128 + the signal.

What is left so is what a power cut leaves, and made good by the next command (`night.recovery`): the way out is the same,
and tried at every step. A thread of its own acts, because the main one may be in a query or a compiled function for minutes,
and because Dagster and dbt put handlers of their own in place; the byte that Python writes for every signal passes them all.
"""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from orchestration.processes import descendants, end

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
BEGIN = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn")
"""Python's audit events of a process that is about to begin."""


class StoppedError(RuntimeError):
    """A library took a signal for its own and ended; the command ends as if it had been stopped itself."""


_left = ["the last release stays current"]
"""What a signal would leave; the last one is said."""
_ending = threading.Event()
_said_to = [2]
"""Standard error as it was when the watch began: Dagster takes the stream of a step, and its echo would be ended too."""
_told: list[int] = []
"""Where the bytes of signals are read, once somebody watches."""


def end_on_signals() -> None:
    """Watch for signals from now on; called once, by the main thread."""
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    _told.append(told)
    with suppress(OSError):
        _said_to.append(os.dup(2))
    for number in SIGNALS:
        if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
            # Started by nohup: it is to outlive its terminal.
            continue
        signal.signal(number, _hold_main)
    threading.Thread(target=_end, args=(told,), name="signals", daemon=True).start()


def left() -> str:
    """What a signal, or an end of another kind, would leave now."""
    return _left[-1]


def stopped_by(number: signal.Signals) -> str:
    """The one line of a command that a signal ends."""
    return f"vigil: stopped by {number.name}; {left()}"


def leaves(what: str) -> None:
    """Say from now on what a signal would leave, until `leaves_nothing`."""
    _left.append(what)


def leaves_nothing() -> None:
    """A signal leaves again only what the last release is."""
    del _left[1:]


def end_at_once(line: str, status: int, last: Callable[[], object] = lambda: None) -> None:
    """End this process and its descendants, whatever they do, with one line.

    Args:
        line: what is said.
        status: to end with.
        last: called once the descendants are gone; the main thread may go on until then, and begins no process.
    """
    _ending.set()
    sys.addaudithook(_hold_beginners(threading.get_ident()))
    with suppress(OSError):
        os.write(_said_to[-1], f"{line}\n".encode())
    # What the main thread still has to say would be about its own end.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    end(descendants(os.getpid()))
    with suppress(Exception):
        last()
    # What another thread was about to begin when it was looked for.
    end(descendants(os.getpid()))
    os._exit(status)


def _hold_beginners(ending: int) -> Callable[[str, tuple[Any, ...]], None]:
    """A hook that holds every thread but the one that ends all where it would begin a process: nobody would end that one."""

    def hold(event: str, given: tuple[Any, ...]) -> None:
        while event in BEGIN and threading.get_ident() != ending:
            time.sleep(1)

    return hold


def hold_while_ending() -> None:
    """Keep the main thread from leaving, or speaking, on its own account once a signal has come.

    The pipe is looked at first: its reader says that it ends before it takes the byte out, so one of the two always tells.
    """
    while select.select(_told, [], [], 0)[0] or _ending.is_set():
        time.sleep(0.1)


def _hold_main(number: int, frame: Any) -> None:
    hold_while_ending()


def _end(told: int) -> None:
    select.select([told], [], [])
    _ending.set()
    number = signal.Signals(os.read(told, 1)[0])
    end_at_once(stopped_by(number), 128 + number)
