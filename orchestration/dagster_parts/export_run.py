"""The run that harmonises a PRO-ACT export, inside the run of a data cut that needs it.

Belongs here: starting it. Does not belong here: its steps (`defs`), nor when it is needed (`night.build`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID, uuid5

import dagster as dg

from orchestration.dagster_parts.build_resource import export_resource
from orchestration.dagster_parts.partitions import add_export
from orchestration.dagster_parts.run_reasons import first_failure, was_interrupted
from orchestration.interruption import StoppedError
from orchestration.night.inputs import ExportInputs

JOB = "harmonise"
SEALED = dg.AssetKey(["store", "proact_export"])
WITHIN = "vigil/within_run"
"""Tag of such a run: the run that needed it, which tells of its failure."""
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def export_run_id(run_id: str) -> str:
    """Of the run inside a run."""
    return str(uuid5(UUID(run_id), JOB))


@dataclass(frozen=True)
class Harmonise:
    """Makes everything that rests on a PRO-ACT export alone.

    Attributes:
        job: finds the job that does it; asked when it is needed, since the definitions that hold the job hold this too.
    """

    job: Callable[[], dg.JobDefinition]

    def __call__(self, instance: dg.DagsterInstance, run_id: str, inputs: ExportInputs) -> None:
        """Run the job in this process.

        Args:
            instance: where the run is recorded, under the export's partition.
            run_id: of the run that needs it, and holds the lock.
            inputs: the export, as the data cut that needs it is pinned to it.

        Raises:
            dg.Failure: a step failed; its reason is the first failure.
            StoppedError: a signal came.
        """
        export = inputs.proact.delivery.release
        add_export(instance, export)
        result = self.job().execute_in_process(
            run_config=QUIET,
            instance=instance,
            partition_key=export,
            run_id=export_run_id(run_id),
            tags={WITHIN: run_id},
            resources={"export": export_resource(inputs)},
            raise_on_error=False,
        )
        if was_interrupted(result.all_events):
            raise StoppedError
        if not result.success:
            reason = first_failure(result.all_events) or "it did not finish; see it in the Dagster UI"
            raise dg.Failure(reason, allow_retries=False)


SharedHarmonise: TypeAlias = dg.ResourceParam[Harmonise]
