"""What a second process does while a night's steps follow one another: work whose tables are made, before its turn.

The work is a function of its tables, so that where and when it is computed changes nothing. Nothing depends on this: what
was not begun, or did not come back, the step makes itself. Does not belong here: what the work is, nor how a table is read
(`turns`).
"""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Thread
from typing import Any

import pandas as pd

SLOW = ("expectations.library", "lifelines", "sklearn.linear_model")
"""What the steps after dbt import, a second or more each; they are still imported by those steps and by nothing else."""
Tables = Mapping[str, pd.DataFrame]
Identities = Mapping[str, str]
Given = tuple[str, pd.DataFrame | None]
"""A table's identity and the table; None where the release before has none such."""


@dataclass(frozen=True)
class Work:
    """Something to be made of tables.

    Attributes:
        name: by which it is asked for.
        needs: tables it reads.
        function: of those of them that there are; the other process must be able to import it. What it cannot make it has
            to raise, and not to make less.
        makes: tables that what it gives has (`tables`); they stay there for work after it.
    """

    name: str
    needs: tuple[str, ...]
    function: Callable[[Tables], Any]
    makes: tuple[str, ...] = ()


def import_ahead(names: Iterable[str] = SLOW) -> Thread:
    """Begin to import them, in a thread that ends by itself; a process that ends meanwhile waits for it."""
    thread = Thread(target=lambda: [import_module(name) for name in names], name="imports")
    thread.start()
    return thread


@dataclass(frozen=True)
class _Begun:
    """Work given to the second process.

    Attributes:
        reads: identity of each table it needs.
        makes: identity of each table it makes.
        tables: those of them that were not given before, nor made there, with their identities.
        made: what comes of it; None where it failed.
    """

    work: Work
    reads: Identities
    makes: Identities
    tables: Mapping[str, Given]
    made: Future


class SecondProcess:
    """Works beside the steps of one run, on one thing after the other, with tables that are sent once."""

    def __init__(self) -> None:
        """Start it: it imports what stages need, and ends with this process, however that ends."""
        context = get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there,), name="work ahead", daemon=True)
        self._process.start()
        there.close()
        self._has: dict[str, str] = {}
        self._begun: dict[str, _Begun] = {}
        self._given: SimpleQueue[_Begun] = SimpleQueue()
        Thread(target=self._give, name="work ahead", daemon=True).start()

    def begin(self, work: Work, identities: Identities, table: Callable[[str], pd.DataFrame | None]) -> None:
        """Have something made, after what was given before; what was given once, or made there, is not given again.

        Args:
            work: what is made.
            identities: of each table it needs, and of each it makes.
            table: reads one of them; None where there is none such.
        """
        if work.name in self._begun:
            return
        reads = {name: identities[name] for name in work.needs if name in identities}
        makes = {name: identities[name] for name in work.makes}
        new = {name: (each, table(name)) for name, each in reads.items() if self._has.get(name) != each}
        self._has |= {**reads, **makes}
        self._begun[work.name] = begun = _Begun(work, reads, makes, new, Future())
        self._given.put(begun)

    def has(self, name: str, identity: str) -> bool:
        """Whether a table was given to it, or is made there by what was begun."""
        return self._has.get(name) == identity

    def take(self, work: Work, reads: Identities) -> Any:
        """What was made, waited for if it is under way.

        Returns:
            None where it was not begun (from now on it is not begun any more), was begun on other tables, or failed: who
            asks then makes it, and an error comes up where it belongs.
        """
        begun = self._begun.get(work.name)
        if begun is None:
            return None
        made = None if begun.made.cancel() or begun.reads != reads else begun.made.result()
        if made is None:
            for name in begun.makes:
                self._has.pop(name, None)
        return made

    def close(self) -> bool:
        """End it, whatever it does; whether it ran."""
        ran = self._process.is_alive()
        self._process.kill()
        self._process.join()
        return ran

    def _give(self) -> None:
        """Hand over one thing after the other; once the process is gone, none is made there any more."""
        unsent: dict[str, Given] = {}
        while True:
            begun = self._given.get()
            unsent |= begun.tables
            if begun.made.set_running_or_notify_cancel():
                begun.made.set_result(self._asked(begun, unsent))
                unsent = {}

    def _asked(self, begun: _Begun, tables: Mapping[str, Given]) -> Any:
        # Whatever went wrong, somebody waits for an answer: the step then makes it, and meets what is wrong itself.
        with suppress(Exception):
            self._here.send((begun.work, begun.reads, begun.makes, tables))
            return self._here.recv()
        return None


def _serve(asked: Connection) -> None:
    """In the second process: make what is asked for, until nobody asks any more; None of what fails."""
    Thread(target=end_with_parent, name="parent", daemon=True).start()
    # What stages import: Great Expectations is for the checks.
    import_ahead(SLOW[1:]).join()
    known: dict[str, Given] = {}
    while True:
        work, reads, makes, tables = asked.recv()
        known |= tables
        made = _made(work, reads, known)
        if made is not None:
            known |= {name: (identity, made.tables[name]) for name, identity in makes.items()}
        asked.send(made)


def _made(work: Work, reads: Identities, known: Mapping[str, Given]) -> Any:
    """None where a table did not arrive as well: without it something else would be made."""
    if any(name not in known or known[name][0] != identity for name, identity in reads.items()):
        return None
    found = {name: known[name][1] for name in reads}
    with suppress(Exception):
        return work.function({name: table for name, table in found.items() if table is not None})
    return None


def end_with_parent() -> None:
    """Wait for the end of the parent, whatever ends it, and end this process then."""
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
