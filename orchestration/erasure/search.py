"""The whole home searched by content for a subject that was erased: archives are unpacked, databases and Parquet read.

Belongs here: which files hold one of some texts. Does not belong here: removing it; whoever searched says what was found.
The simulation's own truth, which no deliverer has, is not searched.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

import duckdb

from orchestration.erasure.pending import PENDING
from orchestration.erasure.unpack import ARCHIVES, DAMAGED, SEALED, TooMuchError, archive_kind, members
from orchestration.releases.analysts import open_hardened
from orchestration.warehouse import file_literal, identifier

_NOT_SEARCHED = ("truth", PENDING)
_BLOCK = 2**22
_MAGIC = {b"PAR1": "parquet", b"SQLite f": "sqlite"}
_DUCKDB_AT, _DUCKDB = 8, b"DUCK"
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
# Letters and digits of one id do not make another.
_WORD = "[0-9A-Za-z]"


@dataclass(frozen=True)
class _Sought:
    """Texts to look for, each as a whole word."""

    texts: tuple[str, ...]

    @cached_property
    def sql_pattern(self) -> str:
        return f"(^|[^0-9A-Za-z])({'|'.join(map(re.escape, self.texts))})([^0-9A-Za-z]|$)"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(f"(?<!{_WORD})({'|'.join(map(re.escape, self.texts))})(?!{_WORD})")

    @cached_property
    def forms(self) -> list[tuple[bytes, str]]:
        return [(text.encode(encoding), encoding) for text in self.texts for encoding in _ENCODINGS]

    def is_in(self, text: str) -> bool:
        return bool(self.texts) and self.pattern.search(text) is not None

    def is_in_stream(self, stream: IO[bytes]) -> bool:
        longest = max((len(form) for form, _ in self.forms), default=0)
        window = b""
        while block := stream.read(_BLOCK):
            window = window[-(longest + 4) :] + block
            if any(self._is_at(window, form, encoding) for form, encoding in self.forms if form in window):
                return True
        return False

    def _is_at(self, window: bytes, form: bytes, encoding: str) -> bool:
        """Whether a text of a window stands between other characters than letters and digits."""
        start = window.find(form)
        while start >= 0:
            around = window[max(0, start - 2) : start + len(form) + 2]
            if self.is_in(around.decode(encoding, errors="replace")):
                return True
            start = window.find(form, start + 1)
        return False


@dataclass(frozen=True)
class Searched:
    """What was searched, and where something was found.

    Attributes:
        n_file: files by kind: plain, zip, tar, gzip, bzip2, xz, parquet, duckdb, sqlite.
        found: paths under the home that hold one of the texts.
        unread: paths that could not be decoded, or only in part; their bytes were searched as they are.
    """

    n_file: dict[str, int]
    found: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def told(self) -> str:
        """In one line: how much of what kind."""
        kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(self.n_file.items()))
        return f"searched by content: {sum(self.n_file.values())} files ({kinds or 'none'})"


InTable = Callable[[Path], bool]
"""Whether a table, told by its header, has a subject in its identifier column."""


def search_home(
    home: Path,
    texts: Collection[str],
    *,
    scratch: Path,
    pseudonyms: Collection[str] = (),
    requests: Collection[Path] = (),
    in_table: InTable | None = None,
) -> Searched:
    """Search every file of a home, and what is packed in it.

    Args:
        home: the home folder.
        texts: looked for everywhere.
        scratch: where archives are unpacked, one member at a time; empty afterwards.
        pseudonyms: looked for everywhere but in landing, where a withdrawal list keeps its request under the pseudonym.
        requests: what the store made of such lists.
        in_table: asked of plain files in landing, packed or not, where an id is no word of its own.
    """
    counts: Counter[str] = Counter()
    found, unread = [], []
    in_landing = _Search(_Sought((*texts,)), scratch, in_table)
    elsewhere = _Search(_Sought((*texts, *pseudonyms)), scratch)
    for path in sorted(home.rglob("*")):
        relative = path.relative_to(home)
        if relative.parts[0] in _NOT_SEARCHED:
            continue
        is_landing = relative.parts[0] == "landing"
        if path.is_symlink() or not path.is_file():
            # Where a link leads is nowhere in this home.
            unread += [relative.as_posix()] if is_landing and path.is_symlink() else []
            continue
        search = in_landing if is_landing or path in requests else elsewhere
        whole = True
        try:
            counts[_kind(path)] += 1
            held, whole = search.of(path)
        except OSError:
            held, whole = False, False
        if not whole:
            unread.append(relative.as_posix())
        if held or search.sought.is_in(relative.as_posix()):
            found.append(relative.as_posix())
    return Searched(dict(counts), tuple(found), tuple(unread))


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(512)
    if head[_DUCKDB_AT:].startswith(_DUCKDB):
        return "duckdb"
    kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    return kind or archive_kind(head) or ("sealed" if head.startswith(SEALED) else "plain")


@dataclass(frozen=True)
class _Search:
    """What is looked for in a file and in everything packed in it."""

    sought: _Sought
    scratch: Path
    in_table: InTable | None = None

    def of(self, path: Path, depth: int = 0) -> tuple[bool, bool]:
        """Whether a file holds one of the texts, and whether all of it could be decoded."""
        kind = _kind(path)
        try:
            if kind in ARCHIVES:
                return self._of_archive(path, kind, depth)
            if kind == "plain" and self.in_table is not None and self.in_table(path):
                return True, True
            return _holds(path, kind, self.sought), kind != "sealed"
        except (duckdb.Error, sqlite3.Error, TooMuchError, *DAMAGED):
            return _holds_bytes(path, self.sought), False

    def _of_archive(self, path: Path, kind: str, depth: int) -> tuple[bool, bool]:
        whole = True
        with members(path, kind, self.scratch, depth + 1) as unpacked:
            for name, member in unpacked:
                held, decoded = self.of(member, depth + 1)
                whole = whole and decoded
                if held or self.sought.is_in(name):
                    return True, whole
        return False, whole


def _holds(path: Path, kind: str, sought: _Sought) -> bool:
    if kind == "parquet":
        with duckdb.connect() as connection:
            return _relation_holds(connection, f"read_parquet({file_literal(path)})", sought)
    if kind == "duckdb":
        with open_hardened(path) as connection:
            return any(_relation_holds(connection, name, sought) for name in _tables(connection))
    if kind == "sqlite":
        return _holds_bytes(path, sought) or any(map(sought.is_in, _sqlite_text(path)))
    return _holds_bytes(path, sought)


def _holds_bytes(path: Path, sought: _Sought) -> bool:
    with path.open("rb") as file:
        return sought.is_in_stream(file)


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables of a database, views apart: they hold nothing of their own."""
    rows = connection.sql("select schema_name, table_name from duckdb_tables() where not internal").fetchall()
    return [f"{identifier(schema)}.{identifier(table)}" for schema, table in rows]


def _relation_holds(connection: duckdb.DuckDBPyConnection, relation: str, sought: _Sought) -> bool:
    """Whether any column, lists and structures written out, holds one of the texts."""
    columns = [row[:2] for row in connection.sql(f"describe from {relation}").fetchall()]
    written = [f"cast({identifier(name)} as varchar)" for name, kind in columns if _may_hold_text(kind)]
    if not written or not sought.texts:
        return False
    tests = " or ".join(f"regexp_matches({column}, $pattern)" for column in written)
    query = f"select 1 from {relation} where {tests} limit 1"
    return connection.execute(query, {"pattern": sought.sql_pattern}).fetchone() is not None


def _may_hold_text(kind: str) -> bool:
    return any(word in kind for word in ("VARCHAR", "BLOB", "JSON", "STRUCT", "MAP", "UNION", "[]", "ENUM"))


def _sqlite_text(path: Path) -> Iterator[str]:
    """Every text and readable blob of an SQLite file."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    connection.text_factory = lambda content: content.decode(errors="replace")
    try:
        tables = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (table,) in tables:
            for row in connection.execute(f"select * from {identifier(table)}"):
                yield from (cell if isinstance(cell, str) else "" for cell in row)
    finally:
        connection.close()
