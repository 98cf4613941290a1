"""A stage is taken from the parent release where all that it is made of is the same, and run where anything is another."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pandas as pd
import pytest

from analytics.catalogue import TABLES
from analytics.protocol import Protocol, canonical_json
from analytics.study import STAGES, Stage
from orchestration.night.stage_reuse import ParentStages
from orchestration.releases.logical_hash import logical_hash
from orchestration.releases.manifest import InputFile, TableDigest
from orchestration.releases.publish import ADDRESS_COLUMNS
from orchestration.warehouse import Warehouse

FLOW = TABLES["cohort_flow"].row(arm="Drug", step=0, criterion="everyone", n_remaining=9, n_excluded=0)
STAGE = Stage("eligibility", "design", ("adsl", "parent:matched_set"), ("cohort_flow",), lambda *_: {})
LISTING = next(stage for stage in STAGES if "ae_listing" in stage.makes)
FILE = InputFile("REGISTRY", "2026-03-31", "DM.csv", "a" * 64, 9)


@dataclass
class Night:
    """A working file and what it follows, all alike; a test spoils something."""

    folder: Path
    run: Any
    parent: Any
    grandparent: Any

    def stages(self) -> ParentStages:
        working = SimpleNamespace(warehouse=self.working, identities={"marts.adsl": "made of these files"})
        return ParentStages(working, self.run, self.parent, self.grandparent, lambda: self.released)

    @property
    def working(self) -> Warehouse:
        return Warehouse(self.folder / "working.duckdb")

    @property
    def released(self) -> Warehouse:
        return Warehouse(self.folder / "released.duckdb")

    def change(self, where: Warehouse, statement: str, *values: object) -> None:
        with where.write() as connection:
            connection.execute(statement, list(values))


@pytest.fixture
def night(tmp_path: Path) -> Night:
    protocol = canonical_json(Protocol())
    with duckdb.connect(str(tmp_path / "working.duckdb")) as connection:
        connection.execute("create schema marts; create schema raw")
        connection.execute("create table marts.adsl as select 'S1' as USUBJID, 60.0 as AGE, 7 as SRCLINE")
        connection.execute("create table raw.delivered_file as select ? as source, ? as file_name, ? as sha256",
                           [FILE.source, FILE.file_name, FILE.sha256])  # fmt: skip
        adsl = TableDigest(1, logical_hash(connection, "marts.adsl", ADDRESS_COLUMNS)[0])
    released = Warehouse(tmp_path / "released.duckdb")
    released.put("results", {"cohort_flow": TABLES["cohort_flow"].frame([FLOW])}, TABLES, {})
    with released.write() as connection:
        connection.execute("create schema release")
        connection.execute("create table release.protocol as select ? as canonical", [protocol])
        connection.execute("create table release.gap (kind varchar, subject varchar, reason varchar)")
        connection.execute("create table release.stage (stage varchar, asked varchar, taken_from varchar)")
        connection.execute("insert into release.stage values ('eligibility', 'matching population study.seed', null),"
                           " ('safety', 'safety', null)")  # fmt: skip
    run = SimpleNamespace(code_hash="c", lock_hash="l", key_id="k", protocol=protocol)
    tables = {"marts.adsl": adsl, "results.matched_set": TableDigest(4, "m")}
    parent = SimpleNamespace(
        has_database=True, code_hash="c", lock_hash="l", pseudonym_key_id="k", inputs=(FILE,), tables=tables
    )
    return Night(tmp_path, run, parent, SimpleNamespace(tables=dict(tables)))


def test_what_is_made_of_the_same_is_taken_as_it_was_released(night: Night) -> None:
    run = night.stages().take(STAGE)
    assert run is not None
    assert run.asked == ("matching", "population", "study.seed")
    pd.testing.assert_frame_equal(run.tables["cohort_flow"], TABLES["cohort_flow"].frame([FLOW]))


def other_protocol(**sections: dict[str, object]) -> Callable[[Night], None]:
    def spoil(night: Night) -> None:
        content = json.loads(canonical_json(Protocol()))
        for section, changes in sections.items():
            content[section] |= changes
        night.run.protocol = canonical_json(Protocol.model_validate(content))

    return spoil


def of_parent(**changes: object) -> Callable[[Night], None]:
    return lambda night: vars(night.parent).update(changes)


def in_working(statement: str) -> Callable[[Night], None]:
    return lambda night: night.change(night.working, statement)


def in_released(statement: str) -> Callable[[Night], None]:
    return lambda night: night.change(night.released, statement)


def _no_parent(night: Night) -> None:
    night.parent = None


def _other_sets_before(night: Night) -> None:
    night.grandparent.tables["results.matched_set"] = TableDigest(4, "other")


def _no_sets_before(night: Night) -> None:
    night.grandparent = None


@pytest.mark.parametrize(
    "spoil",
    [
        other_protocol(matching={"caliper": 0.1}),
        other_protocol(population={"criteria": []}, safety={"min_pct": 9}),
        other_protocol(study={"seed": 7, "version": "2.0.0"}),
        of_parent(code_hash="other"),
        of_parent(lock_hash="other"),
        of_parent(pseudonym_key_id="other"),
        of_parent(has_database=False),
        _no_parent,
        in_working("update marts.adsl set AGE = 61"),
        in_working("insert into marts.adsl select * from marts.adsl"),
        in_working("alter table marts.adsl add column SEX varchar"),
        _other_sets_before,
        _no_sets_before,
        in_released("delete from release.stage where stage = 'eligibility'"),
        in_released("drop table release.stage"),
        in_released("insert into release.gap values ('stage failed', 'monitoring', 'not made')"),
    ],
)
def test_anything_else_of_it_and_it_is_run(night: Night, spoil: Callable[[Night], None]) -> None:
    spoil(night)
    assert night.stages().take(STAGE) is None


@pytest.mark.parametrize(
    "same",
    [
        other_protocol(safety={"min_pct": 9}, disclosure={"threshold": 9}),
        other_protocol(study={"version": "2.0.0", "title": "As amended"}),
        in_working("update marts.adsl set SRCLINE = 99"),
        in_released("insert into release.gap values ('delivery set aside', 'REGISTRY', 'not complete')"),
    ],
)
def test_what_it_never_asked_for_does_not_count(night: Night, same: Callable[[Night], None]) -> None:
    same(night)
    assert night.stages().take(STAGE) is not None


def test_a_table_that_tells_places_in_files_is_of_these_files(night: Night) -> None:
    """Their hash leaves the places out: a file that was sorted anew has the same facts on other lines."""
    listing = replace(LISTING, needs=("adsl",))
    there = {"marts.adsl": "made of these files"}
    assert night.stages().hold(listing, there)
    night.change(night.working, "update raw.delivered_file set sha256 = 'sorted anew'")
    assert not night.stages().hold(listing, there)


def test_a_table_that_is_not_made_yet_is_not_that_of_then(night: Night) -> None:
    assert not night.stages().hold(STAGE, {})
