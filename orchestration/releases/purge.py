"""What is left of a release whose database was deleted: its manifest. Why it was is told elsewhere."""

import shutil
from pathlib import Path

from orchestration.releases.index import sync_folder
from orchestration.releases.manifest import MANIFEST

ERASED, RETIRED = "erased", "retention"


def delete_contents(folder: Path) -> int:
    """Delete everything in a release folder but the manifest.

    Returns:
        Files deleted.
    """
    n_file = 0
    for path in sorted(folder.iterdir()):
        if path.name == MANIFEST:
            continue
        if path.is_dir() and not path.is_symlink():
            n_file += sum(1 for inside in path.rglob("*") if inside.is_file())
            shutil.rmtree(path)
        else:
            path.unlink()
            n_file += 1
    sync_folder(folder)
    return n_file
