"""The build under way: one data cut, one working file, one fingerprint, all fixed when it begins.

Belongs here: what an asset asks before it reads or writes. Does not belong here: what the assets do, nor Dagster, which
takes the lock and hands this to them (`dagster_parts.build_resource`).
"""

import shutil
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

import pandas as pd

from analytics.catalogue.declarations import TableDeclaration
from analytics.protocol import Protocol, parse_canonical
from analytics.study import SLICES, MartSlice
from orchestration.night.ahead import SecondProcess
from orchestration.night.build_run import BuildRun, read_run, run_of, write_run
from orchestration.night.fingerprint import code_hash, code_on_disk, lock_hash
from orchestration.night.gaps import begin_gaps
from orchestration.night.inputs import CutInputs, inputs_now
from orchestration.night.lineage import (
    Lineage,
    closing_tables,
    delivered,
    in_order,
    study_tables,
    table_read,
)
from orchestration.night.parent_copy import parent_copy
from orchestration.releases.earlier_columns import in_todays_columns
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest, read_manifest
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse, literal, scalar


class ChangedCodeError(RuntimeError):
    """The sources are not those any more that the build began with; the message says what to run, in one line."""


class NoBuildError(RuntimeError):
    """The working file holds no build that this data cut could go on with; the message says what to run, in one line."""


class Build:
    """What every asset of a run shares."""

    def __init__(self, settings: Settings, data_cut: str, planned: CutInputs | None = None) -> None:
        """The build of a data cut.

        Args:
            settings: the home folder.
            data_cut: ISO date.
            planned: what a plan found for this cut; without, `begin` looks for itself.
        """
        self.settings = settings
        self.data_cut = data_cut
        self.releases = ReleaseIndex(settings.releases)
        self._planned = planned
        self._looked: CutInputs | None = None
        self._file = Warehouse(settings.build_file, settings.threads)
        self.second_process: SecondProcess | None = None

    def start_second_process(self) -> None:
        """Have one for stages from now on, where the settings leave it a core."""
        if self.settings.threads > 1 and self.second_process is None:
            self.second_process = SecondProcess()

    def close(self) -> None:
        """End what the build started."""
        if self.second_process is not None:
            self.second_process.close()

    def begin(self, run_id: str) -> CutInputs:
        """Start from an empty working file and pin what the build rests on: a build is never resumed in place.

        Returns:
            What was pinned.

        Raises:
            DeliveryError: there is no such cut, it is not complete, or there is no PRO-ACT export.
        """
        inputs, self._looked = self.inputs(), None
        self._file.discard()
        shutil.rmtree(self.report_folder, ignore_errors=True)
        parent = self.releases.newest(not_after=self.data_cut)
        write_run(self._file, run_of(inputs, self.settings, run_id, parent))
        begin_gaps(self._file, inputs.set_aside)
        for derived in ("run", "protocol", "parent", "lineage"):
            self.__dict__.pop(derived, None)
        return inputs

    def inputs(self) -> CutInputs:
        """What this build would begin with now.

        Raises:
            DeliveryError: as `begin`.
        """
        if not self.data_cut:
            raise NoBuildError(
                "this run names no data cut: launch it for a partition of data_cut, or run vigil refresh"
            )
        self._looked = self._planned or self._looked or inputs_now(self.settings, self.data_cut)
        return self._looked

    def released_already(self) -> Manifest | None:
        """The newest release of this cut, if it is made of what this build would begin with: then there is nothing to do."""
        newest = self.releases.newest_of(self.data_cut)
        return newest if newest and newest.fingerprint == self.inputs().fingerprint else None

    @cached_property
    def run(self) -> BuildRun:
        """What was pinned when the build began.

        Raises:
            NoBuildError: no build of this cut has begun, or it began with other code.
        """
        run = read_run(self._file)
        if not self.data_cut:
            raise NoBuildError(
                "this run names no data cut: launch it for a partition of data_cut, or run vigil refresh"
            )
        way_out = f"materialise its deliveries (raw/*) first, or run vigil refresh --cut {self.data_cut}"
        if run is None:
            raise NoBuildError(f"no build of data cut {self.data_cut} has begun: {way_out}")
        if run.data_cut != self.data_cut:
            raise NoBuildError(
                f"the build under way is of data cut {run.data_cut}, not of {self.data_cut}: {way_out}"
            )
        if (run.code_hash, run.lock_hash) != (code_hash(), lock_hash()):
            raise NoBuildError(
                f"the code changed since the build of data cut {self.data_cut} began: {way_out}"
            )
        return run

    def refuse_changed_code(self) -> None:
        """Refuse sources that are not those the build began with any more: a release says by which code it was made.

        Raises:
            ChangedCodeError: a source was changed, added or removed since, also one that dbt reads.
        """
        if code_on_disk() != self.run.code_hash:
            raise ChangedCodeError(
                f"the code changed while the build of data cut {self.data_cut} ran: "
                f"run vigil refresh --cut {self.data_cut} again"
            )

    @property
    def warehouse(self) -> Warehouse:
        """The working file.

        Raises:
            NoBuildError: it does not hold a build of this cut.
        """
        _ = self.run
        return self._file

    @cached_property
    def protocol(self) -> Protocol:
        """The protocol of this build, whatever its file says by now."""
        return parse_canonical(self.run.protocol)

    @cached_property
    def parent(self) -> Manifest | None:
        """The release that this one follows: the newest one of this cut, else of the latest cut before it."""
        return read_manifest(self.releases.folder(self.run.parent_id)) if self.run.parent_id else None

    @cached_property
    def lineage(self) -> Lineage:
        """Of what the tables are made that are not dbt's."""
        return delivered(self.run) | study_tables(self.run) | closing_tables(self.run)

    @property
    def identities(self) -> dict[str, str]:
        """Table → identity, of what is made by now."""
        return self.warehouse.stamps()

    @property
    def report_folder(self) -> Path:
        """Where the report is rendered."""
        return self.settings.build_file.parent / "report"

    @property
    def registry_delivery(self) -> Path:
        """Folder or zip of the registry delivery."""
        return self.settings.landing / self.run.registry_path

    def put(
        self, schema: str, tables: Mapping[str, pd.DataFrame], declared: Mapping[str, TableDeclaration]
    ) -> None:
        """Write tables, typed and commented as declared, and stamped with their identities, where the lineage knows them."""
        made = {name: self.lineage[name] for t in tables if (name := f"{schema}.{t}") in self.lineage}
        self.warehouse.put(schema, tables, declared, self._identities(made))

    def stamp(self, made: Lineage) -> None:
        """Say of what tables that something else wrote (dbt) are made: of the tables they read, as these are now."""
        self.warehouse.stamp(self._identities(made))

    def _identities(self, made: Lineage) -> dict[str, str]:
        known = self.refuse_missing(
            read for table in made.values() for read in table.reads if read not in made
        )
        for name in in_order(made):
            known[name] = made[name].identity(known)
        return {name: known[name] for name in made}

    def refuse_missing(self, names: Iterable[str]) -> dict[str, str]:
        """Stop where a table that is to be read is not made yet.

        Returns:
            The identities of all that is made.

        Raises:
            NoBuildError: it names the table and what to run.
        """
        made = self.identities
        missing = sorted(set(names) - made.keys())
        if missing:
            more = f" and {len(missing) - 1} more are" if len(missing) > 1 else " is"
            raise NoBuildError(
                f"{missing[0]}{more} not made yet in the build of data cut {self.data_cut}: materialise what comes "
                f"before, or run vigil refresh --cut {self.data_cut}"
            )
        return made

    def study_table(self, name: str) -> pd.DataFrame:
        """A mart or result as the study reads it; of the large marts only the columns and rows it needs."""
        if name not in SLICES:
            return self.warehouse.table(table_read(name))
        part = SLICES[name]
        return self.warehouse.columns(table_read(name), part.columns, _rows_of(part))

    @property
    def parent_warehouse(self) -> Warehouse | None:
        """A private copy of the database of the parent release; none in the first release.

        Raises:
            ParentError: the database is gone, or was changed after publication.
        """
        if self.parent is None:
            return None
        copy = parent_copy(self.settings, self.parent, self.registry_delivery)
        return Warehouse(copy, self.settings.threads)

    def parent_table(self, name: str) -> pd.DataFrame | None:
        """A table of the parent release with today's columns; none in the first release, or where it was not there."""
        return self._of_parent(name, None)

    def parent_study_table(self, name: str) -> pd.DataFrame | None:
        """As `study_table`, of the parent release; columns that it does not have are left out."""
        return self._of_parent(table_read(name), SLICES.get(name))

    def _of_parent(self, name: str, part: MartSlice | None) -> pd.DataFrame | None:
        released = self.parent_warehouse
        if released is None or not released.has(name):
            return None
        with released.read() as connection:
            table = connection.sql(f"from {in_todays_columns(connection, name)}")
            if part is not None:
                there = [f'"{column}"' for column in part.columns if column in table.columns]
                table = table.filter(_rows_of(part)).project(", ".join(there))
            return table.df()

    @property
    def simulated(self) -> bool:
        """Whether any delivery of this build is simulated; then everything made from it says so."""
        with self.warehouse.read() as connection:
            return bool(scalar(connection, "select bool_or(simulated) from raw.delivered_file"))


def _rows_of(part: MartSlice) -> str:
    return f"{part.column} = {literal(part.value)}" if part.column else "true"
