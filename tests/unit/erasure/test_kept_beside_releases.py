"""An erasure leaves no report of a trial and no export: both have rows of subjects."""

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


@pytest.fixture(params=["trials/narrow/in-house/report.html", "exports/0001-2026-03-31/adsl.csv"])
def kept(settings: Settings, request: pytest.FixtureRequest) -> Path:
    """A file with a subject in it."""
    path: Path = settings.home / request.param
    path.parent.mkdir(parents=True)
    path.write_text(f"<td>{name_of(RAW)}</td>")
    return path


def test_it_is_deleted_with_the_subject(settings: Settings, kept: Path) -> None:
    erase_subject(settings, RAW, reason="asked", at=AT)
    room = kept.relative_to(settings.home).parts[0]
    assert not (settings.home / room).exists()


def test_it_is_the_service_users_alone(settings: Settings, kept: Path) -> None:
    room = settings.home / kept.relative_to(settings.home).parts[0]
    room.chmod(0o755)
    secure_home(settings)
    assert room.stat().st_mode & 0o077 == 0
    assert kept.stat().st_mode & 0o077 == 0
