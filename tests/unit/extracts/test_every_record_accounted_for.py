"""Random files: valid ones survive whole; damaged ones are refused or quarantined record by record."""

import csv
import io
import tempfile
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import duckdb
from delivery_builder import DICTIONARIES, csv_bytes
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.extracts import decode
from orchestration.extracts.decode import Decoded, FileToDecode, decode_file
from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.limits import Limits
from orchestration.extracts.scan import scan_bytes

LABS = DICTIONARIES["proact"].tables["labs"]
HEADER = [column.name for column in LABS.columns]
N = len(HEADER)
WHITE = " \t\r\n\v\f\u00a0\u3000\ufeff"
Record = tuple[int, tuple[str | None, ...]]

cells = st.text(alphabet=st.sampled_from(list("ab19.;-|'\" ,,\n한é\t\u00a0=")), max_size=8)
rows = st.lists(st.lists(cells, min_size=N, max_size=N), min_size=1, max_size=12)


def read(content: bytes, *, quickly: bool = True) -> tuple[Decoded, list[Record]]:
    """Decode one labs file; the records with their lines."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "labs.csv", Path(folder) / "labs.parquet"
        path.write_bytes(content)
        file = FileToDecode("labs.csv", path, scan_bytes(path), LABS)
        with patch.object(decode, "copy_quickly", decode.copy_quickly if quickly else lambda *_: None):
            decoded = decode_file(file, out, scratch=Path(folder), key=None, limits=Limits())
        line = "_line" if decoded.first_line is None else f"file_row_number + {decoded.first_line}"
        names = ", ".join(f'"{name}"' for name in HEADER)
        found = duckdb.sql(
            f"SELECT {line}, {names} FROM read_parquet('{out}', file_row_number = true) ORDER BY 1"
        ).fetchall()
    assert len(found) == decoded.n_row
    return decoded, [(int(row[0]), tuple(row[1:])) for row in found]


def trimmed(row: list[str]) -> tuple[str | None, ...]:
    return tuple(cell.strip(WHITE) or None for cell in row)


def looks_like_a_lost_quote(row: list[str], line_end: str) -> bool:
    """A quoted cell whose further lines could be records themselves is refused on purpose."""
    written = csv_bytes([], [row], line_end).decode().removeprefix(line_end).removesuffix(line_end)
    return any(line.count(",") >= N - 1 for line in written.split("\n")[1:])


@settings(max_examples=80, deadline=None)
@given(
    rows=rows,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_valid_file_survives_with_every_cell_and_line(
    rows: list[list[str]], encoding: str, line_end: str
) -> None:
    rows = [row for row in rows if not looks_like_a_lost_quote(row, line_end)]
    content = csv_bytes(HEADER, rows, line_end).decode()
    decoded, found = read(content.encode(encoding))
    expected, line = [], 2
    for row in rows:
        expected.append((line, trimmed(row)))
        line += 1 + sum(cell.count("\n") for cell in row)
    assert decoded.rejects == ()
    assert found == expected


SIMPLE = [
    [str(9_000_000 + i), "Alkaline, total" if i % 3 == 0 else "Urea", f"{i}.5", "U/L", str(i)]
    for i in range(12)
]
VALID = csv_bytes(HEADER, SIMPLE)
UNHARMED = set(VALID.splitlines(keepends=True)[1:])
PIECES = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xff",
    b";",
    b'""',
    b'"\r\n',
    b"x",
    b" ",
    b"\xec\x97\xb4",
]
damages = st.lists(
    st.tuples(
        st.integers(len(",".join(HEADER)) + 2, len(VALID)), st.integers(0, 60) | st.integers(0, 3),
        st.lists(st.sampled_from(PIECES), max_size=3).map(b"".join),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


def damaged(damage: list[tuple[int, int, bytes]]) -> bytes:
    content = VALID
    for at, n_deleted, inserted in damage:
        content = content[:at] + inserted + content[at + n_deleted :]
    return content


@settings(max_examples=250, deadline=None)
@given(damage=damages)
def test_random_damage_is_refused_or_set_aside_line_by_line_never_silently_read(
    damage: list[tuple[int, int, bytes]],
) -> None:
    content = damaged(damage)
    try:
        decoded, found = read(content)
    except DeliveryError:
        return
    lines = content.removesuffix(b"\n").split(b"\n")
    kept = dict(found)
    rejected = {reject.line for reject in decoded.rejects}
    assert not rejected & set(kept)
    # Whatever survived the damage unharmed is read, and read as itself.
    for number, line in enumerate(lines[1:], start=2):
        if line + b"\n" in UNHARMED:
            assert kept[number] == trimmed(next(csv.reader(io.StringIO(line.decode()))))
    # What is kept is what a strict reader makes of exactly those lines; every line has one fate.
    starts = [*sorted(set(kept) | rejected), len(lines) + 1]
    for start, after in pairwise(starts):
        blank = [n for n in range(start + 1, after) if not lines[n - 1].strip()]
        if start in rejected:
            assert len(blank) == after - start - 1
            continue
        text = "\n".join(
            line.decode(decoded.encoding).removesuffix("\r") for line in lines[start - 1 : after - 1]
        )
        parsed = [
            row
            for row in csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
            if row
        ]
        assert [trimmed(row) for row in parsed if any(map(str.strip, row)) or len(row) == N][:1] == [
            kept[start]
        ]


@settings(max_examples=80, deadline=None)
@given(damage=damages)
def test_quick_and_careful_reading_agree(damage: list[tuple[int, int, bytes]]) -> None:
    content = damaged(damage)
    outcomes = []
    for quickly in (True, False):
        try:
            decoded, found = read(content, quickly=quickly)
            outcomes.append((found, decoded.rejects))
        except DeliveryError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]
