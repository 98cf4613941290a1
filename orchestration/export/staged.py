"""A file of an export is whole or not there: written beside its place, and moved in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def staged_beside(path: Path) -> Iterator[Path]:
    """A file beside the place of another, which it takes once it is written."""
    staged = path.with_name(f".{path.name}")
    try:
        yield staged
        os.replace(staged, path)
    finally:
        staged.unlink(missing_ok=True)
