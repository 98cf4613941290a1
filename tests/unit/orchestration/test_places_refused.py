"""Files about subjects get neither into the home's rooms nor into a git repository."""

import subprocess
from pathlib import Path

import pytest

from orchestration.private_place import RefusedPlaceError, refuse_place, refuse_used
from orchestration.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    (home / "releases" / "0001-2026-03-31").mkdir(parents=True)
    (home / "releases" / "current").symlink_to("0001-2026-03-31")
    return Settings(home)


@pytest.mark.parametrize(
    "place",
    [
        "releases", "releases/q", "releases/0001-2026-03-31/q", "releases/current/q", "landing/registry/q", "store/q",
        "build/q", "trials/q", "dagster/q", "ledger/q", "landing/../releases/q",
    ],
)  # fmt: skip
def test_no_room_of_the_home_takes_them(settings: Settings, place: str) -> None:
    with pytest.raises(RefusedPlaceError, match="of the home folder, where no file about subjects belongs"):
        refuse_place(settings.home / place, settings)


def test_nor_does_a_link_that_leads_into_a_release(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(settings.releases / "current")
    with pytest.raises(RefusedPlaceError, match="lies in releases/"):
        refuse_place(tmp_path / "out" / "q", settings)


def test_nor_the_home_itself(settings: Settings) -> None:
    with pytest.raises(RefusedPlaceError, match="is the home folder itself"):
        refuse_place(settings.home, settings)


@pytest.mark.parametrize("place", ["out", "deep/er/out", "home/queries", "home/exports/0001", "releases"])
def test_others_do(settings: Settings, tmp_path: Path, place: str) -> None:
    refuse_place(tmp_path / place, settings)


def test_a_folder_with_files_or_a_file_is_refused(settings: Settings, tmp_path: Path) -> None:
    refuse_used(tmp_path / "out")
    (tmp_path / "out").mkdir()
    refuse_used(tmp_path / "out")
    (tmp_path / "out" / "queries-101.csv").touch()
    with pytest.raises(RefusedPlaceError, match="'out' holds files already; give a new folder"):
        refuse_used(tmp_path / "out")
    with pytest.raises(RefusedPlaceError, match=r"'queries-101\.csv' is no folder"):
        refuse_place(tmp_path / "out" / "queries-101.csv", settings)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A git work tree that ignores one folder."""
    folder = tmp_path / "tree"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / ".gitignore").write_text("/private/\n")
    return folder


@pytest.mark.parametrize("place", [".", "q", "docs/q", "private.csv", "private/../q", ".git/q"])
def test_a_work_tree_that_does_not_ignore_them_is_refused(settings: Settings, tree: Path, place: str) -> None:
    with pytest.raises(RefusedPlaceError, match=r"git work tree \('tree'\) that does not ignore it"):
        refuse_place(tree / place, settings)


@pytest.mark.parametrize("place", ["private", "private/q"])
def test_one_that_ignores_them_takes_them(settings: Settings, tree: Path, place: str) -> None:
    refuse_place(tree / place, settings)


def test_a_home_in_a_work_tree_is_no_way_round(tree: Path) -> None:
    with pytest.raises(RefusedPlaceError, match="git work tree"):
        refuse_place(tree / "home" / "queries", Settings(tree / "home"))


def test_without_git_a_work_tree_is_refused(
    settings: Settings, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RefusedPlaceError, match="git work tree"):
        refuse_place(tree / "private" / "q", settings)
