"""The build under way: one data cut, one run, one working file, one fingerprint.

Belongs here: what an asset asks before it reads or writes. Does not belong here: what the assets do.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property

import dagster as dg
import pandas as pd

from analytics.catalogue.declarations import TableDeclaration
from analytics.protocol import Protocol, protocol_hash
from analytics.study import MARTS, SLICES
from orchestration.extracts.store import ExtractStore
from orchestration.lock import refresh_lock
from orchestration.night.plan import CutInputs, inputs_of, planned_fingerprint
from orchestration.releases.earlier_columns import in_todays_columns
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest
from orchestration.settings import DATABASE, Settings
from orchestration.warehouse import Warehouse, literal, scalar


class Build(dg.ConfigurableResource):
    """What every asset of a run shares. Holding it holds the lock of the home folder: one refresh at a time."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Build"]:
        """Take the lock for as long as the run lasts; what runs that died left in the store goes first."""
        settings = Settings.from_environment()
        with refresh_lock(settings.home, datetime.now(UTC).isoformat(timespec="seconds")):
            ExtractStore(settings.store).clear_leftovers()
            yield self

    @cached_property
    def settings(self) -> Settings:
        """Paths, protocol and key of now."""
        return Settings.from_environment()

    @cached_property
    def protocol(self) -> Protocol:
        """The protocol of this run."""
        return self.settings.protocol()

    @cached_property
    def warehouse(self) -> Warehouse:
        """The working file."""
        return Warehouse(self.settings.build_file, self.settings.threads)

    @cached_property
    def releases(self) -> ReleaseIndex:
        """Published releases."""
        return ReleaseIndex(self.settings.releases)

    def inputs(self, data_cut: str) -> CutInputs:
        """The deliveries that a data cut rests on."""
        return inputs_of(self.settings, data_cut)

    def fingerprint(self, data_cut: str) -> str:
        """What tables made now, for this cut, are stamped with."""
        return planned_fingerprint(self.settings, self.inputs(data_cut), protocol_hash(self.protocol))

    def begin(self, run_id: str) -> None:
        """Start from an empty working file, once a run: a build is never resumed in place."""
        if self.warehouse.has("build.run"):
            with self.warehouse.read() as connection:
                if connection.sql("select run_id from build.run").fetchall() == [(run_id,)]:
                    return
        self.warehouse.discard()
        with self.warehouse.write() as connection:
            connection.execute("create schema build")
            connection.execute("create table build.run (run_id varchar)")
            connection.execute("insert into build.run values (?)", [run_id])

    def parent(self, data_cut: str) -> Manifest | None:
        """The release that this one follows: the newest one of this cut, else of the latest cut before it."""
        return self.releases.newest(not_after=data_cut)

    def put(
        self,
        schema: str,
        tables: Mapping[str, pd.DataFrame],
        data_cut: str,
        declared: Mapping[str, TableDeclaration],
    ) -> None:
        """Write tables, typed and commented as declared, and stamped."""
        self.warehouse.put(schema, tables, declared, self.fingerprint(data_cut))

    def study_table(self, name: str) -> pd.DataFrame:
        """A mart or result as the study reads it; of the large marts only the columns and rows it needs."""
        if name not in MARTS:
            return self.warehouse.table(f"results.{name}")
        if name not in SLICES:
            return self.warehouse.table(f"marts.{name}")
        part = SLICES[name]
        where = f"{part.column} = {literal(part.value)}" if part.column else ""
        return self.warehouse.columns(f"marts.{name}", part.columns, where)

    def parent_warehouse(self, data_cut: str) -> Warehouse | None:
        """The database of the parent release; none in the first release."""
        parent = self.parent(data_cut)
        if parent is None:
            return None
        return Warehouse(self.releases.folder(parent.release_id) / DATABASE, self.settings.threads)

    def parent_table(self, data_cut: str, name: str) -> pd.DataFrame | None:
        """A table of the parent release with today's columns; none in the first release, or where it was not there."""
        released = self.parent_warehouse(data_cut)
        if released is None or not released.has(name):
            return None
        with released.read() as connection:
            return connection.sql(f"from {in_todays_columns(connection, name)}").df()

    @property
    def simulated(self) -> bool:
        """Whether any delivery of this build is simulated; then everything made from it says so."""
        with self.warehouse.read() as connection:
            return bool(scalar(connection, "select bool_or(simulated) from raw.delivered_file"))
