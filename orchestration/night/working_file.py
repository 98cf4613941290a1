"""The working file as the steps of a run share it: what is put there is stamped with what it is made of.

Belongs here: tables, their identities, and the refusal to read one that is not made. Does not belong here: what a run is of
(`build` of a data cut, `export_build` of a PRO-ACT export).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from functools import cached_property

import pandas as pd

from analytics.catalogue.declarations import TableDeclaration
from orchestration.night.build_run import ExportRun
from orchestration.night.fingerprint import code_hash, code_on_disk, lock_hash
from orchestration.night.lineage import Lineage, identities_of
from orchestration.settings import Settings
from orchestration.warehouse import KeptOpen


class ChangedCodeError(RuntimeError):
    """The sources are not those any more that the build began with; the message says what to run, in one line."""


class NoBuildError(RuntimeError):
    """The working file holds no build that this partition could go on with; the message says what to run, in one line."""


class WorkingFile(ABC):
    """What the steps of a run share; it is made anew by each, and never resumed in place."""

    def __init__(self, settings: Settings) -> None:
        """Of a home folder."""
        self.settings = settings
        self._file = KeptOpen(settings.build_file, settings.duckdb)

    @property
    @abstractmethod
    def subject(self) -> str:
        """What is made, in words."""

    @property
    @abstractmethod
    def way_out(self) -> str:
        """What to run where it is not there as it should be."""

    @cached_property
    @abstractmethod
    def run(self) -> ExportRun:
        """What was pinned when it began.

        Raises:
            NoBuildError: it has not begun, or began with other code.
        """

    @cached_property
    @abstractmethod
    def lineage(self) -> Lineage:
        """Of what the tables are made that are not dbt's."""

    def close(self) -> None:
        """Let go of what is open."""
        self._file.let_go()

    @property
    def warehouse(self) -> KeptOpen:
        """The working file.

        Raises:
            NoBuildError: it does not hold what this run is of.
        """
        _ = self.run
        return self._file

    @property
    def identities(self) -> dict[str, str]:
        """Table → identity, of what is made by now."""
        return self.warehouse.stamps()

    def refuse_other_code(self, run: ExportRun) -> None:
        """Refuse to go on with what other code began.

        Raises:
            NoBuildError: it did.
        """
        if (run.code_hash, run.lock_hash) != (code_hash(), lock_hash()):
            raise NoBuildError(f"the code changed since the build of {self.subject} began: {self.way_out}")

    def refuse_changed_code(self) -> None:
        """Refuse sources that are not those the build began with any more: a release says by which code it was made.

        Raises:
            ChangedCodeError: a source was changed, added or removed since, also one that dbt reads.
        """
        if code_on_disk() != self.run.code_hash:
            raise ChangedCodeError(
                f"the code changed while the build of {self.subject} ran: run {self.command} again"
            )

    @property
    @abstractmethod
    def command(self) -> str:
        """What makes it from nothing."""

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
        found = identities_of(made, known)
        return {name: found[name] for name in made}

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
                f"{missing[0]}{more} not made yet in the build of {self.subject}: materialise what comes before, "
                f"or run {self.command}"
            )
        return made
