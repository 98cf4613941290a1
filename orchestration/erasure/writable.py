"""Whether everything an erasure would rewrite can be written: asked before anything is touched.

Not here: the rewriting (`landing`, `releases`).
"""

import os
from collections.abc import Iterator
from pathlib import Path

from orchestration.erasure.identity import ErasureError
from orchestration.extracts.errors import quoted
from orchestration.settings import Settings


def refuse_unwritable(settings: Settings, source: str) -> None:
    """Stop before the first write where a folder of landing, store or releases may not be written in.

    Raises:
        ErasureError: naming it.
    """
    for folder in _folders(settings, source):
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            where = quoted(str(folder.relative_to(settings.home)))
            raise ErasureError(
                f"{where} cannot be written in, so nobody can be erased from it; let the user of the service write there, "
                "nothing was erased"
            )


def _folders(settings: Settings, source: str) -> Iterator[Path]:
    landing = settings.landing / source.lower()
    yield from (settings.home, settings.store, settings.releases, landing)
    yield from sorted(path for path in landing.rglob("*") if path.is_dir() and not path.is_symlink())
