"""The builds of a data cut and of a PRO-ACT export as Dagster resources, under the keys `build` and `export`.

Holding one holds the home folder's lock: one refresh at a time. Belongs here: what Dagster adds to a build. Does not belong
here: the builds themselves (`night.build`, `night.export_build`).
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TypeAlias

import dagster as dg

from orchestration.dagster_parts.unfinished_runs import fail_unfinished_runs
from orchestration.interruption import end_at_once, left
from orchestration.lock import refresh_lock
from orchestration.memory import way_out
from orchestration.night.build import Build
from orchestration.night.export_build import ExportBuild
from orchestration.night.inputs import CutInputs, ExportInputs
from orchestration.night.memory_watch import MemoryWatch
from orchestration.night.recovery import recover
from orchestration.settings import Settings, time_here

SharedBuild: TypeAlias = dg.ResourceParam[Build]
SharedExport: TypeAlias = dg.ResourceParam[ExportBuild]
PARTITION = "dagster/partition"


def build_resource(planned: CutInputs | None = None) -> dg.ResourceDefinition:
    """The build of the run's partition.

    Args:
        planned: what the plan found for this data cut, where the run is in the process that planned it under the lock; a run
            launched otherwise takes the lock, and looks at landing when it begins.
    """

    @dg.resource(description="The build of one data cut; holds the lock of the home folder.")
    def _build(context: dg.InitResourceContext) -> Iterator[Build]:
        settings, data_cut = Settings.from_environment(), _partition(context)
        if planned is not None:
            with (
                closing(Build(settings, data_cut, planned)) as build,
                _watched(context, settings, build.spare_second_process),
            ):
                yield build
            return
        with (
            _locked(settings, data_cut),
            closing(Build(settings, data_cut)) as build,
            _watched(context, settings, build.spare_second_process),
        ):
            yield build

    return _build


def export_resource(planned: ExportInputs | None = None) -> dg.ResourceDefinition:
    """The build of the run's PRO-ACT export.

    Args:
        planned: what was found of it, where the run is in the process that found it under the lock.
    """

    @dg.resource(description="What is made of one PRO-ACT export; holds the lock of the home folder.")
    def _export(context: dg.InitResourceContext) -> Iterator[ExportBuild]:
        settings, export = Settings.from_environment(), _partition(context)
        if planned is not None:
            with closing(ExportBuild(settings, export, planned)) as build:
                yield build
            return
        with _locked(settings), closing(ExportBuild(settings, export)) as build, _watched(context, settings):
            yield build

    return _export


def _partition(context: dg.InitResourceContext) -> str:
    return context.run.tags.get(PARTITION, "") if context.run else ""


@contextmanager
def _watched(
    context: dg.InitResourceContext, settings: Settings, spare: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """The run is ended, and says why, before it takes more memory than it may."""

    def end() -> None:
        reason = f"memory: {way_out(settings.memory)}; {left()}"
        instance = context.instance
        assert instance is not None
        end_at_once(f"vigil: {reason}", 1, lambda: fail_unfinished_runs(instance, reason))

    with closing(MemoryWatch(settings.memory, spare=spare, end=end)):
        yield


@contextmanager
def _locked(settings: Settings, data_cut: str | None = None) -> Iterator[None]:
    """The lock, and what processes that died left made good."""
    now = time_here()
    with refresh_lock(settings.home, now):
        for line in recover(settings, now, data_cut):
            dg.get_dagster_logger().info(line)
        yield
