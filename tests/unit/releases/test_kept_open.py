"""A file that is opened once: what is written in it is read at once, and is on the disk when it is let go."""

from pathlib import Path

import duckdb
import pytest

from orchestration.memory import DuckDbShare
from orchestration.warehouse import KeptOpen, Warehouse


@pytest.fixture
def file(tmp_path: Path) -> KeptOpen:
    return KeptOpen(tmp_path / "work" / "vigil.duckdb", DuckDbShare(threads=1))


def test_it_is_opened_once_and_what_is_written_is_read_at_once(
    file: KeptOpen, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    connect = duckdb.connect
    monkeypatch.setattr(
        duckdb, "connect", lambda *given, **more: opened.append(given) or connect(*given, **more)
    )
    file.stamp({"marts.adsl": "one"})
    assert file.stamps() == {"marts.adsl": "one"}
    with file.held_open(), file.read() as connection:
        assert connection.sql("select count(*) from build.stamp").fetchone() == (1,)
    assert len(opened) == 1


def test_a_transaction_that_fails_leaves_nothing(file: KeptOpen) -> None:
    file.stamp({"marts.adsl": "one"})

    def half_way() -> None:
        with file.write() as connection:
            connection.begin()
            connection.execute("insert into build.stamp values ('marts.adae', 'two')")
            raise OSError

    with pytest.raises(OSError, match=r"^$"):
        half_way()
    assert file.stamps() == {"marts.adsl": "one"}


def test_let_go_it_is_whole_without_a_log_and_others_can_write_it(file: KeptOpen) -> None:
    file.stamp({"marts.adsl": "one"})
    with pytest.raises(duckdb.Error):
        duckdb.connect(str(file.path), read_only=True)
    assert file.let_go() == file.path
    assert [path.name for path in file.path.parent.iterdir()] == ["vigil.duckdb"]
    Warehouse(file.path).stamp({"marts.adae": "two"})
    assert file.stamps() == {"marts.adsl": "one", "marts.adae": "two"}


def test_one_that_was_discarded_is_gone_from_memory_too(file: KeptOpen) -> None:
    file.stamp({"marts.adsl": "one"})
    file.discard()
    assert not file.has("build.stamp")
    with pytest.raises(duckdb.IOException), file.read():
        pass
    assert not file.path.exists()
    file.stamp({"marts.adae": "two"})
    assert file.stamps() == {"marts.adae": "two"}


def test_it_is_let_go_by_whoever_has_it_open_here(file: KeptOpen) -> None:
    other = KeptOpen(file.path, DuckDbShare(threads=1))
    file.stamp({"marts.adsl": "one"})
    assert other.stamps() == {"marts.adsl": "one"}
    other.discard()
    other.stamp({"marts.adae": "two"})
    assert file.stamps() == other.stamps() == {"marts.adae": "two"}


def test_a_file_kept_for_reading_cannot_be_written(file: KeptOpen) -> None:
    file.stamp({"marts.adsl": "one"})
    reading = KeptOpen(file.let_go(), DuckDbShare(threads=1), read_only=True)
    assert reading.stamps() == {"marts.adsl": "one"}
    with pytest.raises(duckdb.Error, match="read-only"):
        reading.stamp({"marts.adae": "two"})
    reading.let_go()
