"""What is made of a PRO-ACT export alone, under way: one export, one working file, all fixed when it begins.

Belongs here: what an asset asks before it reads or writes. Does not belong here: what is kept of it (`seals`), nor
Dagster, which takes the lock and hands this to the assets (`dagster_parts.build_resource`).
"""

from functools import cached_property
from pathlib import Path

from orchestration.night.build_run import ExportRun, export_run_of, read_run, write_run
from orchestration.night.inputs import ExportInputs, export_now
from orchestration.night.lineage import Lineage, exported
from orchestration.night.seals import export_key, export_seals
from orchestration.night.working_file import NoBuildError, WorkingFile
from orchestration.settings import Settings


class ExportBuild(WorkingFile):
    """What every asset of a run shares."""

    def __init__(self, settings: Settings, export: str, planned: ExportInputs | None = None) -> None:
        """Of a PRO-ACT export.

        Args:
            settings: the home folder.
            export: its name.
            planned: what was found of it; without, `begin` looks for itself.
        """
        super().__init__(settings)
        self.export = export
        self._planned = planned

    @property
    def subject(self) -> str:
        """The export, in words."""
        return f"PRO-ACT export {self.export}"

    @property
    def command(self) -> str:
        """A refresh makes it where it is not there."""
        return "vigil refresh"

    @property
    def way_out(self) -> str:
        """What to materialise first."""
        return f"materialise its deliveries (raw/proact_*) first, or run {self.command}"

    def begin(self, run_id: str) -> ExportInputs:
        """Start from an empty working file and pin what it rests on.

        Returns:
            What was pinned.

        Raises:
            DeliveryError: there is no such export, or it is not complete.
            NoBuildError: the run names no export.
        """
        if not self.export:
            raise NoBuildError(
                "this run names no PRO-ACT export: launch it for a partition of proact_export, or run vigil refresh"
            )
        inputs = self._planned or export_now(self.settings, self.export)
        self._file.discard()
        write_run(self._file, export_run_of(inputs, self.settings, run_id))
        for derived in ("run", "lineage"):
            self.__dict__.pop(derived, None)
        return inputs

    @cached_property
    def run(self) -> ExportRun:
        """What was pinned when it began.

        Raises:
            NoBuildError: it has not begun, or began with other code.
        """
        run = read_run(self._file, ExportRun)
        if run is None or run.proact_release != self.export:
            raise NoBuildError(f"no build of {self.subject} has begun: {self.way_out}")
        self.refuse_other_code(run)
        return run

    @cached_property
    def lineage(self) -> Lineage:
        """Of what the tables are made that are not dbt's."""
        return exported(self.run)

    def seal(self) -> Path:
        """Keep what is made."""
        return export_seals(self.settings).seal(export_key(self.settings, self.run), self.warehouse.let_go())
