"""The build under way: one data cut, one working file, one fingerprint, all fixed when it begins.

Belongs here: what an asset asks before it reads or writes. Does not belong here: what the assets do, nor Dagster, which
takes the lock and hands this to them (`dagster_parts.build_resource`).
"""

import shutil
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import pandas as pd

from analytics.protocol import Protocol, check_declared, parse_canonical
from orchestration.mart_contracts import text_columns
from orchestration.night.ahead import SecondProcess
from orchestration.night.build_run import BuildRun, read_run, run_of, write_run
from orchestration.night.gaps import begin_gaps
from orchestration.night.inputs import CutInputs, ExportInputs, inputs_now
from orchestration.night.lineage import Lineage, closing_tables, delivered, study_tables, table_read
from orchestration.night.mart_parts import part_of_mart
from orchestration.night.operating_run import begin_operating_run
from orchestration.night.parent_copy import parent_copy
from orchestration.night.seals import Seals, cut_key, cut_seals, export_key, export_seals
from orchestration.night.stage_reuse import ParentStages
from orchestration.night.stages_asked import begin_stages
from orchestration.night.working_file import NoBuildError, WorkingFile
from orchestration.releases.earlier_columns import in_todays_columns
from orchestration.releases.editions import IN_HOUSE, PUBLIC
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest, read_manifest
from orchestration.settings import Settings
from orchestration.warehouse import KeptOpen, scalar


class Build(WorkingFile):
    """What every asset of a run shares."""

    is_released = True
    """Whether it is to become a release."""

    def __init__(self, settings: Settings, data_cut: str, planned: CutInputs | None = None) -> None:
        """The build of a data cut.

        Args:
            settings: the home folder.
            data_cut: ISO date.
            planned: what a plan found for this cut; without, `begin` looks for itself.
        """
        super().__init__(settings)
        self.data_cut = data_cut
        self.releases = ReleaseIndex(settings.releases)
        self._planned = planned
        self._looked: CutInputs | None = None
        self.is_harmonised = False
        """Whether it began with all that rests on its deliveries, checked, as it was sealed."""
        self.second_process: SecondProcess | None = None

    @property
    def subject(self) -> str:
        """The data cut, in words."""
        return f"data cut {self.data_cut}"

    @property
    def command(self) -> str:
        """The refresh of it."""
        return f"vigil refresh --cut {self.data_cut}"

    @property
    def way_out(self) -> str:
        """What to materialise first."""
        return f"materialise its deliveries (raw/*) first, or run {self.command}"

    def start_second_process(self) -> None:
        """Have one for stages from now on, where the settings leave it a core."""
        if self.settings.threads > 1 and self.second_process is None:
            self.second_process = SecondProcess()

    def spare_second_process(self) -> bool:
        """End it; what it would have made, the steps make themselves. False where there is none (any more)."""
        return self.second_process is not None and self.second_process.close()

    def close(self) -> None:
        """End what the build started, and let go of what is open."""
        if self.second_process is not None:
            self.second_process.close()
        if (parent := self.__dict__.get("parent_warehouse")) is not None:
            parent.let_go()
        super().close()

    def begin(self, run_id: str, harmonise: Callable[[ExportInputs], None]) -> CutInputs:
        """Start from what is sealed of the data cut, or of the PRO-ACT export, and pin what the build rests on.

        It is never resumed in place.

        Args:
            run_id: Dagster's.
            harmonise: makes and seals what rests on an export alone; asked only where nothing is sealed of it, or what was
                changed since.

        Returns:
            What was pinned.

        Raises:
            DeliveryError: there is no such cut, it is not complete, or there is no PRO-ACT export.
            NoBuildError: nothing came to be sealed of the export.
            ColumnError: the protocol names a column that no mart has.
        """
        inputs, self._looked = self.inputs(), None
        check_declared(parse_canonical(inputs.protocol), text_columns("adsl"))
        parent = self.releases.newest(not_after=self.data_cut)
        run = run_of(inputs, self.settings, run_id, parent)
        for folder in self.reports.values():
            shutil.rmtree(folder, ignore_errors=True)
        kept = not self.settings.from_nothing
        self.is_harmonised = kept and self._took(cut_seals(self.settings), cut_key(self.settings, run))
        if not self.is_harmonised:
            self._take_export(run, inputs.export, harmonise)
        write_run(self._file, run)
        begin_gaps(self._file, inputs.set_aside)
        begin_stages(self._file)
        begin_operating_run(self._file, run.operating_run)
        for derived in ("run", "protocol", "parent", "parent_warehouse", "lineage", "parent_stages"):
            self.__dict__.pop(derived, None)
        return inputs

    def _take_export(
        self, run: BuildRun, inputs: ExportInputs, harmonise: Callable[[ExportInputs], None]
    ) -> None:
        seals, key = export_seals(self.settings), export_key(self.settings, run)
        if not self.settings.from_nothing and self._took(seals, key):
            return
        harmonise(inputs)
        if not self._took(seals, key):
            raise NoBuildError(
                f"what was made of PRO-ACT export {run.proact_release} is not in the store: run {self.command}"
            )

    def _took(self, seals: Seals, key: str) -> bool:
        self._file.discard()
        return seals.take(key, self._file.path)

    def seal(self) -> Path:
        """Keep what rests on the deliveries alone, for builds of other protocols; asked before anything else is made."""
        return cut_seals(self.settings).seal(cut_key(self.settings, self.run), self.warehouse.let_go())

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
        run = read_run(self._file, BuildRun)
        if not self.data_cut:
            raise NoBuildError(
                "this run names no data cut: launch it for a partition of data_cut, or run vigil refresh"
            )
        if run is None:
            raise NoBuildError(f"no build of {self.subject} has begun: {self.way_out}")
        if run.data_cut != self.data_cut:
            raise NoBuildError(
                f"the build under way is of data cut {run.data_cut}, not of {self.data_cut}: {self.way_out}"
            )
        self.refuse_other_code(run)
        return run

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
    def reports(self) -> dict[str, Path]:
        """Where the editions of the report are rendered, by the folder of the release that each comes to lie in."""
        return {edition: self.settings.build_file.parent / edition for edition in (PUBLIC, IN_HOUSE)}

    @property
    def registry_delivery(self) -> Path:
        """Folder or zip of the registry delivery."""
        return self.settings.landing / self.run.registry_path

    def study_table(self, name: str) -> pd.DataFrame:
        """A mart or result as the study reads it; of the large marts only the columns and rows it needs."""
        with self.warehouse.read() as connection:
            return part_of_mart(connection.sql(f"from {table_read(name)}"), self.protocol, name).df()

    @cached_property
    def parent_warehouse(self) -> KeptOpen | None:
        """A private copy of the database of the parent release; none in the first release.

        Raises:
            ParentError: the database is gone, or was changed after publication.
        """
        if self.parent is None:
            return None
        copy = parent_copy(self.settings, self.parent, self.registry_delivery)
        return KeptOpen(copy, self.settings.duckdb, read_only=True)

    @cached_property
    def parent_stages(self) -> ParentStages:
        """What of the parent's stages holds for this build."""
        parent = None if self.settings.from_nothing else self.parent
        before = self.releases.folder(parent.parent_id) if parent and parent.parent_id else None
        grandparent = read_manifest(before) if before else None
        return ParentStages(self, self.run, parent, grandparent, lambda: self.parent_warehouse)

    def parent_table(self, name: str) -> pd.DataFrame | None:
        """A table of the parent release with today's columns; none in the first release, or where it was not there."""
        return self._of_parent(name, None)

    def parent_study_table(self, name: str) -> pd.DataFrame | None:
        """As `study_table`, of the parent release; columns that it does not have are left out."""
        return self._of_parent(table_read(name), name)

    def _of_parent(self, name: str, study_name: str | None) -> pd.DataFrame | None:
        released = self.parent_warehouse
        if released is None or not released.has(name):
            return None
        with released.read() as connection:
            table = connection.sql(f"from {in_todays_columns(connection, name)}")
            return (table if study_name is None else part_of_mart(table, self.protocol, study_name)).df()

    @property
    def simulated(self) -> bool:
        """Whether any delivery of this build is simulated; then everything made from it says so."""
        with self.warehouse.read() as connection:
            return bool(scalar(connection, "select bool_or(simulated) from raw.delivered_file"))
