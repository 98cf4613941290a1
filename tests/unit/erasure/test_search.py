"""What still names a subject is found, be it packed, compressed or in a database; nobody else is taken for it."""

import sqlite3
import zipfile
from pathlib import Path

import duckdb
import pytest

from orchestration.erasure.search import search_home

NAME, RAW = "S" + "0123456789ABCDEF", "LENZPMS-401-0001"


def _text(path: Path, text: str) -> None:
    path.write_text(f"a line\n{text},more\n")


def _utf16(path: Path, text: str) -> None:
    path.write_bytes(f"a line\n{text}\n".encode("utf-16"))


def _late_in_a_large_file(path: Path, text: str) -> None:
    path.write_bytes(b"x" * (2**22 - 5) + f" {text}".encode() + b" " * 100)


def _zip(path: Path, text: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt", f"{text} " * 50)


def _parquet(path: Path, text: str) -> None:
    duckdb.sql(f"select '{text}' as usubjid, range as n from range(5000)").write_parquet(
        str(path), compression="zstd"
    )


def _list_in_parquet(path: Path, text: str) -> None:
    duckdb.sql(f"select [{{'who': '{text}'}}] as nested").write_parquet(str(path))


def _duckdb(path: Path, text: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"create table marts.adsl as select 'LENZPMS-' || '{text}' as USUBJID from range(5000)"
        )


def _sqlite(path: Path, text: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("create table event (body text)")
    connection.execute("insert into event values (?)", [f'{{"subject": "{text}"}}'])
    connection.commit()
    connection.close()


def _name(path: Path, text: str) -> None:
    path.with_name(f"{text}.log").write_text("nothing")


PLACES = [_text, _utf16, _late_in_a_large_file, _zip, _parquet, _list_in_parquet, _duckdb, _sqlite, _name]


@pytest.mark.parametrize("text", [NAME, RAW])
@pytest.mark.parametrize("place", PLACES)
def test_it_is_found_wherever_it_is(tmp_path: Path, place, text: str) -> None:
    (tmp_path / "store").mkdir()
    place(tmp_path / "store" / "somewhere", text)
    searched = search_home(tmp_path, [RAW], pseudonyms=[NAME])
    assert len(searched.found) == 1
    assert searched.unread == ()
    assert text not in searched.told


@pytest.mark.parametrize("place", PLACES)
def test_a_longer_id_is_another_one(tmp_path: Path, place) -> None:
    (tmp_path / "store").mkdir()
    place(tmp_path / "store" / "somewhere", f"{RAW}7")
    place(tmp_path / "store" / "elsewhere", f"9{NAME}")
    assert search_home(tmp_path, [RAW], pseudonyms=[NAME]).found == ()


def test_a_withdrawal_list_keeps_the_pseudonym_and_no_id(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    _text(tmp_path / "landing" / "WITHDRAWALS.csv", NAME)
    assert search_home(tmp_path, [RAW], pseudonyms=[NAME]).found == ()
    _text(tmp_path / "landing" / "WITHDRAWALS.csv", RAW)
    assert search_home(tmp_path, [RAW], pseudonyms=[NAME]).found == ("landing/WITHDRAWALS.csv",)


def test_what_cannot_be_decoded_is_searched_as_it_is_and_named(tmp_path: Path) -> None:
    (tmp_path / "half.zip").write_bytes(b"PK\x03\x04 half a zip with " + RAW.encode())
    (tmp_path / "half.parquet").write_bytes(b"PAR1 and nothing more")
    searched = search_home(tmp_path, [RAW])
    assert searched.found == ("half.zip",)
    assert searched.unread == ("half.parquet", "half.zip")
    assert searched.told == "searched by content: 2 files (1 parquet, 1 zip)"
