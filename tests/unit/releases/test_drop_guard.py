"""Subjects that vanish without a request stop publication, unless somebody accepts it (F13)."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from orchestration.night import drop_guard
from orchestration.night.drop_guard import DropGuardError, dropped, refuse_mass_drop

CUT = "2026-06-30"


def _adsl(n: int, source: str = "REGISTRY") -> pd.DataFrame:
    return pd.DataFrame({"USUBJID": [f"LENZ-PMS-S{i:016X}" for i in range(n)], "SOURCE": source})


@dataclass
class _Build:
    """What the guard asks of a build."""

    before: pd.DataFrame
    after: pd.DataFrame
    registry_delivery: Path
    data_cut: str = CUT

    @property
    def warehouse(self) -> object:
        return SimpleNamespace(table=lambda name: self.after, has=lambda name: False)

    def parent_table(self, name: str) -> pd.DataFrame:
        return self.before

    @property
    def parent(self) -> object:
        return SimpleNamespace(release_id="0001-2026-03-31")


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    """The folder of a registry delivery."""
    folder = tmp_path / CUT
    folder.mkdir()
    return folder


@pytest.mark.parametrize(("n_before", "n_after"), [(200, 196), (20, 18), (10, 9)])
def test_more_than_three_subjects_or_five_percent_gone_stops_the_release(
    delivery: Path, n_before: int, n_after: int
) -> None:
    with pytest.raises(DropGuardError) as error:
        refuse_mass_drop(_Build(_adsl(n_before), _adsl(n_after), delivery))
    told = str(error.value)
    assert f"{n_before - n_after} of {n_before} registry subjects of release 0001-2026-03-31" in told
    assert ".accept-drop" in told
    assert "\n" not in told
    assert "S0000" not in told


def test_three_of_many_pass(delivery: Path) -> None:
    refuse_mass_drop(_Build(_adsl(200), _adsl(197), delivery))


def test_controls_of_another_proact_export_are_not_counted(delivery: Path) -> None:
    before = pd.concat([_adsl(100), _adsl(50, "PROACT").assign(USUBJID=[f"PROACT-{i}" for i in range(50)])])
    refuse_mass_drop(_Build(before, _adsl(100), delivery))


def test_a_marker_in_the_delivery_or_beside_a_zip_lets_it_pass(delivery: Path) -> None:
    build = _Build(_adsl(20), _adsl(5), delivery)
    (delivery / ".accept-drop").touch()
    refuse_mass_drop(build)
    (delivery / ".accept-drop").unlink()
    archive = delivery.with_suffix(".zip")
    (delivery.parent / f"{CUT}.accept-drop").touch()
    refuse_mass_drop(_Build(_adsl(20), _adsl(5), archive))


def test_who_asked_for_erasure_has_not_vanished(delivery: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = tuple(f"S{i:016X}" for i in range(15, 20))
    assert dropped(_adsl(20), _adsl(15), asked) == set()
    monkeypatch.setattr(drop_guard, "requested", lambda build: asked)
    refuse_mass_drop(_Build(_adsl(20), _adsl(15), delivery))
