"""What a release lacks is kept with its build, told when it is released, and in the exit status."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from analytics.gaps import DELIVERY, FAILED, REFUSED, Gap
from orchestration.alerts.tell import Night
from orchestration.commands import refresh
from orchestration.night import gaps
from orchestration.night.plan import RefreshPlan
from orchestration.releases.index import ReleaseIndex
from orchestration.settings import DATABASE, Settings
from orchestration.warehouse import Warehouse

ASIDE = ("REGISTRY 2026-06-30", "DM.csv: a broken archive")
LOST = Gap(REFUSED, "matching", "nobody is alike")


@pytest.fixture
def build(tmp_path: Path) -> Warehouse:
    warehouse = Warehouse(tmp_path / "work.duckdb")
    with warehouse.write() as connection:
        connection.execute("create schema build")
    gaps.begin_gaps(warehouse, [ASIDE])
    return warehouse


def test_a_report_made_again_replaces_what_it_said_and_nothing_else(build: Warehouse) -> None:
    gaps.keep_gaps(build, [Gap(FAILED, "figure: Flow", "not drawn"), LOST])
    gaps.keep_gaps(build, [LOST])
    assert gaps.known_gaps(build) == [Gap(DELIVERY, *ASIDE), LOST]


def release_with(monkeypatch: pytest.MonkeyPatch, root: Path, statements: str) -> ReleaseIndex:
    folder = root / "0001-2026-03-31"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / DATABASE)) as connection:
        connection.execute(f"create schema release; {statements}")
    index = ReleaseIndex(root)
    monkeypatch.setattr(ReleaseIndex, "newest_of", lambda self, cut: SimpleNamespace(release_id=folder.name))
    monkeypatch.setattr(ReleaseIndex, "folder", lambda self, release: folder)
    return index


def test_a_release_of_an_earlier_version_names_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = release_with(monkeypatch, tmp_path, "create table release.info as select 1 as one")
    assert gaps.released_gaps(index, "2026-03-31") == []


def test_a_release_names_its_gaps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "create table release.gap as select 'stage refused' as kind, 'matching' as subject, 'nobody is alike' as reason"
    assert gaps.released_gaps(release_with(monkeypatch, tmp_path, rows), "2026-03-31") == [LOST]


@pytest.mark.parametrize(
    ("cuts", "set_aside", "lacking", "status"),
    [
        (1, (), 0, 0),
        (0, (), 0, 0),
        (1, (), 2, 3),
        (1, ASIDE[:1], 0, 3),
        (0, ASIDE[:1], 0, 3),
    ],
)
def test_the_exit_status_tells_a_whole_release_from_one_with_gaps(
    cuts: int, set_aside: tuple[str, ...], lacking: int, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    planned: Any = (SimpleNamespace(),) * cuts
    asked: Any = SimpleNamespace(demonstration=False, cut=None)
    plan = RefreshPlan(planned, set_aside, ("2026-03-31",))
    monkeypatch.setattr(refresh, "refresh_plan", lambda *_, **__: plan)
    monkeypatch.setattr(refresh, "_make", lambda *_: lacking)
    monkeypatch.setattr(refresh, "_tell_result", lambda *_: True)
    settings = Settings(home=tmp_path)
    assert refresh._refresh(settings, asked, Night()) == status
