"""The README's commands and queries work as they stand there."""

import re
import subprocess
import tomllib
from pathlib import Path

import duckdb
import pytest
from homes import environment

from analytics.protocol import parse_protocol
from orchestration.cli import COMMANDS, main

REPOSITORY = Path(__file__).parents[3]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
QUERIES = [
    part.strip() for part in re.search(r"```sql\n(.*?)```", README, re.DOTALL)[1].split(";") if part.strip()
]  # type: ignore[index]


@pytest.mark.parametrize(
    "sql", QUERIES, ids=[query.splitlines()[0].removeprefix("-- ")[:40] for query in QUERIES]
)
def test_every_query_gives_rows(refreshed_home: Path, sql: str) -> None:
    database = refreshed_home / "releases" / "current" / "vigil.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.sql(sql).fetchall()


def test_every_make_target_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", README))
    assert named
    assert named <= targets


def test_every_command_it_names_exists() -> None:
    named = set(re.findall(r"^vigil ([a-z-]+)", README, re.MULTILINE)) | set(
        re.findall(r"`vigil ([a-z-]+)", README)
    )
    assert named <= COMMANDS.keys()


@pytest.mark.parametrize(
    "arguments",
    [
        ["releases", "list"],
        ["releases", "show"],
        ["releases", "verify"],
        ["doctor"],
        ["trace", "effect_estimate", "specification=matched", "endpoint=OS", "measure=hazard_ratio"],
        ["history", "--out", "{out}/history.duckdb"],
        ["export", "--format", "xpt", "--out", "{out}/adam"],
        ["export", "--results", "--out", "{out}/results"],
    ],
    ids=" ".join,
)
def test_every_command_runs(refreshed_home: Path, tmp_path: Path, arguments: list[str]) -> None:
    with environment(refreshed_home):
        assert main([argument.format(out=tmp_path) for argument in arguments]) == 0


def test_the_protocol_it_shows_is_a_protocol(
    refreshed_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with environment(refreshed_home):
        assert main(["protocol", "show"]) == 0
    text = capsys.readouterr().out
    assert tomllib.loads(text)["matching"]["caliper"] == 0.2
    assert parse_protocol(text).study.id == "LENZ-PMS"


def test_the_help_lists_every_target() -> None:
    listed = subprocess.run(
        ["make", "-s", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    assert {"refresh", "test", "ui", "check", "validate"} <= set(
        re.findall(r"^([a-z-]+)", listed, re.MULTILINE)
    )
