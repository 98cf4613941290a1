"""What the schedule asks for, what it says where it asks for nothing, and what becomes of a night whose process died.

Nights that were missed (F33) leave data cuts without a release, which it asks for.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from orchestration.dagster_parts.build_resource import PARTITION
from orchestration.dagster_parts.unfinished_runs import DIED, QUIET_SECONDS
from orchestration.defs import automation
from orchestration.lock import refresh_lock
from orchestration.night.plan import RefreshPlan

TONIGHT, TOMORROW = datetime(2026, 7, 1, 2, tzinfo=UTC), datetime(2026, 7, 2, 2, tzinfo=UTC)
BY_SCHEDULE = {"dagster/schedule_name": "nightly", PARTITION: "2026-06-30", automation.FINGERPRINT: "f2"}


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("VIGIL_HOME", str(tmp_path))
    monkeypatch.setattr(automation, "time", SimpleNamespace(time=lambda: 1e12))
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


def planned(
    monkeypatch: pytest.MonkeyPatch, *cuts: tuple[str, str], known=("2026-06-30",), set_aside=()
) -> None:
    found = [SimpleNamespace(data_cut=cut, inputs=SimpleNamespace(fingerprint=of)) for cut, of in cuts]
    plan = RefreshPlan(tuple(found), tuple(set_aside), tuple(known))
    monkeypatch.setattr(automation, "refresh_plan", lambda *_: plan)


def asked(instance: dg.DagsterInstance, at: datetime = TONIGHT) -> list[dg.RunRequest] | dg.SkipReason:
    return automation.nightly(dg.build_schedule_context(instance, at))


def run(
    instance: dg.DagsterInstance, status: dg.DagsterRunStatus, job="refresh", **tags: str
) -> dg.DagsterRun:
    location = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("here"), "__repository__")
    return instance.add_run(
        dg.DagsterRun(
            job_name=job,
            run_id=f"run {len(instance.get_runs())}",
            status=status,
            tags=tags,
            remote_job_origin=RemoteJobOrigin(location, job),
        )
    )


def ended(instance: dg.DagsterInstance) -> dg.SensorResult | dg.SkipReason:
    return automation.end_dead_runs(dg.build_sensor_context(instance))


def test_every_data_cut_that_is_to_be_made_is_asked_for_oldest_first(instance, monkeypatch):
    planned(monkeypatch, ("2026-03-31", "f1"), ("2026-06-30", "f2"))
    requests = asked(instance)
    assert [r.partition_key for r in requests] == ["2026-03-31", "2026-06-30"]
    assert automation.DATA_CUTS.get_partition_keys(dynamic_partitions_store=instance) == [
        "2026-03-31",
        "2026-06-30",
    ]


def test_what_failed_tonight_is_asked_for_again_tomorrow_and_a_tick_that_is_repeated_asks_once(
    instance, monkeypatch
):
    planned(monkeypatch, ("2026-06-30", "f2"))
    (tonight,), (again,), (tomorrow,) = (asked(instance, at) for at in (TONIGHT, TONIGHT, TOMORROW))
    assert tonight.run_key == again.run_key != tomorrow.run_key


@pytest.mark.parametrize("status", automation.WAITING)
def test_what_waits_or_works_is_not_asked_for_twice(instance, monkeypatch, status):
    run(instance, status, **BY_SCHEDULE)
    planned(monkeypatch, ("2026-06-30", "f2"), set_aside=["REGISTRY '2026-09-30': holds no data file yet"])
    skipped = asked(instance, TOMORROW)
    assert skipped.skip_message == (
        "a run of 2026-06-30 waits or works already; not picked up: REGISTRY '2026-09-30': holds no data file yet"
    )
    planned(monkeypatch, ("2026-06-30", "f3"))
    assert len(asked(instance, TOMORROW)) == 1


@pytest.mark.parametrize(
    "status", [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.CANCELED]
)
def test_a_run_that_ended_stands_in_no_nights_way(instance, monkeypatch, status):
    run(instance, status, **BY_SCHEDULE)
    planned(monkeypatch, ("2026-06-30", "f2"))
    assert len(asked(instance, TOMORROW)) == 1


def test_with_nothing_to_do_it_says_why_and_what_was_not_picked_up(instance, monkeypatch):
    planned(monkeypatch, set_aside=["PROACT 'x': not a complete zip yet", "REGISTRY 'y': rename it"])
    assert asked(instance).skip_message == (
        "2026-06-30 is released with these inputs, this protocol and this code; "
        "not picked up: PROACT 'x': not a complete zip yet; not picked up: REGISTRY 'y': rename it"
    )
    planned(monkeypatch, known=())
    assert asked(instance).skip_message == "no complete registry delivery in landing/registry/"


def test_a_dead_night_is_failed_and_made_once_more_but_not_for_ever(instance):
    night = run(instance, dg.DagsterRunStatus.STARTED, **BY_SCHEDULE)
    (again,) = ended(instance).run_requests
    assert instance.get_run_by_id(night.run_id).status == dg.DagsterRunStatus.FAILURE
    assert DIED in str([e.message for e in instance.all_logs(night.run_id)])
    assert (again.partition_key, again.tags[automation.FINGERPRINT]) == ("2026-06-30", "f2")
    run(instance, dg.DagsterRunStatus.STARTED, **BY_SCHEDULE, **{automation.AGAIN: night.run_id})
    assert ended(instance).run_requests == []
    assert ended(instance).skip_message == "no run is dead"


def test_a_dead_run_that_somebody_launched_is_failed_and_left_to_them(instance):
    of_somebody = run(instance, dg.DagsterRunStatus.STARTED, **{PARTITION: "2026-06-30"})
    assert ended(instance).run_requests == []
    assert instance.get_run_by_id(of_somebody.run_id).status == dg.DagsterRunStatus.FAILURE


def test_whoever_holds_the_lock_is_alive(instance, tmp_path):
    run(instance, dg.DagsterRunStatus.STARTED, **BY_SCHEDULE)
    with refresh_lock(tmp_path, "now"):
        assert ended(instance).skip_message == "no run is dead"
    assert len(ended(instance).run_requests) == 1


def test_a_run_that_was_just_heard_of_is_about_to_take_the_lock(instance, monkeypatch):
    night = run(instance, dg.DagsterRunStatus.STARTED, **BY_SCHEDULE)
    instance.report_engine_event("at work", night)
    heard = instance.all_logs(night.run_id)[-1].timestamp
    for passed, dead in ((QUIET_SECONDS - 5, 0), (QUIET_SECONDS + 5, 1)):
        monkeypatch.setattr(automation, "time", SimpleNamespace(time=lambda passed=passed: heard + passed))
        found = ended(instance)
        assert len(found.run_requests if isinstance(found, dg.SensorResult) else []) == dead


def test_operating_characteristics_take_no_lock_and_may_be_silent(instance):
    run(instance, dg.DagsterRunStatus.STARTED, job="operating_characteristics")
    assert ended(instance).skip_message == "no run is dead"


def test_what_a_power_cut_left_in_the_lock_is_nobody(instance, tmp_path):
    run(instance, dg.DagsterRunStatus.STARTED, **BY_SCHEDULE)
    (tmp_path / "refresh.lock").write_text("pid 1 since a power cut")
    assert len(ended(instance).run_requests) == 1
