"""What an operator does on Dagster's pages: some assets of one data cut, with or without their checks, or what
failed once more.

Here belongs launching, and what became of it in one line. What must come of it stands in the tests.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from homes import environment

from orchestration.dagster_parts.build_resource import PARTITION
from orchestration.dagster_parts.partitions import DATA_CUTS
from orchestration.dagster_parts.run_reasons import innermost_reason
from orchestration.definitions import defs
from orchestration.landing import data_cuts
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest
from orchestration.settings import Settings

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def refresh_job() -> dg.JobDefinition:
    """The job that the pages launch."""
    return defs.resolve_job_def("refresh")


@dataclass(frozen=True)
class Outcome:
    """What became of a run: its id and data cut, whether it ended well, the reason where it did not, the steps it passed
    over and those it did."""

    run_id: str
    cut: str
    success: bool
    reason: str
    skipped: frozenset[str]
    done: frozenset[str]


@dataclass(frozen=True)
class Operator:
    """Somebody before Dagster's pages of one home."""

    home: Path
    instance: dg.DagsterInstance

    def materialise(
        self, cut: str, chosen: Callable[[str], bool] = lambda key: True, *, checks: bool = True
    ) -> Outcome:
        """Launch assets by key (`marts/adsl`) for a data cut; without their checks where they are switched off."""
        job = refresh_job()
        layer = job.asset_layer
        keys = [key for key in layer.executable_asset_keys if chosen(key.to_user_string())]
        subset = job.get_subset(asset_selection=set(keys), asset_check_selection=None if checks else set())
        return self._outcome(
            subset.execute_in_process(
                instance=self.instance, partition_key=cut, run_config=QUIET, raise_on_error=False
            )
        )

    def last_failed(self) -> str | None:
        """Id of the last run that failed."""
        runs = self.instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]), limit=1)
        return runs[0].run_id if runs else None

    def re_execute(self, run_id: str) -> Outcome:
        """Re-execute a run from its failure, as the button of that name does."""
        run = self.instance.get_run_by_id(run_id)
        assert run is not None
        with dg.execute_job(
            dg.reconstructable(refresh_job),
            self.instance,
            QUIET,
            tags={PARTITION: run.tags[PARTITION]},
            reexecution_options=dg.ReexecutionOptions.from_failure(run_id, self.instance),
            raise_on_error=False,
        ) as result:
            return self._outcome(result)

    def _outcome(self, result: dg.ExecuteInProcessResult | dg.JobExecutionResult) -> Outcome:
        events = result.all_events
        reasons = [innermost_reason(event) for event in events if event.is_step_failure]
        skipped = frozenset(event.step_key or "" for event in events if event.is_step_skipped)
        done = frozenset(event.step_key or "" for event in events if event.is_step_success)
        run = self.instance.get_run_by_id(result.run_id)
        assert run is not None
        return Outcome(
            result.run_id, run.tags[PARTITION], result.success, reasons[0] if reasons else "", skipped, done
        )

    def released(self) -> list[Manifest]:
        """The releases there are, oldest first."""
        return ReleaseIndex(self.home / "releases").manifests()


@contextmanager
def operator(home: Path) -> Iterator[Operator]:
    """An operator of a home, whose data cuts are partitions; what runs there were is kept beside its releases."""
    runs = home / "runs"
    runs.mkdir(exist_ok=True)
    with environment(home), dg.DagsterInstance.local_temp(str(runs)) as instance:
        instance.add_dynamic_partitions(DATA_CUTS.name, list(data_cuts(Settings.from_environment())))
        yield Operator(home, instance)
