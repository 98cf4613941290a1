"""Extracts that nobody reads any more go; what a night, or something sealed, reads stays."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from delivery_builder import Site

from orchestration.extracts.store import UNUSED_DAYS, ExtractStore
from orchestration.night.old_extracts import forget_unused_extracts
from orchestration.night.seals import cut_seals, export_seals
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

NOW = datetime.now(UTC)


@pytest.fixture
def settings(site: Site) -> Settings:
    return Settings(site.landing.parent, settle_seconds=0)


def digests(store: ExtractStore, source: str) -> set[str]:
    return {entry.sha256 for entry in store.entries() if entry.source.lower() == source}


def aged(store: ExtractStore, days: float) -> None:
    then = time.time() - days * 86_400
    for entry in store.entries():
        os.utime(store.sidecar(entry.key), (then, then))


def seal(settings: Settings, source: str, read: set[str]) -> Path:
    made = settings.home / "made.duckdb"
    with Warehouse(made).write() as connection:
        connection.execute(f"create schema raw; create table raw.{source}_delivered_file (sha256 varchar)")
        connection.executemany(
            f"insert into raw.{source}_delivered_file values (?)", [[each] for each in sorted(read)]
        )
    seals = export_seals(settings) if source == "proact" else cut_seals(settings)
    file = seals.seal("a" * 64, made)
    made.unlink()
    return file


def read(site: Site, source: str) -> ExtractStore:
    site.accept(source)
    return ExtractStore(site.landing.parent / "store")


def test_what_was_used_of_late_stays_and_the_rest_goes_whole(site: Site, settings: Settings) -> None:
    store = read(site, "PROACT")
    n_other = len([*store.entries()])
    aged(store, UNUSED_DAYS + 1)
    read(site, "REGISTRY")
    assert forget_unused_extracts(settings, NOW.isoformat()) == n_other
    assert digests(store, "proact") == set()
    assert digests(store, "registry")
    assert {path.name.partition(".")[0] for path in store.root.glob("*.*")} == {
        *(entry.key for entry in store.entries()), "scans",
    }  # fmt: skip
    assert forget_unused_extracts(settings, NOW.isoformat()) == 0


def test_what_a_night_finds_there_it_uses(site: Site, settings: Settings) -> None:
    store = read(site, "PROACT")
    aged(store, UNUSED_DAYS + 1)
    read(site, "PROACT")
    assert forget_unused_extracts(settings, NOW.isoformat()) == 0
    at = NOW + timedelta(days=UNUSED_DAYS + 1)
    assert forget_unused_extracts(settings, at.isoformat()) > 0


def test_what_something_sealed_reads_stays_however_long(site: Site, settings: Settings) -> None:
    store = read(site, "PROACT")
    read(site, "REGISTRY")
    ours = digests(store, "proact"), digests(store, "registry")
    aged(store, 5 * 365)
    seal(settings, "proact", ours[0])
    assert forget_unused_extracts(settings, NOW.isoformat()) == len(ours[1] - ours[0])
    assert digests(store, "proact") == ours[0]
    read(site, "REGISTRY")
    aged(store, 5 * 365)
    seal(settings, "registry", digests(store, "registry"))
    assert forget_unused_extracts(settings, NOW.isoformat()) == 0


def test_where_something_sealed_cannot_be_read_nothing_goes(site: Site, settings: Settings) -> None:
    store = read(site, "PROACT")
    aged(store, 5 * 365)
    seal(settings, "proact", digests(store, "proact")).write_bytes(b"torn")
    assert forget_unused_extracts(settings, NOW.isoformat()) == 0
    assert digests(store, "proact")


def test_what_went_is_read_again_from_the_delivery(site: Site, settings: Settings) -> None:
    store = read(site, "REGISTRY")
    before = {entry.key: store.parquet(entry.key).read_bytes() for entry in store.entries()}
    aged(store, 5 * 365)
    assert forget_unused_extracts(settings, NOW.isoformat()) == len(before)
    read(site, "REGISTRY")
    assert {entry.key: store.parquet(entry.key).read_bytes() for entry in store.entries()} == before
