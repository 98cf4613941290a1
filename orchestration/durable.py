"""Files that are on disk before they count, and never half there: written beside their place, synced, moved in one step."""

import os
from pathlib import Path


def write_durably(path: Path, content: bytes, *, staged: Path | None = None, mode: int = 0o600) -> None:
    """Put a file in its place in one step, and on disk.

    Args:
        path: its place.
        content: all of it.
        staged: where it is written first, in the same folder; by default its name behind a dot.
        mode: who may read it, whatever the umask.
    """
    staged = staged or path.with_name(f".{path.name}")
    with open(staged, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
    move_durably(staged, path)


def move_durably(staged: Path, path: Path) -> None:
    """Move a file that is written to its end into its place, on disk: first its content, then its name."""
    with open(staged, "rb") as file:
        os.fsync(file.fileno())
    os.replace(staged, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
