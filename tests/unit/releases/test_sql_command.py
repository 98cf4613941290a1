"""`vigil sql`: a statement, a pipe of them, or a conversation; one line where something is wrong, and only reading."""

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from fabricated_build import FIRST, SECOND, release

from orchestration.cli import main


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    release(home, FIRST)
    release(home, SECOND, estimate=2.0)
    return home


@pytest.fixture(autouse=True)
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIL_HOME", str(home))


ESTIMATE = "select estimate from results.effect_estimate"


@pytest.mark.parametrize(("asked", "answer"), [([], "2.0"), (["--release", "1"], "1.0")])
def test_a_statement_is_answered_from_the_release_that_is_named(
    capsys: pytest.CaptureFixture[str], asked: list[str], answer: str
) -> None:
    assert main(["sql", ESTIMATE, *asked]) == 0
    assert answer in capsys.readouterr().out


def test_csv_is_safe_in_a_spreadsheet_and_json_keeps_text_and_null(
    capsys: pytest.CaptureFixture[str],
) -> None:
    statement = "select '=1+1' as formula, -3.5 as number, '김' as name, null as nothing"
    assert main(["sql", statement, "--format", "csv"]) == 0
    assert capsys.readouterr().out == "formula,number,name,nothing\n'=1+1,-3.5,김,\n"
    assert main(["sql", statement, "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row == {"formula": "=1+1", "number": -3.5, "name": "김", "nothing": None}


def test_statements_from_a_pipe_are_answered_in_turn_up_to_the_first_that_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("select 41 + 1 as a;\nfrom nowhere;\nselect 7 * 11 as b;"))
    assert main(["sql"]) == 1
    said = capsys.readouterr()
    assert "42" in said.out
    assert "77" not in said.out
    (line,) = said.err.splitlines()
    assert line.startswith("vigil: Catalog Error: Table with name nowhere does not exist!")


@pytest.mark.parametrize(
    "statement",
    [
        "delete from marts.adsl",
        "copy (select 1) to '/tmp/out.csv'",
        "set threads = 1",
        "attach ':memory:' as a",
    ],
)
def test_it_only_reads(capsys: pytest.CaptureFixture[str], statement: str) -> None:
    assert main(["sql", statement]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_nothing_asked_is_nothing_answered(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(" \n-- a remark\n"))
    assert main(["sql"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_conversation_goes_on_after_a_slip(home: Path) -> None:
    person, terminal = pty.openpty()
    command = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "sql"],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "VIGIL_HOME": str(home), "TERM": "dumb"},
    )
    os.write(person, b"from nowhere;\nselect\n20 + 22 as a;\n\x04")
    out, errors = command.communicate(timeout=60)
    os.close(person)
    os.close(terminal)
    assert command.returncode == 0
    assert out.startswith("release 0002-2026-06-30, data cut 2026-06-30, read-only;")
    assert "42" in out
    assert errors.count("Table with name nowhere does not exist") == 1
