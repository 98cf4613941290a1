"""An erasure leaves no report of a trial: the house's own edition names subjects."""

from pathlib import Path

import pytest
from small_home import RAW, make_home, name_of

from orchestration.erasure.subject import erase_subject
from orchestration.modes import secure_home
from orchestration.settings import Settings

AT = "2026-10-01T03:00:00+09:00"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_home(tmp_path)


def test_reports_of_trials_are_deleted_with_the_subject(settings: Settings) -> None:
    report = settings.trials / "narrow" / "in-house" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text(f"<td>{name_of(RAW)}</td>")
    erase_subject(settings, RAW, reason="asked", at=AT)
    assert not settings.trials.exists()


def test_reports_of_trials_are_the_service_users_alone(settings: Settings) -> None:
    report = settings.trials / "narrow" / "in-house" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text("<td>a subject</td>")
    settings.trials.chmod(0o755)
    secure_home(settings)
    assert settings.trials.stat().st_mode & 0o077 == 0
    assert report.stat().st_mode & 0o077 == 0
