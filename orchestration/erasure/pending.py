"""An erasure under way: written down before the first file is touched, so that the next command completes a killed one.

It names the subject by pseudonym, as the store and the releases do, and is gone when nothing of the subject is left. Not
here: the steps (`subject`).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.durable import sync_folder, write_durably
from orchestration.extracts.errors import quoted
from orchestration.interruption import leaves, leaves_nothing

PENDING = "erasing.json"
_LEFT = "an erasure is under way: the next vigil refresh, erase or rollback completes it"


class PendingErasureError(RuntimeError):
    """An erasure under way cannot be completed; the message says what to do, in one line."""


@dataclass(frozen=True)
class Pending:
    """What is to be erased.

    Attributes:
        source: `REGISTRY` or `PROACT`.
        names: pseudonyms under every key of this home, the first under the one in force; of PRO-ACT the one USUBJID.
        reason: kept in the audit.
        at: when it was asked for, ISO with UTC offset.
        key_id: the key in force then.
    """

    source: str
    names: tuple[str, ...]
    reason: str
    at: str
    key_id: str


def write_pending(home: Path, pending: Pending) -> None:
    """Write it down, durably."""
    write_durably(home / PENDING, json.dumps(asdict(pending)).encode())
    leaves(_LEFT)


def read_pending(home: Path) -> Pending:
    """The erasure under way.

    Raises:
        PendingErasureError: the note is damaged.
    """
    try:
        entry = json.loads((home / PENDING).read_text(encoding="utf-8"))
        pending = Pending(**{**entry, "names": tuple(entry["names"])})
    except (OSError, ValueError, TypeError, KeyError):
        raise PendingErasureError(
            f"{PENDING} is damaged: an erasure was under way; delete the file and run vigil erase for that subject again"
        ) from None
    leaves(_LEFT)
    return pending


def clear_pending(home: Path) -> None:
    """It is done."""
    (home / PENDING).unlink(missing_ok=True)
    sync_folder(home)
    leaves_nothing()


@contextmanager
def saying_what_is_under_way() -> Iterator[None]:
    """Tell what the system refuses as what it means: an erasure that is not at its end.

    Raises:
        PendingErasureError: in place of an `OSError`.
    """
    try:
        yield
    except OSError as error:
        where = f"{quoted(str(error.filename))}: " if error.filename else ""
        raise PendingErasureError(
            f"an erasure is under way and cannot be completed: {where}{error.strerror}; mend that, and the next vigil "
            "refresh or erase completes it"
        ) from error
