"""SAS transport files, version 5: read by pyreadstat in pieces, every value as text.

The format carries neither a row count nor an encoding: its layout is checked byte by byte so far as that can
show a cut, and the rest is the manifest's word. Not here: writing XPT (the export).
"""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.extracts.cells import BATCH_ROWS, CellStream, to_batches
from orchestration.extracts.encoding import sniff_texts
from orchestration.extracts.errors import DeliveryError, quoted

CARD = 80
_LIBRARY = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
_MEMBER = b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!"
_NAMESTR = b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!"
_OBS = b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!"
_CHARACTER = 2


@dataclass(frozen=True)
class XptVariable:
    """One variable of the layout: name, type (1 numeric, 2 character), place and length in an observation."""

    name: str
    kind: int
    position: int
    length: int


@dataclass(frozen=True)
class XptLayout:
    """Where the observations of a transport file start, how long each is, and how many there are."""

    variables: tuple[XptVariable, ...]
    data_start: int
    observation_length: int
    n_observation: int


def read_layout(name: str, path: Path) -> XptLayout:
    """Read the header records and check that the file is whole.

    Raises:
        DeliveryError: not version 5, several members, or cut inside an observation.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(min(size, 2**20))
    if not head.startswith(_LIBRARY):
        raise DeliveryError(
            f"{quoted(name)}: not a SAS transport file of version 5; export it again as XPORT v5"
        )
    at = head.find(_NAMESTR)
    obs = head.find(_OBS)
    if at < 0 or obs < 0 or size % CARD:
        raise DeliveryError(f"{quoted(name)}: the transport file is cut; copy it again")
    variables = _variables(name, head, at)
    start = obs + CARD
    length = sum(variable.length for variable in variables)
    n_observation = _count_observations(name, path, start, length)
    return XptLayout(variables, start, length, n_observation)


def _variables(name: str, head: bytes, at: int) -> tuple[XptVariable, ...]:
    member = head.find(_MEMBER)
    try:
        entry_length = int(head[member + 74 : member + 78])
        n_variable = int(head[at + 54 : at + 58])
    except ValueError as error:
        raise DeliveryError(f"{quoted(name)}: the transport header is damaged; copy it again") from error
    found = []
    for i in range(n_variable):
        entry = head[at + CARD + i * entry_length : at + CARD + (i + 1) * entry_length]
        kind, _, length, _ = struct.unpack(">hhhh", entry[:8])
        (position,) = struct.unpack(">i", entry[84:88])
        found.append(XptVariable(entry[8:16].decode("ascii", "replace").strip(), kind, position, length))
    return tuple(found)


def _count_observations(name: str, path: Path, start: int, length: int) -> int:
    """Count observations: what is left over after the last must be the blank padding of the last card."""
    data = path.stat().st_size - start
    n, rest = divmod(data, length) if length else (0, 0)
    with path.open("rb") as file:
        _refuse_second_member(name, path)
        file.seek(start + n * length)
        if file.read().strip(b" "):
            raise DeliveryError(
                f"{quoted(name)}: the transport file ends inside an observation; copy it again"
            )
        # Short observations: whole blank ones inside the last card are padding too.
        while n and rest < CARD:
            file.seek(start + (n - 1) * length)
            if file.read(length).strip(b" ") or rest + length >= CARD:
                break
            n, rest = n - 1, rest + length
    return n


def _refuse_second_member(name: str, path: Path) -> None:
    n_member, tail = 0, b""
    with path.open("rb") as file:
        while block := file.read(2**20):
            n_member += (tail + block).count(_MEMBER)
            tail = block[-(len(_MEMBER) - 1) :]
    if n_member > 1:
        raise DeliveryError(f"{quoted(name)}: holds {n_member} data sets; deliver one file per domain")


def read_xpt(name: str, path: Path) -> CellStream:
    """Read a transport file as text cells; `_line` is the record number.

    Args:
        name: delivered file name.
        path: its bytes; the encoding is judged by the character variables.

    Raises:
        DeliveryError: the layout is damaged, or pyreadstat reads another number of observations.
    """
    layout = read_layout(name, path)
    header = tuple(variable.name for variable in layout.variables)
    encoding = sniff_texts(_character_fields(path, layout)).name
    stream = CellStream(header, iter(()), encoding)
    stream.batches = to_batches(_records(name, path, encoding, layout), len(header))
    return stream


def _character_fields(path: Path, layout: XptLayout) -> Iterator[bytes]:
    fields = [(v.position, v.position + v.length) for v in layout.variables if v.kind == _CHARACTER]
    with path.open("rb") as file:
        file.seek(layout.data_start)
        for _ in range(layout.n_observation):
            observation = file.read(layout.observation_length)
            if not observation.isascii():
                yield from (observation[start:end].rstrip() for start, end in fields)


def _records(
    name: str, path: Path, encoding: str, layout: XptLayout
) -> Iterator[tuple[int, list[str | None]]]:
    import pyreadstat

    read = 0
    while read < layout.n_observation:
        try:
            columns, _ = pyreadstat.read_xport(
                str(path), row_offset=read, row_limit=BATCH_ROWS, encoding=encoding, output_format="dict"
            )
        except Exception as error:
            raise DeliveryError(
                f"{quoted(name)}: transport file not readable ({type(error).__name__})"
            ) from error
        texts = [[as_text(value) for value in columns[v.name]] for v in layout.variables]
        n = len(texts[0]) if texts else 0
        if n == 0:
            break
        for i, cells in enumerate(zip(*texts, strict=True), start=read + 1):
            yield i, list(cells)
        read += n
    if read != layout.n_observation:
        raise DeliveryError(
            f"{quoted(name)}: {read} observations read where its layout holds {layout.n_observation};"
            " copy it again"
        )


def as_text(value: Any) -> str | None:
    """A value as the text a CSV export of it would hold; None when missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
