"""What a second process does while a night's steps follow one another: stages whose tables are made, before their turn.

A stage is a function of the protocol and its tables, so that where and when it is computed changes nothing. Nothing
depends on this: what was not begun, or did not come back, the step makes itself. Does not belong here: which stages a
run has (`defs`), nor how a table is read (`stages`).
"""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from importlib import import_module
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread

import pandas as pd

from analytics.protocol import Protocol
from analytics.study import STAGES, Stage, run_stage

SLOW = ("great_expectations", "lifelines", "sklearn.linear_model")
"""What the steps after dbt import, a second or more each; they are still imported by those steps and by nothing else."""
Made = dict[str, pd.DataFrame]
Identities = Mapping[str, str]


def import_ahead(names: Iterable[str] = SLOW) -> Thread:
    """Begin to import them, in a thread that ends by itself; a process that ends meanwhile waits for it."""
    thread = Thread(target=lambda: [import_module(name) for name in names], name="imports")
    thread.start()
    return thread


class SecondProcess:
    """Computes stages beside the steps of one run, one after the other, on tables that are sent once."""

    def __init__(self) -> None:
        """Start it: it imports what stages need, and ends with this process, however that ends."""
        before = active_children()
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin)
        self._pool.submit(os.getpid)
        self._processes = [child for child in active_children() if child not in before]
        self._sent: dict[str, str] = {}
        self._begun: dict[str, tuple[Future, Identities]] = {}

    def begin(
        self,
        stage: Stage,
        protocol: Protocol,
        reads: Identities,
        table: Callable[[str], pd.DataFrame | None],
    ) -> None:
        """Have a stage computed, after those that were given before; what was given once is not given again.

        Args:
            stage, protocol: what is computed.
            reads: identity of each table it needs.
            table: reads one of them; None where the release before has none such.
        """
        if stage.name in self._begun:
            return
        with suppress(BrokenProcessPool):
            for name in [name for name in reads if self._sent.get(name) != reads[name]]:
                self._pool.submit(_keep, name, table(name))
                self._sent[name] = reads[name]
            self._begun[stage.name] = self._pool.submit(_run, stage.name, protocol), reads

    def take(self, stage: Stage, reads: Identities) -> Made | None:
        """What a stage made, waited for if it is under way.

        Returns:
            Its tables; None where it was not begun (from now on it is not begun any more), was begun on other tables, or
            failed: who asks then makes it, and an error comes up where it belongs.
        """
        future, begun_on = self._begun.get(stage.name, (None, None))
        if future is None or future.cancel() or begun_on != reads:
            return None
        try:
            return future.result()
        except Exception:
            return None

    def close(self) -> None:
        """End it, whatever it does."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            process.kill()


_kept: dict[str, pd.DataFrame] = {}
"""In the second process: the tables sent by now."""


def _begin() -> None:
    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    # What stages import: great_expectations is for the checks.
    import_ahead(SLOW[1:]).join()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _keep(name: str, table: pd.DataFrame | None) -> None:
    if table is not None:
        _kept[name] = table


def _run(name: str, protocol: Protocol) -> Made:
    stage = next(stage for stage in STAGES if stage.name == name)
    return run_stage(stage, protocol, {need: _kept[need] for need in stage.needs if need in _kept})
