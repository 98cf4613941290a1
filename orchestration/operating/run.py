"""One run, from the current release to the table of the last run; one that was stopped is gone on with.

It reads a release, which is immutable, and takes no lock; the next refresh takes the table over. A first look, of fewer
replicates, takes the place of no fuller run. Does not belong here: lines for people (`commands.operating_characteristics`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analytics.catalogue import TABLES
from analytics.operating_characteristics.method import Found
from analytics.operating_characteristics.patients import READS, NothingToTryError, patients_of
from analytics.operating_characteristics.replicates import (
    SCENARIOS,
    Chunk,
    Replicates,
    Scenario,
    asked,
    chunks,
)
from analytics.operating_characteristics.summary import Run, nothing_tried, table
from analytics.protocol import Protocol, parse_canonical
from orchestration.night.fingerprint import lock_hash, sources_hash
from orchestration.night.lineage import digest
from orchestration.night.operating_run import OperatingRun, keep_run, last_run
from orchestration.operating.chunks import Chunks
from orchestration.operating.workers import computed
from orchestration.releases.analysts import open_hardened
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest, read_manifest
from orchestration.settings import DATABASE, Settings
from orchestration.warehouse import scalar

Tell = Callable[[Scenario, int, int], None]
"""Called with a scenario, how many of its replicates are done, and how many there are to be."""


class NoReleaseError(LookupError):
    """There is no release to work on; the message says what to run, in one line."""


@dataclass(frozen=True)
class Given:
    """What a run is made of.

    Attributes:
        protocol: of the release.
        tables: its results that replicates are made of.
        origin: hash of all that a replicate is made from.
        run: of this run.
    """

    protocol: Protocol
    tables: Mapping[str, pd.DataFrame]
    origin: str
    run: Run


@dataclass(frozen=True)
class Ended:
    """What a run came to.

    Attributes:
        made: its table.
        kept: what the next refresh takes over; another one where that has more replicates, or is of a newer release.
    """

    made: OperatingRun
    kept: OperatingRun


def operating_run(settings: Settings, tell: Tell, replicates: int | None = None) -> Ended:
    """Make what is not made yet, and put the table in the place of the last one unless that says more.

    Args:
        settings: the home folder, and how many processes.
        tell: hears how far it is.
        replicates: of each scenario, instead of as many as it asks for.

    Raises:
        NoReleaseError: no release is current.
    """
    given = _given(settings, replicates)
    made = last = last_run(settings)
    kept = Chunks(settings.operating_characteristics, given.origin)
    kept.clear_others()
    if made.run != given.run.run:
        made = OperatingRun.of(_table(settings, given, kept, tell, replicates))
        # Read again: another run may have ended meanwhile, and another release become current.
        last = last_run(settings)
        current = _given(settings, replicates).origin
        if _replaces(made, last, given.origin, current, is_first_look(replicates)):
            last = made
            keep_run(settings, made)
    if not is_first_look(replicates):
        kept.clear(chunks(replicates))
    return Ended(made, last)


def is_first_look(replicates: int | None) -> bool:
    """Whether a run has fewer replicates of a scenario than it asks for; its chunks are left to a full one."""
    return any(number < scenario.replicates for scenario, number in asked(replicates).items())


def _replaces(made: OperatingRun, last: OperatingRun, origin: str, current: str, first_look: bool) -> bool:
    """A table of fewer replicates does so only as a full run on what the last one was not made from; one on a release that
    is current no more does not where the last one was made on the one that is.
    """
    now, then = _replicates_in(made), _replicates_in(last)
    if origin != current and last.run == _run_hash(current, then):
        return False
    if all(now[scenario] >= then[scenario] for scenario in SCENARIOS):
        return True
    return not first_look and last.run != _run_hash(origin, then)


def _replicates_in(run: OperatingRun) -> dict[Scenario, int]:
    table = run.table().dropna(subset=["effect", "replicates"])
    rows = zip(table["kind"], table["effect"], table["replicates"], strict=True)
    of = {(kind, effect): int(number) for kind, effect, number in rows}
    return {scenario: of.get((scenario.kind, scenario.hazard_ratio), 0) for scenario in SCENARIOS}


def _table(
    settings: Settings, given: Given, kept: Chunks, tell: Tell, replicates: int | None
) -> pd.DataFrame:
    try:
        patients = patients_of(given.protocol, given.tables)
    except NothingToTryError as error:
        n_treated = int((given.tables["analysis_set"]["treated"] == 1).sum())
        run = replace(given.run, run=_run_hash(given.origin, dict.fromkeys(SCENARIOS, 0)))
        return nothing_tried(str(error), run, n_treated)
    drawn = Replicates(patients)
    found = _all(drawn, list(chunks(replicates)), kept, settings.threads, tell)
    return table(drawn, found, given.run)


def _all(
    drawn: Replicates, wanted: list[Chunk], kept: Chunks, processes: int, tell: Tell
) -> dict[Scenario, list[Found]]:
    """Every replicate by scenario, in the order of their numbers, whoever made it when."""
    made = {chunk: found for chunk in wanted if (found := kept.kept(chunk)) is not None}
    for scenario in SCENARIOS:
        tell(scenario, _done(scenario, made), _done(scenario, wanted))
    todo = [chunk for chunk in wanted if chunk not in made]
    for chunk, found in computed(drawn, todo, processes):
        kept.keep(chunk, found)
        made[chunk] = found
        tell(chunk.scenario, _done(chunk.scenario, made), _done(chunk.scenario, wanted))
    return {
        scenario: [each for chunk in wanted if chunk.scenario == scenario for each in made[chunk]]
        for scenario in SCENARIOS
    }


def _done(scenario: Scenario, some: Mapping[Chunk, list[Found]] | list[Chunk]) -> int:
    return sum(chunk.last - chunk.first + 1 for chunk in some if chunk.scenario == scenario)


def _given(settings: Settings, replicates: int | None) -> Given:
    folder = ReleaseIndex(settings.releases).current()
    if folder is None:
        raise NoReleaseError("no release is current, so there are no patients to work on: run vigil refresh")
    released = read_manifest(folder)
    with open_hardened(folder / DATABASE) as connection:
        protocol = parse_canonical(scalar(connection, "select canonical from release.protocol"))
        tables = {name: TABLES[name].of_then(connection.sql(f"from results.{name}").df()) for name in READS}
    origin = _origin(released)
    run_hash = _run_hash(origin, asked(replicates))
    run = Run(run_hash, released.data_cut, released.proact_release, released.protocol["hash"])
    return Given(protocol, tables, origin, run)


def _run_hash(origin: str, replicates: Mapping[Scenario, int]) -> str:
    return digest(origin, *(f"{scenario.name} {number}" for scenario, number in replicates.items()))


def _origin(released: Manifest) -> str:
    """Tables, protocol, code and libraries; of the release alone what is shown of it, the cut and the export."""
    tables = (f"{name} {released.tables[f'results.{name}'].logical_hash}" for name in READS)
    about = (released.data_cut, released.proact_release, released.protocol["hash"])
    return digest(sources_hash("analytics"), lock_hash(), *about, *tables)
