"""Retention: how many releases stay. What `current` needs is never deleted."""

import shutil

from orchestration.releases.index import ReleaseIndex


def apply_retention(index: ReleaseIndex, keep: int) -> list[str]:
    """Remove the oldest releases beyond `keep` (0 keeps all); manifests stay, so that the chain still verifies.

    Returns:
        Ids whose database and report were removed.
    """
    if keep <= 0:
        return []
    current = index.current()
    removed = []
    for folder in index.folders()[:-keep]:
        if folder == current:
            continue
        database, report = folder / "vigil.duckdb", folder / "report"
        if database.exists():
            database.unlink()
            shutil.rmtree(report, ignore_errors=True)
            removed.append(folder.name)
    return removed
