"""Work on the tables of a build: what it needs is read, and what the second process made of it before its turn is taken.

Belongs here: which tables are there, or will be. Does not belong here: the second process itself (`ahead`), nor Dagster
(`defs`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from analytics.catalogue import TABLES
from analytics.stages.part import Part
from analytics.study import STAGES, Stage, StageRun, run_asking, run_part
from orchestration.night.ahead import Work
from orchestration.night.build import Build
from orchestration.night.dispute import OPINION, in_dispute
from orchestration.night.dispute import TABLE as OPINION_TABLE
from orchestration.night.lineage import PARENT_RESULT, expected_identities, table_read

UNDISPUTED = "nothing is in dispute"


def _resting_on_opinion() -> frozenset[str]:
    """Results, but itself, that the second opinion may take something from, at first or second hand."""
    found = {OPINION}
    for stage in STAGES:
        if found & set(stage.needs):
            found |= set(stage.makes)
    return frozenset(found - {OPINION})


RESTS_ON_OPINION = _resting_on_opinion()


def stage_run(build: Build, stage: Stage) -> StageRun:
    """What a stage makes: as far as the second process has not made it, here.

    Raises:
        NoBuildError: a table that it needs is not made yet.
    """
    works = {work.name: work for work in stage_work(build, stage)}
    made = taken(build, works[stage.name]) if stage.name in works else None
    if made is not None:
        return made
    return run_asking(
        stage,
        build.protocol,
        needed_tables(build, stage.needs),
        ahead=lambda part: taken(build, works[_name(stage, part)]),
    )


def stage_work(build: Build, stage: Stage) -> list[Work]:
    """What of a stage the second process can make: all of it at once, or the last of its parts first.

    What is made of an unexpected error is for the step alone to say.
    """
    if not stage.parts:
        function = partial(run_asking, stage, build.protocol, strict=True)
        return [Work(stage.name, stage.needs, function, stage.makes)]
    return [
        Work(_name(stage, part), part.needs, partial(run_part, part, build.protocol))
        for part in reversed(stage.parts)
    ]


def _name(stage: Stage, part: Part) -> str:
    return f"{stage.name}: {part.name}"


def taken(build: Build, work: Work) -> Any:
    """What the second process made of the tables that are there now; None where it made nothing."""
    if build.second_process is None:
        return None
    there = build.identities
    return build.second_process.take(work, _identities(there, work.needs, _undisputed(build, there)))


def needed_tables(build: Build, needs: Iterable[str]) -> dict[str, pd.DataFrame]:
    """The tables needed, but those that the release before does not have.

    Raises:
        NoBuildError: one of them is not made yet.
    """
    with build.warehouse.held_open():
        build.refuse_missing(map(table_read, needs))
        found = {name: _table(build, name) for name in needs}
    return {name: table for name, table in found.items() if table is not None}


def begin(build: Build, work: Iterable[Work], expected: Mapping[str, str] | None = None) -> None:
    """Have the second process begin what can be begun, one after the other.

    Args:
        build: under way.
        work: what to begin, in this order.
        expected: identities of tables, also of those that are not made yet; without, of what is there.
    """
    if build.second_process is None:
        return
    there = build.identities
    undisputed = _undisputed(build, there)
    with build.warehouse.held_open():
        for each in work:
            known = _identities(expected or there, (*each.needs, *each.makes), undisputed)
            if all(_at_hand(build, there, known, need) for need in each.needs):
                build.second_process.begin(each, known, partial(_given, build, known))


def begin_stages(build: Build, stages: Sequence[Stage], *, next_is_stage: bool = True) -> None:
    """Have it begin those that are not made: first what others wait for, then the last of the study first.

    The tables that they read are there or are made by it before them. That nothing will be in dispute is taken for granted
    until the second opinion is there; where something is, what was begun is made anew.

    Args:
        build: under way.
        stages: of this run, in the order of the study.
        next_is_stage: whether the step that comes next is the first of those that are not made; it is left to the steps.
    """
    if build.second_process is None:
        return
    there = build.identities
    left = [s for s in stages if not any(f"results.{table}" in there for table in s.makes)]
    taken_over = _taken_over(build, left, there)
    mine = [s for s in left[next_is_stage:] if s not in taken_over and OPINION not in s.makes]
    waited_for = {need for stage in mine for need in stage.needs}
    first = [s for s in mine if waited_for & set(s.makes)]
    last = [s for s in reversed(mine) if s not in first]
    begin(
        build,
        (work for stage in (*first, *last) for work in stage_work(build, stage)),
        expected_identities(build.lineage, there),
    )


def _taken_over(build: Build, stages: Iterable[Stage], there: Mapping[str, str]) -> list[Stage]:
    """Stages whose tables are those of the parent release, as far as can be said by now."""
    same = set() if OPINION_TABLE in there else {OPINION_TABLE}
    found = []
    for stage in stages:
        if build.parent_stages.hold(stage, there, same):
            found.append(stage)
            same |= {f"results.{table}" for table in stage.makes}
    return found


def _undisputed(build: Build, there: Collection[str]) -> bool:
    return OPINION_TABLE not in there or not in_dispute(build.warehouse)


def _identities(identities: Mapping[str, str], names: Collection[str], undisputed: bool) -> dict[str, str]:
    """Identities by name, as far as there are any; of what rests on the second opinion with what is known of it."""
    found = {name: identities[table_read(name)] for name in names if table_read(name) in identities}
    if undisputed:
        found |= {name: f"{found[name]}, {UNDISPUTED}" for name in RESTS_ON_OPINION & found.keys()}
        if OPINION in names:
            found[OPINION] = UNDISPUTED
    return found


def _at_hand(build: Build, there: Collection[str], known: Mapping[str, str], need: str) -> bool:
    if table_read(need) in there or known.get(need) == UNDISPUTED:
        return True
    assert build.second_process is not None
    return need in known and build.second_process.has(need, known[need])


def _given(build: Build, known: Mapping[str, str], name: str) -> pd.DataFrame | None:
    return TABLES[name].frame() if known[name] == UNDISPUTED else _table(build, name)


def _table(build: Build, name: str) -> pd.DataFrame | None:
    """A mart or result of this build, or with its prefix of the release before; None where that has none such."""
    if name.startswith(PARENT_RESULT):
        return build.parent_study_table(name.removeprefix(PARENT_RESULT))
    return build.study_table(name)
