"""The build as a Dagster resource, under the key `build`. Holding it holds the home folder's lock: one refresh at a time.

Belongs here: what Dagster adds to a build. Does not belong here: the build itself (`night.build`).
"""

from collections.abc import Iterator
from contextlib import closing
from typing import TypeAlias

import dagster as dg

from orchestration.lock import refresh_lock
from orchestration.night.build import Build
from orchestration.night.inputs import CutInputs
from orchestration.night.recovery import recover
from orchestration.settings import Settings, time_here

SharedBuild: TypeAlias = dg.ResourceParam[Build]
PARTITION = "dagster/partition"


def build_resource(planned: CutInputs | None = None) -> dg.ResourceDefinition:
    """The build of the run's partition.

    Args:
        planned: what the plan found for this data cut, where the run is in the process that planned it under the lock; a run
            launched otherwise takes the lock, and looks at landing when it begins.
    """

    @dg.resource(description="The build of one data cut; holds the lock of the home folder.")
    def _build(context: dg.InitResourceContext) -> Iterator[Build]:
        settings = Settings.from_environment()
        data_cut = context.run.tags.get(PARTITION, "") if context.run else ""
        if planned is not None:
            with closing(Build(settings, data_cut, planned)) as build:
                yield build
            return
        now = time_here()
        with refresh_lock(settings.home, now):
            for line in recover(settings, now, data_cut):
                dg.get_dagster_logger().info(line)
            with closing(Build(settings, data_cut)) as build:
                yield build

    return _build
