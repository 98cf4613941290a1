"""Old runs go with their logs; what the pages ask of the cuts that are kept stays."""

import os
import sqlite3
from pathlib import Path

import dagster as dg
import pytest
from dagster_homes import instance_in

from orchestration.dagster_parts import run_retention
from orchestration.dagster_parts.run_retention import forget_old_runs, write_back_logs

CUTS = dg.DynamicPartitionsDefinition(name="cuts")


@dg.asset(partitions_def=CUTS)
def made() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"n": 3})


@dg.asset
def alike() -> int:
    return 1


@dg.asset_check(asset=made)
def holds() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


@dg.asset_check(asset=alike)
def of_once() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


def night(instance: dg.DagsterInstance, cut: str, *, everything: bool = False) -> str:
    instance.add_dynamic_partitions("cuts", [cut])
    chosen = [made, holds, alike, of_once] if everything else [made, holds]
    return dg.materialize(chosen, instance=instance, partition_key=cut).run_id


def made_for(instance: dg.DagsterInstance) -> set[str]:
    return set(instance.get_materialized_partitions(made.key))


def files_of(home: Path, run: str) -> list[str]:
    return [str(path.relative_to(home)) for path in home.rglob("*") if run in path.name]


def test_the_newest_stay_and_what_is_told_of_the_cuts_that_are_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with instance_in(home) as instance:
        first = night(instance, "2026-01-01", everything=True)
        runs = [first, *(night(instance, f"2026-01-0{day}") for day in range(2, 7))]
        again = night(instance, "2026-01-05")
        assert forget_old_runs(instance, 2, {f"2026-01-0{day}" for day in (3, 4, 5, 6)}) == 5
        assert set(instance.run_storage.get_run_ids()) == {runs[5], again}
        assert all(files_of(home, run) == [] for run in runs[:5])
        assert all(files_of(home, run) for run in (runs[5], again))
        assert made_for(instance) == {"2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06"}
        # Of a partition that was made twice the newest; an unpartitioned asset and a check made long ago stay.
        newest = instance.fetch_materializations(
            dg.AssetRecordsFilter(made.key, asset_partitions=["2026-01-05"]), limit=9
        )
        assert [record.run_id for record in newest.records] == [again]
        assert newest.records[0].asset_materialization.metadata["n"].value == 3
        assert [record.run_id for record in instance.fetch_materializations(alike.key, limit=9).records] == [
            first
        ]
        checks = instance.event_log_storage.get_asset_check_execution_history(of_once.check_key, limit=9)
        assert [check.run_id for check in checks] == [first]
        assert checks[0].event is not None
        history = instance.event_log_storage.get_asset_check_execution_history(holds.check_key, limit=9)
        assert [check.run_id for check in history] == [again, runs[5]]
        assert forget_old_runs(instance, 2, {"2026-01-06"}) == 0
        rows = sqlite3.connect(home / "history" / "runs" / "index.db").execute(
            "select count(*) from event_logs where run_id not in (?, ?)", (runs[5], again)
        )
        # Three cuts, an asset without partitions, a check and its evaluation.
        assert rows.fetchone()[0] <= 5


def test_a_cut_whose_release_was_retired_turns_unmaterialised_once_its_run_is_gone(tmp_path: Path) -> None:
    with instance_in(tmp_path / "home") as instance:
        cuts = [f"2026-01-0{day}" for day in range(1, 5)]
        for cut in cuts:
            night(instance, cut)
        forget_old_runs(instance, 1, cuts)
        assert made_for(instance) == set(cuts)
        night(instance, "2026-01-05")
        forget_old_runs(instance, 1, cuts[2:])
        assert made_for(instance) == {*cuts[2:], "2026-01-05"}


def test_unfinished_runs_stay_and_nothing_is_deleted_where_all_are_kept(tmp_path: Path) -> None:
    with instance_in(tmp_path / "home") as instance:
        waits = instance.create_run_for_job(
            dg.define_asset_job("waits", [made]).resolve(
                asset_graph=dg.Definitions([made]).resolve_asset_graph()
            )
        )
        runs = [night(instance, f"2026-01-0{day}") for day in range(1, 4)]
        assert forget_old_runs(instance, 0, set()) == 0
        assert forget_old_runs(instance, 1, set()) == 2
        assert set(instance.run_storage.get_run_ids()) == {waits.run_id, runs[-1]}


def test_another_process_that_had_a_run_open_goes_on(tmp_path: Path) -> None:
    with instance_in(tmp_path / "home") as mine, instance_in(tmp_path / "home") as others:
        gone, kept = night(mine, "2026-01-01"), night(mine, "2026-01-02")
        assert others.get_records_for_run(gone).records
        forget_old_runs(mine, 1, set())
        assert others.get_records_for_run(gone).records == []
        assert others.get_run_by_id(gone) is None
        assert others.get_records_for_run(kept).records
        # Who looked for it has made an empty database, which goes with the next.
        night(mine, "2026-01-03")
        forget_old_runs(mine, 1, set())
        assert files_of(tmp_path / "home", gone) == []


def test_broken_off_it_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    with instance_in(home) as instance:
        runs = [night(instance, f"2026-01-0{day}") for day in range(1, 4)]
        monkeypatch.setattr(instance.run_storage, "delete_run", _fails)
        with pytest.raises(OSError, match="power"):
            forget_old_runs(instance, 1, set())
        monkeypatch.undo()
        assert forget_old_runs(instance, 1, set()) == 2
        assert instance.run_storage.get_run_ids() == [runs[2]]
        assert files_of(home, runs[0]) == []


def _fails(run_id: str) -> None:
    raise OSError("power")


def test_what_was_written_ahead_is_taken_over_unless_somebody_reads(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with instance_in(home) as instance:
        night(instance, "2026-01-01")
        ahead = list(home.rglob("*.db-wal"))
        assert sum(path.stat().st_size for path in ahead) > 0
        reader = sqlite3.connect(home / "history" / "runs" / "index.db")
        reader.execute("begin")
        (n,) = reader.execute("select count(*) from event_logs").fetchone()
        night(instance, "2026-01-02")
        write_back_logs(home)
        assert (home / "history" / "runs" / "index.db-wal").stat().st_size > 0
        assert reader.execute("select count(*) from event_logs").fetchone() == (n,)
        reader.close()
        write_back_logs(home)
        assert [path.name for path in home.rglob("*.db-wal") if path.stat().st_size] == []
        assert len(instance.get_runs()) == 2


def test_a_damaged_database_is_not_what_a_night_fails_of(tmp_path: Path) -> None:
    for name, content in (("index.db", b"no database"), ("index.db-wal", os.urandom(300))):
        (tmp_path / name).write_bytes(content)
    run_retention.write_back_logs(tmp_path)
