"""Telling is not the work: what a command prints may go unheard, and the command goes on to its end.

A pager that was left, a pipe to a mail program that died, a full disk behind a log file: from then on nothing is said.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import Any, TextIO, cast


@contextmanager
def telling_never_fails() -> Iterator[None]:
    """Standard output and error that fall silent instead of raising.

    What is held back is said before the end: the interpreter, at its own, would complain and take 120 for the status.
    """
    streams = _heard_or_not(sys.stdout), _heard_or_not(sys.stderr)
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        try:
            yield
        finally:
            for stream in filter(None, streams):
                stream.flush()


def open_what_was_closed() -> None:
    """Standard streams that were closed at the start lead nowhere: no file of a home takes the number of one, where a child
    process or a library would write what it says into that file."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            # The lowest number that is free is this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


def _heard_or_not(stream: TextIO) -> TextIO:
    """A stream that may be broken; one that was closed at the start of a test or tool says nothing anyway."""
    return stream if stream is None else cast(TextIO, _Unbroken(stream))


class _Unbroken:
    """A text stream whose writing never raises; everything else is the stream's."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            self._stream.write(text)
        except UnicodeEncodeError:
            known = self._stream.encoding
            self._stream.write(text.encode(known, "backslashreplace").decode(known))
        except OSError:
            self._fall_silent()
        return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self._fall_silent()

    def _fall_silent(self) -> None:
        """What is still in the stream's buffer goes nowhere, too, or the interpreter would stumble over it at its end."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        with suppress(OSError):
            os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
