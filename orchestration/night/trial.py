"""A protocol tried on the data cut that is released: the study once more, in a folder of its own, and nothing is released.

It begins with what is sealed of the cut's deliveries, follows on the current release as a night with this protocol would,
and looks at no delivery. No lock is taken: what is read is immutable, or verified as it is copied. Does not belong here:
what is said of it (`commands.try_`).
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from analytics.catalogue import TABLES
from analytics.change import TABLES as CHANGES
from analytics.protocol import Protocol, canonical_json, check_declared, protocol_hash
from analytics.study import STAGES
from orchestration.mart_contracts import text_columns
from orchestration.night.build import PUBLIC, Build
from orchestration.night.build_run import BuildRun, read_run, write_run
from orchestration.night.fingerprint import code_hash, lock_hash
from orchestration.night.gaps import begin_gaps
from orchestration.night.inputs import key_id
from orchestration.night.reporting import FILE, write_report
from orchestration.night.scratch_home import scratch_home
from orchestration.night.seals import cut_key, cut_seals
from orchestration.night.since_parent import attribution_designs, change_tables
from orchestration.night.stages_asked import begin_stages as begin_asked
from orchestration.night.stages_asked import record_stage
from orchestration.night.turns import begin, begin_stages, stage_run
from orchestration.releases.manifest import Manifest
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse


class TrialError(RuntimeError):
    """There is nothing that a protocol could be tried on; the message says what to run, in one line."""


class Trial(Build):
    """The build of a trial; its report says that it is not released."""

    is_released = False

    def begin_on(self, settings: Settings, released: Manifest, protocol: Protocol) -> None:
        """Start from what is sealed of the release's data cut.

        Args:
            settings: of the home folder whose release it is.
            released: the release.
            protocol: the one that is tried.

        Raises:
            TrialError: nothing of it is sealed, or by other code, or of other deliveries.
            ColumnError: the protocol names a column that no mart has.
        """
        check_declared(protocol, text_columns("adsl"))
        again = f"run vigil refresh --cut {released.data_cut} first"
        key = cut_seals(settings).newest()
        if key is None or not cut_seals(settings).take(key, self._file.path):
            raise TrialError(f"nothing is kept of the deliveries of release {released.release_id}: {again}")
        kept = read_run(self._file, BuildRun)
        run = kept and replace(kept, code_hash=code_hash(), lock_hash=lock_hash(), key_id=key_id(settings))
        if run is None or cut_key(settings, run) != key or not _is_of(self._file, run, released):
            raise TrialError(
                f"what is kept of deliveries is not of release {released.release_id}, this key and this code: {again}"
            )
        tried = replace(
            run, protocol=canonical_json(protocol), protocol_hash=protocol_hash(protocol), fingerprint="not released",
            parent_id=released.release_id, parent_chain=released.chain,
        )  # fmt: skip
        self.is_harmonised = True
        write_run(self._file, tried)
        begin_gaps(self._file, ())
        begin_asked(self._file)

    def make(self, step: Callable[[str], None]) -> None:
        """Compute what the protocol moves, and take the rest from the release.

        Args:
            step: called with the name of each stage that is computed.
        """
        self.start_second_process()
        begin_stages(self, STAGES)
        for stage in STAGES:
            held = self.parent_stages.take(stage)
            if held is None:
                step(stage.name)
            run = held or stage_run(self, stage)
            self.put("results", run.tables, TABLES)
            record_stage(self.warehouse, stage.name, run.asked, self.run.parent_id if held else None)
            begin_stages(self, STAGES)
            begin(self, attribution_designs(self))
        self.put("change", change_tables(self), CHANGES)
        write_report(self)


def _is_of(kept: Warehouse, run: BuildRun, released: Manifest) -> bool:
    """Whether what is kept is made of what the release was made of."""
    with kept.read() as connection:
        files = set(connection.sql("select source, file_name, sha256 from raw.delivered_file").fetchall())
    then = {(file.source, file.file_name, file.sha256) for file in released.inputs}
    return (run.data_cut, run.key_id, files) == (released.data_cut, released.pseudonym_key_id, then)


@contextmanager
def trial(settings: Settings, released: Manifest, protocol: Protocol) -> Iterator[Trial]:
    """A trial that has begun; gone afterwards, as it is full of records.

    Args:
        settings: the home folder.
        released: its current release.
        protocol: the one that is tried.

    Raises:
        TrialError, ColumnError: as `Trial.begin_on`.
    """
    with scratch_home(settings) as home:
        for shared in (settings.landing, settings.releases, settings.store):
            (home / shared.name).symlink_to(shared)
        own = replace(settings, home=home, from_nothing=False)
        with closing(Trial(own, released.data_cut)) as build:
            build.begin_on(settings, released, protocol)
            yield build


def keep_reports(build: Trial, folder: Path) -> Path:
    """Put both editions of a trial's report where they stay.

    Returns:
        The new place of the public one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # One of them names subjects.
    folder.chmod(0o700)
    for edition, made in build.reports.items():
        shutil.copytree(made, folder / edition, dirs_exist_ok=True)
    return folder / PUBLIC / FILE
