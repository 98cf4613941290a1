"""`vigil --version`: one line, at once."""

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from orchestration.cli import main
from orchestration.night import code_commit

REPOSITORY = Path(__file__).parents[3]
HEAVY = {"pandas", "duckdb", "dagster", "numpy", "pydantic"}


def test_it_names_project_commit_python_and_duckdb(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    (line,) = capsys.readouterr().out.splitlines()
    python = ".".join(map(str, sys.version_info[:3]))
    told = re.fullmatch(
        r"vigil (\S+), commit (?:not known|[0-9a-f]{40}\+?), Python (\S+), DuckDB (\S+)", line
    )
    assert told is not None
    assert told.groups() == (metadata.version("vigil"), python, metadata.version("duckdb"))


def test_without_a_repository_it_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(code_commit, "REPOSITORY", tmp_path)
    with pytest.raises(SystemExit):
        main(["--version"])
    assert ", commit not known, " in capsys.readouterr().out


def test_a_service_names_the_commit_of_sources_that_are_roots(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nobody = ["-c", "user.name=n", "-c", "user.email=n@localhost"]
    for arguments in (["init", "-q"], [*nobody, "commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True)
    monkeypatch.setattr(code_commit, "REPOSITORY", tmp_path)
    known = code_commit.code_commit()
    assert known is not None
    # git's own way of playing a repository of another user.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert code_commit.code_commit() == known


def test_it_loads_nothing_heavy() -> None:
    code = (
        "import sys; from orchestration.commands.version import version_text; version_text(); "
        f"print(sorted({HEAVY!r} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
