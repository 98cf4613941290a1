"""Whoever writes the journal waits for whoever is writing it: no line is lost, and each follows on the one before."""

import os
import threading
from pathlib import Path

import pytest

from orchestration.releases.journal import Journal, alone

WRITERS, LINES = 4, 15


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.of(tmp_path / "releases")


def test_processes_that_write_at_once_lose_no_line(journal: Journal) -> None:
    children = []
    for writer in range(WRITERS):
        child = os.fork()
        if child == 0:
            for line in range(LINES):
                journal.record(act="approved", release=f"{writer}-{line}")
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * WRITERS
    written = [entry["release"] for entry in journal.entries()]
    assert sorted(written) == sorted(f"{writer}-{line}" for writer in range(WRITERS) for line in range(LINES))
    assert journal.problems() == []


def test_a_line_waits_for_whoever_is_alone_with_the_journal(journal: Journal) -> None:
    writing = threading.Thread(target=journal.record, kwargs={"act": "approved"})
    with alone(journal.path.parent):
        writing.start()
        writing.join(timeout=0.3)
        assert writing.is_alive()
        assert list(journal.entries()) == []
    writing.join()
    assert len(list(journal.entries())) == 1
