"""Extracts that no night has read for long, and that nothing sealed reads, are let go of.

`landing/` has what they are made of. Does not belong here: how an extract is kept (`extracts.store`).
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.extracts.store import ExtractStore
from orchestration.night.seals import cut_seals, export_seals
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

DELIVERED = ("raw.proact_delivered_file", "raw.registry_delivered_file")


def forget_unused_extracts(settings: Settings, at: str) -> int:
    """Delete what is long unused; call it while holding the lock of the home folder, once a night has read what it needs.

    Args:
        settings: the home folder.
        at: when, ISO with an offset.

    Returns:
        Extracts deleted.
    """
    store = ExtractStore(settings.store)
    unused = store.unused(datetime.fromisoformat(at))
    sealed = [file for seals in (export_seals(settings), cut_seals(settings)) for file in seals.files()]
    try:
        read = {digest for file in sealed if unused for digest in _read_by(file)}
    except duckdb.Error:
        # A damaged one is found by the night that asks for it; until then nobody knows what it reads.
        return 0
    gone = [entry for entry in unused if entry.sha256 not in read]
    for entry in gone:
        store.remove(entry.key)
    return len(gone)


def _read_by(sealed: Path) -> Iterator[str]:
    """Digests of the delivered files that the views of a sealed working file read."""
    warehouse = Warehouse(sealed)
    for name in DELIVERED:
        if warehouse.has(name):
            yield from warehouse.columns(name, ("sha256",))["sha256"]
