"""Processes that compute chunks: what comes of them does not hang on how many there are.

Does not belong here: where chunks are kept (`chunks`).
"""

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from threading import Thread

from analytics.operating_characteristics.method import Found
from analytics.operating_characteristics.patients import Patients
from analytics.operating_characteristics.replicates import Chunk, Replicates
from orchestration.night.ahead import end_with_parent

_own: list[Replicates] = []
"""In a worker: the patients, sent once."""


def computed(
    replicates: Replicates, todo: Sequence[Chunk], processes: int
) -> Iterator[tuple[Chunk, list[Found]]]:
    """Chunks as they are done; whoever stops listening ends the workers.

    Args:
        replicates: of the patients.
        todo: in the order in which they are begun.
        processes: how many work; with one, this one.
    """
    if min(processes, len(todo)) <= 1:
        for chunk in todo:
            yield chunk, replicates.of(chunk)
        return
    others = set(active_children())
    with ProcessPoolExecutor(
        min(processes, len(todo)), get_context("spawn"), _begin, (replicates.patients,)
    ) as pool:
        try:
            with _deaf_to_ctrl_c():
                futures = {pool.submit(_chunk, chunk): chunk for chunk in todo}
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in set(active_children()) - others:
                worker.kill()
            raise


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Processes begun here never hear it, who would each print where they were; the command hears it and ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(patients: Patients) -> None:
    Thread(target=end_with_parent, name="parent", daemon=True).start()
    _own.append(Replicates(patients))


def _chunk(chunk: Chunk) -> list[Found]:
    return _own[0].of(chunk)
