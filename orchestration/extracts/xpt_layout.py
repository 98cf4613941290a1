"""The layout of a SAS transport file, version 5: where its observations are, and whether the file is whole.

The format carries neither a row count nor an encoding: its layout is checked byte by byte so far as that can
show a cut, and the rest is the manifest's word. Not here: its values (`decode_sas`), writing XPT (the export).
"""

import struct
from dataclasses import dataclass
from pathlib import Path

from orchestration.extracts.errors import DeliveryError, quoted

CARD = 80
_LIBRARY = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
_MEMBER = b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!"
_NAMESTR = b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!"
_ENTRY = 88
_OBS = b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!"


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
        if len(entry) < _ENTRY:
            raise DeliveryError(f"{quoted(name)}: the transport header is damaged; copy it again")
        kind, _, length, _ = struct.unpack(">hhhh", entry[:8])
        (position,) = struct.unpack(">i", entry[84:88])
        if length < 0 or position < 0:
            raise DeliveryError(f"{quoted(name)}: the transport header is damaged; copy it again")
        found.append(XptVariable(entry[8:16].decode("ascii", "replace").strip(), kind, position, length))
    return tuple(found)


def _count_observations(name: str, path: Path, start: int, length: int) -> int:
    """Count observations: what is left over after the last must be the blank padding of the last card."""
    data = path.stat().st_size - start
    if data < 0:
        raise DeliveryError(f"{quoted(name)}: the transport file is cut; copy it again")
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
