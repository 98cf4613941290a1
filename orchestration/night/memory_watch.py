"""A night that wants more memory than it may take: first the second process is ended, then the night, with the way out.

Otherwise the machine would end it, without a word and perhaps another's process with it. Does not belong here: how much
there is (`orchestration.memory`).
"""

import os
from collections.abc import Callable
from threading import Event, Thread

from orchestration.memory import anonymous_mib
from orchestration.processes import descendants

SECONDS = 0.1
"""Between two looks: little enough that a table read meanwhile does not pass what the machine keeps for others."""
LOOKS_PER_FAMILY = 10
"""Looks after which new children are looked for: that reads every process of the machine."""


class MemoryWatch:
    """Looks at the memory of this process and its descendants until it is closed."""

    def __init__(self, memory: int, *, spare: Callable[[], bool], end: Callable[[], None]) -> None:
        """Begin.

        Args:
            memory: MiB that they may take together.
            spare: ends what the night can do without; False where there is nothing (more) of it.
            end: ends the night.
        """
        self._memory, self._spare, self._end = memory, spare, end
        self._closed = Event()
        Thread(target=self._watch, name="memory", daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._closed.set()

    def _watch(self) -> None:
        looks, family = 0, [os.getpid()]
        while not self._closed.wait(SECONDS):
            if looks % LOOKS_PER_FAMILY == 0:
                family = [os.getpid(), *(each.pid for each in descendants(os.getpid()))]
            looks += 1
            if anonymous_mib(family) > self._memory and not self._spare():
                self._end()
                return
