"""A refresh with nothing to make, in a home where no release is current, did not do what it is for."""

from pathlib import Path

import pytest

from orchestration.alerts.tell import Night
from orchestration.commands import refresh
from orchestration.night.plan import RefreshPlan
from orchestration.settings import Settings


def test_it_is_an_error_that_names_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(refresh, "refresh_plan", lambda *given, **named: RefreshPlan((), (), ("2026-03-31",)))
    arguments = refresh.argparse.Namespace(demonstration=False, cut=None)
    assert refresh._refresh(Settings(home=tmp_path), arguments, Night()) == refresh.NOT_RELEASED
    assert "no release is current: vigil releases verify" in capsys.readouterr().err


@pytest.mark.parametrize(("set_aside", "status"), [((), 0), (("REGISTRY '2026-06-30': being copied",), 3)])
def test_nothing_new_says_by_its_status_whether_a_delivery_was_set_aside(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    set_aside: tuple[str, ...],
    status: int,
) -> None:
    found = RefreshPlan((), set_aside, ("2026-03-31",))
    monkeypatch.setattr(refresh, "refresh_plan", lambda *given, **named: found)
    monkeypatch.setattr(refresh, "_tell_result", lambda settings: True)
    arguments = refresh.argparse.Namespace(demonstration=False, cut=None)
    assert refresh._refresh(Settings(home=tmp_path), arguments, Night()) == status
    assert all(f"not picked up: {line}" in capsys.readouterr().err for line in set_aside)
