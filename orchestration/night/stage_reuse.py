"""Stages whose inputs are those of the parent release: their tables are taken from there, and the release says so.

Belongs here: when a stage's inputs are the same. Does not belong here: computing a stage (`analytics.study`), what it asks
of the protocol (`stages_asked`), nor whose turn it is (`turns`).
"""

import json
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

from analytics.catalogue import TABLES
from analytics.gaps import FAILED
from analytics.mart_slices import LARGE
from analytics.study import TAKEN, Stage, StageRun
from orchestration.night.build_run import BuildRun
from orchestration.night.dispute import OPINION, in_dispute
from orchestration.night.dispute import TABLE as OPINION_TABLE
from orchestration.night.lineage import PARENT_RESULT, table_read
from orchestration.night.operating_run import OperatingRun
from orchestration.night.working_file import WorkingFile
from orchestration.releases.logical_hash import logical_hash
from orchestration.releases.manifest import Manifest
from orchestration.releases.publish import ADDRESS_COLUMNS
from orchestration.warehouse import Warehouse, scalar

_FILES = "select source, file_name, sha256 from raw.delivered_file"


class ParentStages:
    """What of the parent release's stages holds for a build.

    A stage is a function of its code, of what it asks of the protocol and of the tables it reads. What it did not
    ask for cannot have moved it: with the same answers it asks the same again.
    """

    def __init__(
        self,
        working: WorkingFile,
        run: BuildRun,
        parent: Manifest | None,
        grandparent: Manifest | None,
        copy: Callable[[], Warehouse | None],
    ) -> None:
        """Of a build that has begun.

        Args:
            working: the build's working file.
            run: what it was pinned to.
            parent, grandparent: the release it follows, and the one before that.
            copy: the parent's database, where it is there; asked for only if code, libraries and key are the parent's.
        """
        self._working, self._run, self._copy = working, run, copy
        self._parent, self._grandparent = parent, grandparent
        self._hashes: dict[tuple[str, str], str] = {}

    def take(self, stage: Stage) -> StageRun | None:
        """The stage as the parent release has it; None where it might make something else now."""
        if not self.hold(stage, self._working.identities):
            return None
        released = self._released
        assert released is not None
        made = {name: TABLES[name].of_then(released.table(f"results.{name}")) for name in stage.makes}
        return StageRun(made, tuple(self._asked[stage.name]))

    def hold(self, stage: Stage, there: Mapping[str, str], same: AbstractSet[str] = frozenset()) -> bool:
        """Whether the stage would make again what the parent release has of it.

        Args:
            stage: the stage.
            there: the identities of the tables as they are now.
            same: tables that are not there yet and will be the parent's.
        """
        asked = self._asked.get(stage.name)
        if asked is None or any(_said(self._then, part) != _said(self._now, part) for part in asked):
            return False
        if _tells_places(stage) and not self._same_files:
            return False
        # The large ones last: one that differs ends the search.
        needs = sorted(stage.needs, key=lambda need: need in LARGE)
        return all(table_read(need) in same or self._same(need, there) for need in needs)

    @cached_property
    def _released(self) -> Warehouse | None:
        """The parent's database, where it was made by the same code, libraries and key, and lacks no stage."""
        run, parent = self._run, self._parent
        if parent is None or not parent.has_database:
            return None
        then = (parent.code_hash, parent.lock_hash, parent.pseudonym_key_id)
        if then != (run.code_hash, run.lock_hash, run.key_id):
            return None
        released = self._copy()
        if released is None or not released.has("release.stage"):
            return None
        with released.read() as connection:
            # What failed may be made by now.
            failed = scalar(connection, f"select count(*) from release.gap where kind = '{FAILED}'")
        return None if failed else released

    @cached_property
    def _asked(self) -> dict[str, list[str]]:
        """Stage → what it asked of the parent's protocol."""
        if self._released is None:
            return {}
        with self._released.read() as connection:
            rows = connection.sql("select stage, asked from release.stage").fetchall()
        return {stage: asked.split() for stage, asked in rows}

    @cached_property
    def _identities(self) -> dict[str, str]:
        """Of the parent's tables: what is made of the same is the same, and need not be hashed to see it."""
        assert self._released is not None
        if not self._released.has("release.table_identity"):
            return {}
        with self._released.read() as connection:
            return dict(connection.sql("select table_name, identity from release.table_identity").fetchall())

    @cached_property
    def _then(self) -> Mapping[str, Any]:
        assert self._released is not None
        with self._released.read() as connection:
            return json.loads(scalar(connection, "select canonical from release.protocol"))

    @cached_property
    def _now(self) -> Mapping[str, Any]:
        return json.loads(self._run.protocol)

    @cached_property
    def _same_files(self) -> bool:
        assert self._parent is not None
        with self._working.warehouse.read() as connection:
            now = set(connection.sql(_FILES).fetchall())
        return now == {(file.source, file.file_name, file.sha256) for file in self._parent.inputs}

    def _same(self, need: str, there: Mapping[str, str]) -> bool:
        if need.startswith(PARENT_RESULT):
            table = f"results.{need.removeprefix(PARENT_RESULT)}"
            return _digest(self._grandparent, table) == _digest(self._parent, table)
        if need in TAKEN:
            now = OperatingRun(self._run.operating_run).run
            return self._parent is not None and self._parent.operating_characteristics == now
        if need == OPINION and OPINION_TABLE in there and self._undisputed:
            return True
        table = table_read(need)
        if table in there and self._identities.get(table) == there[table]:
            return True
        then = _digest(self._parent, table)
        return then is not None and table in there and then == self._digest_now(table, there[table])

    @cached_property
    def _undisputed(self) -> bool:
        """Whether neither this build's second opinion, which is there, nor the parent's takes anything back."""
        assert self._released is not None
        return not in_dispute(self._working.warehouse) and not in_dispute(self._released)

    def _digest_now(self, table: str, identity: str) -> str:
        if (table, identity) not in self._hashes:
            with self._working.warehouse.read() as connection:
                self._hashes[table, identity], _ = logical_hash(connection, table, ADDRESS_COLUMNS)
        return self._hashes[table, identity]


def _said(protocol: Mapping[str, Any], part: str) -> Any:
    """What a protocol says in a section, or in one setting of it (`study.seed`)."""
    section, _, setting = part.partition(".")
    said = protocol.get(section)
    return said.get(setting) if setting and said else said


def _tells_places(stage: Stage) -> bool:
    """Whether a table names lines of files, which are no facts and in no hash."""
    return any(ADDRESS_COLUMNS & TABLES[name].columns.keys() for name in stage.makes)


def _digest(release: Manifest | None, table: str) -> str | None:
    found = release.tables.get(table) if release else None
    return found.logical_hash if found else None
