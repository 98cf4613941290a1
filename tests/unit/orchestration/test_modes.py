"""Whatever the umask, the service's user alone reads deliveries, store, builds and Dagster; a named group reads releases."""

import errno
import grp
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.modes import seal, secure_home
from orchestration.settings import Settings


@pytest.fixture(autouse=True)
def loose_umask() -> Iterator[None]:
    """The umask of an ordinary shell, put back afterwards."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home written by an earlier version, everything readable to all."""
    home = tmp_path / "home"
    files = [
        "landing/registry/2026-03-31/dm.csv",
        "store/a.parquet",
        "build/work/vigil.duckdb",
        "dagster/runs.db",
    ]
    files += ["releases/0001-2026-03-31/vigil.duckdb", "releases/0001-2026-03-31/report/report.html"]
    files += ["releases/journal.jsonl", "ledger/journal.jsonl", "erasures.jsonl"]
    for name in files:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("x")
    (home / "releases" / "current").symlink_to("0001-2026-03-31")
    return Settings(home)


def _modes(folder: Path) -> set[tuple[str, str]]:
    paths = [folder, *folder.rglob("*")]
    return {
        ("d" if path.is_dir() else "f", oct(stat.S_IMODE(path.stat().st_mode)))
        for path in paths
        if not path.is_symlink()
    }


def test_everything_but_releases_is_the_users_own(settings: Settings) -> None:
    secure_home(settings)
    assert _modes(settings.home / "erasures.jsonl") == {("f", "0o600")}
    for folder in ("landing", "store", "build", "dagster", "ledger"):
        assert _modes(settings.home / folder) == {("d", "0o700"), ("f", "0o600")}
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    assert stat.S_IMODE(settings.releases.stat().st_mode) == 0o700


def test_a_landing_that_cannot_be_written_stays_as_it_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, chmod = set(_modes(settings.landing)), Path.chmod

    def of_a_disk_mounted_read_only(path: Path, mode: int) -> None:
        if settings.landing in (path, *path.parents):
            raise OSError(errno.EROFS, "Read-only file system")
        chmod(path, mode)

    monkeypatch.setattr(Path, "chmod", of_a_disk_mounted_read_only)
    secure_home(settings)
    assert set(_modes(settings.landing)) == given
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    assert _modes(settings.store) == {("d", "0o700"), ("f", "0o600")}


def test_what_is_written_afterwards_is_the_users_own_too(settings: Settings) -> None:
    secure_home(settings)
    (settings.store / "b.parquet").write_text("x")
    (settings.dagster_home / "history").mkdir()
    assert _modes(settings.store) == {("d", "0o700"), ("f", "0o600")}
    assert _modes(settings.dagster_home) == {("d", "0o700"), ("f", "0o600")}


def test_the_named_group_reads_releases_and_nothing_else(settings: Settings) -> None:
    name = next(g.gr_name for g in grp.getgrall() if g.gr_gid in {os.getgid(), *os.getgroups()})
    secure_home(replace(settings, group=name))
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o710
    assert stat.S_IMODE(settings.releases.stat().st_mode) == 0o2750
    release = settings.releases / "0001-2026-03-31"
    assert _modes(release) == {("d", "0o2750"), ("f", "0o444")}
    assert stat.S_IMODE((settings.releases / "journal.jsonl").stat().st_mode) == 0o640
    gid = grp.getgrnam(name).gr_gid
    assert {p.stat().st_gid for p in (settings.home, settings.releases, release)} == {gid}
    assert _modes(settings.store) == {("d", "0o700"), ("f", "0o600")}


def test_a_new_release_takes_over_the_group_and_is_sealed(settings: Settings) -> None:
    name = next(g.gr_name for g in grp.getgrall() if g.gr_gid in {os.getgid(), *os.getgroups()})
    secure_home(replace(settings, group=name))
    folder = settings.releases / ".tmp-0002-2026-06-30"
    (folder / "report").mkdir(parents=True)
    (folder / "vigil.duckdb").write_text("x")
    (folder / "report" / "report.html").write_text("x")
    seal(folder)
    assert _modes(folder) == {("d", "0o2750"), ("f", "0o444")}


def test_a_landing_that_another_user_put_there_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    chmod = Path.chmod

    def of_another_user(path: Path, mode: int) -> None:
        if settings.landing in (path, *path.parents):
            raise PermissionError(errno.EPERM, "Operation not permitted", str(path))
        chmod(path, mode)

    monkeypatch.setattr(Path, "chmod", of_another_user)
    with pytest.raises(ValueError, match=r"the modes of home/landing cannot be set: .* \(chown -R\)$"):
        secure_home(settings)


def test_a_group_that_is_none_is_named(settings: Settings) -> None:
    with pytest.raises(ValueError, match="VIGIL_GROUP is 'nosuchgroup', which is no group of this machine"):
        secure_home(replace(settings, group="nosuchgroup"))
