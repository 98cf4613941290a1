"""Lines that a person watches while steps follow one another: each as it begins, and how it ended."""

import time
from typing import TextIO


class Progress:
    """A line for each step as it begins, and one for how it ended."""

    def __init__(self, console: TextIO) -> None:
        """Of work that begins now."""
        self._console, self._since = console, time.perf_counter()
        self._last = ""

    def step(self, name: str) -> None:
        """A step begins."""
        self._last = name
        self._tell(f"{self._elapsed:6.1f} s  {name}")

    def failed(self, step: str = "") -> None:
        """A step was the last one; without its name it is the one that began last."""
        name = step or self._last
        words = f"FAILED in {name}" if name else "FAILED before the first step"
        self._tell(f"{self._elapsed:6.1f} s  {words}")

    def done(self, words: str) -> None:
        """All of them are done; what has come of it."""
        self._tell(f"{words} in {self._elapsed:.0f} s")

    @property
    def _elapsed(self) -> float:
        return time.perf_counter() - self._since

    def _tell(self, words: str) -> None:
        print(f"  {words}", file=self._console, flush=True)
