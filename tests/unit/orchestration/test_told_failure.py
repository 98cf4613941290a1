"""What an operator reads first of a failed run on Dagster's pages: the reason and the way out, and where the report lies."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration import disk
from orchestration.dagster_parts.instance import prepare_instance
from orchestration.dagster_parts.told_failure import REASON, REPORT, without_failure
from orchestration.defs.automation import report_failure
from orchestration.memory import way_out
from orchestration.settings import Settings

LINE = "not published: marts.adsl: it does not hold; correct it and refresh again"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home folder of its own, which this process works on."""
    for name in ("DAGSTER_HOME", "NUMBA_CACHE_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("VIGIL_HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(prepare_instance(Settings.from_environment())))
    return tmp_path


def failed(instance: dg.DagsterInstance, error: Exception) -> dg.ExecuteInProcessResult:
    """A run of one step that an error ends."""

    @dg.op
    def step() -> None:
        raise error

    job = dg.GraphDefinition("night", node_defs=[step]).to_job()
    return job.execute_in_process(
        instance=instance, tags={"dagster/partition": "2026-03-31"}, raise_on_error=False
    )


def lines(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """What the log of a run says of its failure."""
    entries = instance.all_logs(run_id)
    return [e.message for e in entries if e.dagster_event and e.dagster_event.is_failure]


@pytest.mark.parametrize("error", [RuntimeError(LINE), dg.Failure(LINE)])
def test_the_line_of_a_failure_is_its_reason_and_the_error_stays_beneath(
    home: Path, error: Exception
) -> None:
    with dg.DagsterInstance.get() as instance:
        run_id = failed(instance, error).run_id
        assert lines(instance, run_id) == [LINE, LINE]
        (of_run,) = [
            e.dagster_event for e in instance.all_logs(run_id)
            if e.dagster_event and e.dagster_event.event_type_value == "PIPELINE_FAILURE"
        ]  # fmt: skip
        assert of_run.job_failure_data.error is not None


def test_the_daemon_lists_a_failed_run_with_its_reason_and_its_report(home: Path) -> None:
    with dg.DagsterInstance.get() as instance:
        result = failed(instance, RuntimeError(LINE))
        (event,) = [e for e in result.all_events if e.event_type_value == "PIPELINE_FAILURE"]
        report_failure(
            dg.build_run_status_sensor_context(
                "failed_refresh", event, instance, result.dagster_run
            ).for_run_failure()
        )
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        report = home / "build" / "failures" / f"2026-03-31-{result.run_id[:8]}.md"
        assert LINE in report.read_text().splitlines()
        assert (run.tags[REASON], run.tags[REPORT]) == (LINE, str(report))
        assert instance.all_logs(result.run_id)[-1].message == f"{LINE}\nThe failure report: {report}"
        # Made once more, a run has not failed yet.
        again = instance.create_run_for_job(
            dg.GraphDefinition("night", node_defs=[]).to_job(), tags=dict(run.tags)
        )
        kept = instance.get_run_by_id(again.run_id)
        assert kept is not None
        assert kept.tags.keys() & {REASON, REPORT, "dagster/partition"} == {"dagster/partition"}
        assert without_failure(kept) is kept


def test_memory_that_was_not_enough_has_its_way_out_once(home: Path) -> None:
    reason = "Out of Memory Error: could not allocate"
    with dg.DagsterInstance.get() as instance:
        told = lines(instance, failed(instance, MemoryError(reason)).run_id)
        way = way_out(Settings.from_environment().memory)
        assert told == [f"{told[0].split(';')[0]}; {way}"] * 2
        run_id = failed(instance, RuntimeError(f"{reason}; {way}")).run_id
        assert [line.count(way) for line in lines(instance, run_id)] == [1, 1]


@pytest.mark.parametrize("free", [0, 2**30])
def test_a_full_disk_has_its_way_out(home: Path, monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(disk, "_free", lambda _: (free, 10**6))
    error = OSError("[Errno 28] No space left on device") if free else RuntimeError("IO Error: a defect")
    with dg.DagsterInstance.get() as instance:
        told = lines(instance, failed(instance, error).run_id)
    line = f"disk full: {free // 2**20} MB free under {home}; make room and refresh; the last release stays current"
    assert told == [line, line]


def test_settings_that_are_wrong_are_the_reason(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with dg.DagsterInstance.get() as instance:
        monkeypatch.setenv("VIGIL_MEMORY", "none")
        told = "VIGIL_MEMORY is 'none'; give GiB above 0, or unset it"
        assert lines(instance, failed(instance, ValueError(told)).run_id) == [told, told]
