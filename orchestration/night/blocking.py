"""Checks that block, and the tables they ran on: a result counts for those very tables and for no others.

Belongs here: what a blocking check is, that it ran, and the refusal of a build that lacks one. Does not belong here: what
checks found (`quality`), nor which there are, which dbt's manifest, the suites and the guards say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.night.check_words import shown_name
from orchestration.night.lineage import Made, digest, read_by
from orchestration.night.quality import FailedChecksError, refuse_failed_checks
from orchestration.night.working_file import WorkingFile

TABLE = "build.checked"


@dataclass(frozen=True)
class BlockingCheck:
    """A check without which nothing is published.

    Attributes:
        engine: what runs it: dbt, gx or vigil.
        name: unique within its engine.
        reads: `schema.table` of what it looks at.
        shown: what Dagster calls it, where that is another name.
    """

    engine: str
    name: str
    reads: tuple[str, ...]
    shown: str = ""

    def identity(self, identities: Mapping[str, str]) -> str | None:
        """Of the check on the tables as they are; None where one of them is not there."""
        if not set(self.reads) <= identities.keys():
            return None
        return Made(digest(self.engine, self.name), self.reads).identity(identities)


def dbt_checks(manifest: Mapping[str, Any], ran: Iterable[str] | None = None) -> list[BlockingCheck]:
    """Tests of severity error of the dbt project, by its `manifest.json`; all, or those whose unique ids are given."""
    chosen = None if ran is None else set(ran)
    return [
        BlockingCheck("dbt", node["name"], read_by(node, manifest), shown_name(node))
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "test"
        and node["config"]["severity"].lower() == "error"
        and (chosen is None or unique_id in chosen)
    ]


def record_ran(build: WorkingFile, checks: Iterable[BlockingCheck]) -> None:
    """Remember that checks ran on the tables as they are now; one whose table is not there has not run on it."""
    identities = build.identities
    ran = [[check.engine, check.name, check.identity(identities)] for check in checks]
    with build.warehouse.write() as connection:
        connection.execute(
            f"create table if not exists {TABLE}"
            " (engine varchar, check_name varchar, identity varchar, primary key (engine, check_name))"
        )
        if ran:
            connection.executemany(f"insert or replace into {TABLE} values (?, ?, ?)", ran)


def refuse_unchecked(build: WorkingFile, blocking: Sequence[BlockingCheck]) -> None:
    """Stop unless every blocking check ran on the tables as they are now, and none failed.

    Raises:
        FailedChecksError: one did not run, or failed; the message names it and says what to run.
    """
    refuse_failed_checks(build)
    identities, ran = build.identities, _ran(build)
    missing = [
        c for c in blocking if (i := c.identity(identities)) is None or ran.get((c.engine, c.name)) != i
    ]
    if missing or not blocking:
        first = "".join(
            f"; first {check.shown or check.name} of {next(iter(check.reads), 'dbt')}"
            for check in missing[:1]
        )
        raise FailedChecksError(
            f"not published: {len(missing)} of {len(blocking)} blocking checks did not run on the tables of this build"
            f"{first}: run them, then what comes after, or {build.command}"
        )


def _ran(build: WorkingFile) -> dict[tuple[str, str], str]:
    if not build.warehouse.has(TABLE):
        return {}
    with build.warehouse.read() as connection:
        rows = connection.sql(f"select engine, check_name, identity from {TABLE}").fetchall()
    return {(engine, name): identity for engine, name, identity in rows}
