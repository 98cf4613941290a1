"""What `vigil doctor` says of the age of the data and of files that another user left; the releases are made up."""

import os
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from orchestration.health.access import access
from orchestration.health.engine import engine
from orchestration.health.finding import Finding, Visit
from orchestration.health.released import age
from orchestration.night.spark_leftovers import lay_out
from orchestration.settings import Settings

NOW = datetime.fromisoformat("2026-07-31T03:00:00+09:00")


def of_age(data_cut: str, *, simulated: bool = False, limit: int | None = 30) -> Finding:
    """What is said of a release made yesterday."""
    newest = SimpleNamespace(
        data_cut=data_cut,
        created_at="2026-07-30T02:00:00+09:00",
        release_id=f"0007-{data_cut}",
        simulated=simulated,
        mark="SYNTHETIC",
    )
    protocol = limit and SimpleNamespace(report=SimpleNamespace(old_after_days=limit))
    (found,) = age(cast(Visit, SimpleNamespace(newest=newest, now=NOW, protocol=protocol)))
    return found


def test_data_are_old_from_the_day_after_the_last_that_the_protocol_allows() -> None:
    assert not of_age("2026-07-01").needs_person
    old = of_age("2026-06-30")
    assert old.needs_person
    assert "of a data cut 31 days old: more than 30 days (report.old_after_days)" in old.says
    assert not of_age("2026-06-30", limit=31).needs_person


def test_simulated_data_and_a_protocol_that_cannot_be_read_make_nobody_get_up() -> None:
    assert not of_age("2020-01-01", simulated=True).needs_person
    assert not of_age("2020-01-01", limit=None).needs_person


def test_a_cut_of_tomorrow_is_not_old() -> None:
    assert not of_age("2026-08-01").needs_person


@pytest.mark.skipif(os.geteuid() != 0, reason="hands files over to another user")
def test_what_another_user_left_is_named_with_the_command_that_hands_it_over(tmp_path: Path) -> None:
    for name in ("landing", "store", "releases"):
        (tmp_path / name).mkdir(mode=0o700)
    (tmp_path / "store" / "left").touch(mode=0o600)
    tmp_path.chmod(0o700)
    visit = cast(Visit, SimpleNamespace(settings=Settings(tmp_path)))
    assert [found for found in access(visit) if found.needs_person] == []
    os.chown(tmp_path / "store", 12345, -1)
    (found,) = access(visit)
    assert found.needs_person
    assert found.says.startswith("not owned by root, whose the home is: store")
    assert "chown -R root" in found.way_out


def of_engine(settings: Settings, *, at_work: bool = False) -> list[str]:
    """What is said of what dbt runs on."""
    visit = cast(Visit, SimpleNamespace(settings=settings, at_work=at_work))
    assert all(found.needs_person for found in engine(visit))
    return [found.says for found in engine(visit)]


def test_of_duckdb_nothing_is_said_and_of_a_spark_that_is_not_there_what_is_missing(tmp_path: Path) -> None:
    assert of_engine(Settings(tmp_path)) == []
    (unnamed,) = of_engine(Settings(tmp_path, engine="spark"))
    assert "set one of SPARK_REMOTE" in unnamed
    (silent,) = of_engine(Settings(tmp_path, engine="spark", spark_remote="sc://127.0.0.1:1/;token=secret"))
    assert "no Spark Connect server answers at SPARK_REMOTE" in silent
    assert "secret" not in silent


def test_what_a_dead_night_left_for_spark_is_told_also_after_the_engine_was_changed_back(
    tmp_path: Path,
) -> None:
    settings = Settings(tmp_path)
    lay_out(settings)
    (left,) = of_engine(settings)
    assert "left records of subjects laid out for Spark" in left
    assert of_engine(settings, at_work=True) == []
