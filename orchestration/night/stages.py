"""The stages of the study on a build: the tables that one needs, and what the second process does of them.

Belongs here: reading for a stage. Does not belong here: the second process itself (`ahead`), nor Dagster (`defs.analysis`).
"""

from collections.abc import Iterable

import pandas as pd

from analytics.study import Stage
from orchestration.night.ahead import Made
from orchestration.night.build import Build
from orchestration.night.lineage import PARENT_RESULT, table_read


def needed_tables(build: Build, stage: Stage) -> dict[str, pd.DataFrame]:
    """The tables a stage needs, but those that the release before does not have.

    Raises:
        NoBuildError: one of them is not made yet.
    """
    with build.warehouse.held_open():
        build.refuse_missing(map(table_read, stage.needs))
        found = {name: _table(build, name) for name in stage.needs}
    return {name: frame for name, frame in found.items() if frame is not None}


def made_ahead(build: Build, stage: Stage) -> Made | None:
    """What the second process made of a stage, if it did, of the tables that are there now."""
    return build.second_process.take(stage, _reads(build.identities, stage)) if build.second_process else None


def begin_ahead(build: Build, stages: Iterable[Stage]) -> None:
    """Have the second process begin stages whose tables are made, the last of the study first.

    The first of them is left to the steps, which come to it next.

    Args:
        build: in which one was just made.
        stages: those of the run.
    """
    if build.second_process is None:
        return
    there = build.identities
    ready = [stage for stage in stages if _ready(stage, there)]
    with build.warehouse.held_open():
        for stage in reversed(ready[1:]):
            build.second_process.begin(
                stage, build.protocol, _reads(there, stage), lambda name: _table(build, name)
            )


def _ready(stage: Stage, there: dict[str, str]) -> bool:
    made = any(f"results.{table}" in there for table in stage.makes)
    return not made and all(table_read(need) in there for need in stage.needs)


def _reads(there: dict[str, str], stage: Stage) -> dict[str, str]:
    return {need: there[table_read(need)] for need in stage.needs if table_read(need) in there}


def _table(build: Build, name: str) -> pd.DataFrame | None:
    if name.startswith(PARENT_RESULT):
        return build.parent_table(f"results.{name.removeprefix(PARENT_RESULT)}")
    return build.study_table(name)
