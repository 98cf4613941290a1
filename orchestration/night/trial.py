"""A protocol tried on the data cut that is released: the study once more, in a folder of its own, and nothing is released.

It begins with a copy of what the release holds of its deliveries, follows on the release as a night with this protocol
would, and looks at no delivery. No lock is taken: a release is immutable, and verified as it is copied. Does not belong
here: what is said of it (`commands.try_`).
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
from orchestration.night.build_run import BuildRun, write_run
from orchestration.night.dispute import TABLE as OPINION
from orchestration.night.fingerprint import code_hash, lock_hash
from orchestration.night.gaps import begin_gaps
from orchestration.night.inputs import key_id
from orchestration.night.lineage import PARENT
from orchestration.night.operating_run import RESULT, OperatingRun, begin_operating_run
from orchestration.night.operating_run import TAKEN as OPERATING_RUN
from orchestration.night.parent_copy import copy_verified
from orchestration.night.quality import record_checks
from orchestration.night.reporting import write_report
from orchestration.night.scratch_home import scratch_home
from orchestration.night.second_opinion import opinion_checks
from orchestration.night.since_parent import attribution_designs, change_tables
from orchestration.night.stages_asked import begin_stages as begin_asked
from orchestration.night.stages_asked import record_stage
from orchestration.night.turns import begin, begin_stages, stage_run
from orchestration.releases.editions import FILE
from orchestration.releases.manifest import Manifest, read_manifest
from orchestration.settings import Settings

IDENTITIES = """
select table_name, identity from release.table_identity where split_part(table_name, '.', 1) in ('marts', 'quality')
"""
DELIVERED = (
    "create schema raw",
    "create table raw.delivered_file as from release.input_file where sha256 is not null",
    "create table raw.site_answer as select line, query_id, status, answer_date from release.site_answer",
    "drop schema results cascade",
    "drop schema release cascade",
    "delete from quality.check_result where table_name like 'results.%'",
)
"""What makes of a copy of a release what a build has before its first stage."""


class TrialError(RuntimeError):
    """There is nothing that a protocol could be tried on; the message says what to run, in one line."""


class Trial(Build):
    """The build of a trial; its report says that it is not released."""

    is_released = False

    def begin_on(self, settings: Settings, released: Manifest, protocol: Protocol) -> None:
        """Start from what a release holds of its deliveries: marts, quality, and the checks of both.

        Args:
            settings: of the home folder whose release it is.
            released: the release.
            protocol: the one that is tried.

        Raises:
            TrialError: the release was made by other code or libraries, or under another key.
            ParentError: its database is gone, or was changed after publication.
            ColumnError: the protocol names a column that no mart has.
        """
        check_declared(protocol, text_columns("adsl"))
        _refuse_other(settings, released)
        copy_verified(settings, released, self._file.path)
        with self._file.write() as connection:
            taken = OperatingRun.of(connection.sql(f"from {RESULT}").df())
            identities = dict(connection.sql(IDENTITIES).fetchall())
            for statement in DELIVERED:
                connection.execute(statement)
        self.is_harmonised = True
        write_run(self._file, _run_on(released, protocol, taken.text))
        # What was delivered, and what was said beside it, is one fingerprint.
        begun = dict.fromkeys(("raw.delivered_file", "raw.site_answer"), released.fingerprint)
        self._file.stamp(identities | {PARENT: released.chain} | begun)
        begin_gaps(self._file, ())
        begin_asked(self._file)
        begin_operating_run(self._file, taken.text)
        self.stamp({OPERATING_RUN: self.lineage[OPERATING_RUN]})

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
        record_checks(self, opinion_checks(self.warehouse.table(OPINION)))
        self.put("change", change_tables(self), CHANGES)
        write_report(self)


def _refuse_other(settings: Settings, released: Manifest) -> None:
    """Beside a release of other code, a protocol's doing could not be told from the code's."""
    then = (released.code_hash, released.lock_hash, released.pseudonym_key_id)
    if then != (code_hash(), lock_hash(), key_id(settings)):
        raise TrialError(
            f"release {released.release_id} was made by other code or libraries, or under another key: "
            "run vigil refresh first"
        )


def _run_on(released: Manifest, protocol: Protocol, operating_run: str) -> BuildRun:
    return BuildRun(
        run_id="trial", proact_path="", proact_release=released.proact_release, proact_hash="", terms_hash="",
        code_hash=released.code_hash, lock_hash=released.lock_hash, data_cut=released.data_cut, fingerprint="not released",
        parent_id=released.release_id, parent_chain=released.chain, registry_path="", registry_hash="",
        protocol=canonical_json(protocol), protocol_hash=protocol_hash(protocol), key_id=released.pseudonym_key_id,
        columns_hash="", code_commit=released.code_commit, operating_run=operating_run,
    )  # fmt: skip


@contextmanager
def trial(settings: Settings, released: Manifest, protocol: Protocol) -> Iterator[Trial]:
    """A trial that has begun; gone afterwards, as it is full of records.

    Args:
        settings: the home folder.
        released: its current release.
        protocol: the one that is tried.

    Raises:
        TrialError, ParentError, ColumnError: as `Trial.begin_on`.
    """
    with scratch_home(settings) as home:
        (home / settings.releases.name).symlink_to(settings.releases)
        own = replace(settings, home=home, from_nothing=False)
        with closing(Trial(own, released.data_cut)) as build:
            build.begin_on(settings, released, protocol)
            yield build


def keep_reports(build: Trial, folder: Path) -> Path:
    """Put both editions of a trial's report where they stay.

    Returns:
        The new place of the public one.

    Raises:
        TrialError: a subject of the release was erased meanwhile.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # One of them names subjects.
    folder.chmod(0o700)
    for edition, made in build.reports.items():
        shutil.copytree(made, folder / edition, dirs_exist_ok=True)
    # An erasure that began after this looks at the folder itself.
    tried = build.releases.root / (build.run.parent_id or "")
    if not read_manifest(tried).has_database:
        shutil.rmtree(folder)
        raise TrialError(f"release {tried.name} was emptied meanwhile: try the protocol again")
    return folder / PUBLIC / FILE
