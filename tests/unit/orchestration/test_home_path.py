"""The path of the home folder goes into SQL, addresses of databases and `.env`: right there, or refused at the start."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from dagster import DagsterInstance
from dagster._core.secrets.env_file import get_env_var_dict

from orchestration import cli
from orchestration.cli import main
from orchestration.dagster_parts import instance
from orchestration.dagster_parts.instance import prepare_instance, write_environment_file
from orchestration.settings import ODD, Settings
from orchestration.warehouse import literal

GOOD = (
    "it's",
    'the "home"',
    "with blanks",
    "홈",
    "a;b",
    "a&b",
    "[x]",
    "a*b",
    "~a",
    "a=b",
    "a,b",
    "(a)",
    "a@b:c",
    "`a`",
)


@pytest.mark.parametrize("odd", [*ODD, "\n", "\t", "\x1b", "\u202e"])
def test_refused_at_the_start_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], odd: str
) -> None:
    home = tmp_path / f"a{odd}b"
    monkeypatch.setenv("VIGIL_HOME", str(home))
    assert main(["refresh"]) == 1
    said = capsys.readouterr()
    assert said.err == f"vigil: the path of VIGIL_HOME holds {odd!r}; give a folder without\n"
    assert said.out == ""
    assert not home.exists()


@pytest.mark.parametrize("name", GOOD)
def test_databases_and_dagster_live_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    home = tmp_path / name
    monkeypatch.setenv("VIGIL_HOME", str(home))
    for variable in ("DAGSTER_HOME", "NUMBA_CACHE_DIR"):
        monkeypatch.setenv(variable, "")
    settings = Settings.from_environment()
    prepare_instance(settings)
    with DagsterInstance.get() as dagster:
        dagster.get_runs()
    assert {path.name for path in home.rglob("*.db")} == {"runs.db", "index.db", "schedules.db"}
    settings.build_file.parent.mkdir(parents=True)
    duckdb.connect(str(settings.build_file)).close()
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(settings.build_file))} as source (read_only)")


@pytest.mark.parametrize("name", GOOD)
def test_the_environment_file_names_it_and_gives_way_to_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(instance, "REPOSITORY", tmp_path)
    home = tmp_path / name
    for _ in range(2):
        write_environment_file(Settings(home))
    monkeypatch.delenv("VIGIL_HOME", raising=False)
    assert _read(tmp_path) == (str(home), f"{home}/dagster", f"{home}/store/kernels")
    monkeypatch.setenv("VIGIL_HOME", "/srv/other")
    assert _read(tmp_path) == ("/srv/other", "/srv/other/dagster", "/srv/other/store/kernels")


def test_a_file_of_an_earlier_version_gives_way_too_and_keeps_what_a_person_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "REPOSITORY", tmp_path)
    said = "DAGSTER_HOME=/a/dagster\nVIGIL_HOME=/a\nNUMBA_CACHE_DIR=/a/store/kernels\nVIGIL_THREADS=4\n"
    (tmp_path / ".env").write_text(said)
    monkeypatch.setenv("VIGIL_HOME", "/b")
    write_environment_file(Settings(Path("/b")))
    assert _read(tmp_path) == ("/b", "/b/dagster", "/b/store/kernels")
    monkeypatch.delenv("VIGIL_HOME")
    assert _read(tmp_path) == ("/a", "/a/dagster", "/a/store/kernels")
    assert get_env_var_dict(str(tmp_path))["VIGIL_THREADS"] == "4"


def test_sources_that_are_only_read_get_no_file_and_the_setup_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(instance, "REPOSITORY", tmp_path)
    monkeypatch.setattr(Path, "write_text", refused)
    assert "DAGSTER_HOME from the environment" in str(write_environment_file(Settings(tmp_path / "home")))


def _read(folder: Path) -> tuple[str, str, str]:
    """What Dagster's own commands take from the file."""
    found = get_env_var_dict(str(folder))
    return found["VIGIL_HOME"], found["DAGSTER_HOME"], found["NUMBA_CACHE_DIR"]


@pytest.mark.parametrize(("named", "taken"), [("/srv/vigil", "/srv/vigil"), ("", "/nonexistent")])
def test_a_user_without_a_home_is_given_the_studys(
    monkeypatch: pytest.MonkeyPatch, named: str, taken: str
) -> None:
    def known_to_nobody(_: int) -> None:
        raise KeyError("uid not found")

    monkeypatch.setenv("HOME", "")
    monkeypatch.delenv("HOME")
    monkeypatch.setenv("VIGIL_HOME", named)
    monkeypatch.setattr("pwd.getpwuid", known_to_nobody)
    cli._name_a_home()
    assert Path.home() == Path(taken)


def test_docstrings_taken_away_are_put_back(tmp_path: Path) -> None:
    code = "import sys; sys.argv[1:] = ['protocol', 'show']; from orchestration.cli import script; script()"
    ran = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True, check=True)
    assert "[study]" in ran.stdout


@pytest.mark.parametrize("level", ["-O", "-OO"])
def test_code_that_is_optimised_is_left_for_what_is_compiled_already(level: str) -> None:
    code = (
        "import os, sys; os.execv = lambda *_: sys.exit(f'anew {os.environ.get(\"PYTHONOPTIMIZE\")}'); "
        "from orchestration.cli import script; script()"
    )
    environment = {**os.environ, "PYTHONOPTIMIZE": "2"}
    ran = subprocess.run(
        [sys.executable, level, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.stderr == "anew None\n"
