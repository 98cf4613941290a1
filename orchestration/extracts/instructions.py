"""A file beside the deliveries that says how they are read: there, or not. What is there and cannot be read is not none.

Not here: what such files say (`site_terms`, `site_columns`, `site_answers`).
"""

import os
from pathlib import Path

from orchestration.extracts.errors import DeliveryError

MOST_BYTES = 4 * 2**20


def instruction(path: Path, place: str) -> bytes | None:
    """The bytes of a file of instructions; None where nothing lies there.

    Args:
        path: where it is looked for.
        place: what it is called in messages.

    Raises:
        DeliveryError: something of that name is no file, may not be read, or is too large to be one.
    """
    if not os.path.lexists(path):
        return None
    if not path.is_file():
        what = (
            "a folder"
            if path.is_dir()
            else "a link that leads nowhere"
            if path.is_symlink()
            else "a pipe or device"
        )
        raise DeliveryError(f"{place}: {what} where a file is expected; write the file, or take it away")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DeliveryError(f"{place}: larger than {MOST_BYTES / 2**20:.0f} MiB; write it again")
        return path.read_bytes()
    except OSError as error:
        raise DeliveryError(
            f"{place}: cannot be read ({error.strerror}); let the user of the service read it"
        ) from error
