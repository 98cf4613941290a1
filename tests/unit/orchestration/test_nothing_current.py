"""A refresh with nothing to make, in a home where no release is current, did not do what it is for."""

from pathlib import Path

import pytest

from orchestration.commands import refresh
from orchestration.night.plan import RefreshPlan
from orchestration.settings import Settings


def test_it_is_an_error_that_names_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(refresh, "refresh_plan", lambda *given, **named: RefreshPlan((), (), ("2026-03-31",)))
    arguments = refresh.argparse.Namespace(demonstration=False, cut=None)
    assert refresh._refresh(Settings(home=tmp_path), arguments) == refresh.NOT_RELEASED
    assert "no release is current: vigil releases verify" in capsys.readouterr().err
