"""What still names a subject is found, be it packed, compressed or in a database; nobody else is taken for it."""

import bz2
import gzip
import io
import lzma
import sqlite3
import tarfile
import zipfile
from functools import partial
from pathlib import Path

import duckdb
import pytest
from delivery_builder import DICTIONARIES

from orchestration.erasure.landing import names_subject
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
    searched = search_home(tmp_path, [RAW], pseudonyms=[NAME], scratch=tmp_path / "tmp")
    assert len(searched.found) == 1
    assert searched.unread == ()
    assert text not in searched.told


@pytest.mark.parametrize("place", PLACES)
def test_a_longer_id_is_another_one(tmp_path: Path, place) -> None:
    (tmp_path / "store").mkdir()
    place(tmp_path / "store" / "somewhere", f"{RAW}7")
    place(tmp_path / "store" / "elsewhere", f"9{NAME}")
    assert search_home(tmp_path, [RAW], pseudonyms=[NAME], scratch=tmp_path / "tmp").found == ()


def test_a_withdrawal_list_keeps_the_pseudonym_and_no_id(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    _text(tmp_path / "landing" / "WITHDRAWALS.csv", NAME)
    assert search_home(tmp_path, [RAW], pseudonyms=[NAME], scratch=tmp_path / "tmp").found == ()
    _text(tmp_path / "landing" / "WITHDRAWALS.csv", RAW)
    assert search_home(tmp_path, [RAW], pseudonyms=[NAME], scratch=tmp_path / "tmp").found == (
        "landing/WITHDRAWALS.csv",
    )


def test_what_cannot_be_decoded_is_searched_as_it_is_and_named(tmp_path: Path) -> None:
    (tmp_path / "half.zip").write_bytes(b"PK\x03\x04 half a zip with " + RAW.encode())
    (tmp_path / "half.parquet").write_bytes(b"PAR1 and nothing more")
    searched = search_home(tmp_path, [RAW], scratch=tmp_path / "tmp")
    assert searched.found == ("half.zip",)
    assert searched.unread == ("half.parquet", "half.zip")
    assert searched.told == "searched by content: 2 files (1 parquet, 1 zip)"


def _packed(content: bytes, how: str, name: str = "dm.csv") -> bytes:
    packed = io.BytesIO()
    if how == "zip":
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
    elif how == "tar":
        with tarfile.open(fileobj=packed, mode="w") as tar:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    else:
        return {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}[how](content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "layers", [["gz"], ["bz2"], ["xz"], ["tar"], ["tar", "gz"], ["zip", "zip"], ["gz", "tar", "xz", "zip"]]
)
def test_what_is_packed_in_a_delivery_is_searched_however_deep(tmp_path: Path, layers: list[str]) -> None:
    content = f"USUBJID,AETERM\n{RAW},fever\n".encode() * 40
    for how in layers:
        content = _packed(content, how)
    folder = tmp_path / "landing" / "registry" / "2026-06-30"
    folder.mkdir(parents=True)
    (folder / "listing.bin").write_bytes(content)
    scratch = tmp_path / "store" / "tmp"
    searched = search_home(tmp_path, [RAW], scratch=scratch)
    assert (searched.found, searched.unread) == (("landing/registry/2026-06-30/listing.bin",), ())
    assert list(scratch.iterdir()) == []
    assert search_home(tmp_path, [f"{RAW}9"], scratch=scratch).found == ()


@pytest.mark.parametrize("how", ["zip", "tar", "gz", None])
def test_a_packed_table_of_proact_is_searched_in_its_id_column(tmp_path: Path, how: str | None) -> None:
    table = "ALSFRS_Delta,Subject_ID\u00a0\n7,0052\n52,9\n".encode()
    folder = tmp_path / "landing" / "proact"
    folder.mkdir(parents=True)
    (folder / "more.bin").write_bytes(_packed(table, how) if how else table)

    def found(number: str) -> tuple[str, ...]:
        in_table = partial(
            names_subject, dictionary=DICTIONARIES["proact"], subjects=[number], scratch=tmp_path / "tmp"
        )
        return search_home(tmp_path, [f"PROACT-{number}"], scratch=tmp_path / "tmp", in_table=in_table).found

    assert found("52") == ("landing/proact/more.bin",)
    assert found("7") == ()


def test_what_is_sealed_cut_or_a_link_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "landing"
    folder.mkdir()
    (folder / "a.7z").write_bytes(b"7z\xbc\xaf\x27\x1c and more")
    (folder / "b.gz").write_bytes(_packed(b"x" * 1000, "gz")[:-9])
    (folder / "c.xz").write_bytes(_packed(_packed(b"Rar! sealed", "tar"), "xz"))
    (folder / "d.csv").symlink_to(tmp_path / "nowhere")
    assert search_home(tmp_path, [RAW], scratch=tmp_path / "tmp").unread == (
        "landing/a.7z", "landing/b.gz", "landing/c.xz", "landing/d.csv",
    )  # fmt: skip
