"""Work on the tables of a build: what it needs is read, and what the second process made of it before its turn is taken.

Belongs here: which tables are there. Does not belong here: the second process itself (`ahead`), nor Dagster (`defs`).
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from analytics.study import Stage, run_asking
from orchestration.night.ahead import Work
from orchestration.night.build import Build
from orchestration.night.lineage import PARENT_RESULT, table_read


def stage_work(build: Build, stage: Stage) -> Work:
    """What a stage of the study makes; what it makes of an unexpected error is for the step alone to say."""
    return Work(stage.name, stage.needs, partial(run_asking, stage, build.protocol, strict=True))


def taken(build: Build, work: Work) -> Any:
    """What the second process made of the tables that are there now; None where it made nothing."""
    if build.second_process is None:
        return None
    return build.second_process.take(work, _reads(build.identities, work.needs))


def needed_tables(build: Build, needs: Iterable[str]) -> dict[str, pd.DataFrame]:
    """The tables needed, but those that the release before does not have.

    Raises:
        NoBuildError: one of them is not made yet.
    """
    with build.warehouse.held_open():
        build.refuse_missing(map(table_read, needs))
        found = {name: _table(build, name) for name in needs}
    return {name: table for name, table in found.items() if table is not None}


def begin(build: Build, work: Iterable[Work]) -> None:
    """Have the second process begin what can be begun, one after the other."""
    if build.second_process is None:
        return
    there = build.identities
    with build.warehouse.held_open():
        for each in work:
            if _ready(there, each.needs):
                build.second_process.begin(each, _reads(there, each.needs), partial(_table, build))


def begin_stages(build: Build, stages: Iterable[Stage]) -> None:
    """Have it begin those whose tables are made and that are not, the last of the study first.

    The first of them is left to the steps, which come to it next.
    """
    if build.second_process is None:
        return
    there = build.identities
    left = [s for s in stages if not any(f"results.{table}" in there for table in s.makes)]
    ready = [s for s in left if _ready(there, s.needs) and not build.parent_stages.hold(s, there)]
    begin(build, (stage_work(build, stage) for stage in reversed(ready[1:])))


def _ready(there: Mapping[str, str], needs: Iterable[str]) -> bool:
    return all(table_read(need) in there for need in needs)


def _reads(there: Mapping[str, str], needs: Iterable[str]) -> dict[str, str]:
    return {need: there[table_read(need)] for need in needs if table_read(need) in there}


def _table(build: Build, name: str) -> pd.DataFrame | None:
    """A mart or result of this build, or with its prefix of the release before; None where that has none such."""
    if name.startswith(PARENT_RESULT):
        return build.parent_study_table(name.removeprefix(PARENT_RESULT))
    return build.study_table(name)
