"""Nights that must not pass as they are: a delivery with less than the last one, and one whose words nobody knows (F13)."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from dagster import DagsterInstance, RunsFilter
from homes import environment, query, vigil

from orchestration.dagster_parts.told_failure import REASON, REPORT

NIGHT, BEFORE = "2026-07-31", "2026-06-30"
Landing = Callable[[Callable[[Path], None]], Path]


@pytest.fixture
def next_night(refreshed_home: Path, tmp_path: Path) -> Landing:
    """A home with two releases, and the newest delivery once more, spoilt."""

    def landed(spoil: Callable[[Path], None]) -> Path:
        home = tmp_path / "home"
        shutil.copytree(refreshed_home, home, symlinks=True, ignore=shutil.ignore_patterns("build"))
        newest = home / "landing" / "registry" / NIGHT
        shutil.copytree(home / "landing" / "registry" / BEFORE, newest)
        (newest / "MANIFEST.sha256").unlink()
        spoil(newest)
        return home

    return landed


def _current(home: Path) -> str:
    return (home / "releases" / "current").resolve().name


def _half_of_the_events_and_no_medication(folder: Path) -> None:
    """A filter left on in the export, and a domain forgotten."""
    head, *events = (folder / "ae.csv").read_text().splitlines()
    (folder / "ae.csv").write_text("\n".join([head, *events[::2]]) + "\n")
    (folder / "cm.csv").unlink()


def _items_renamed(folder: Path) -> None:
    """The EDC was upgraded: every item of the ALSFRS-R has another code and goes by its number."""
    answers = pd.read_csv(folder / "qs.csv", dtype=str)
    code = answers["QSTESTCD"]
    answers.assign(QSTESTCD="F7" + code.str[-3:], QSTEST="Item " + code.str[-3:]).to_csv(
        folder / "qs.csv", index=False
    )


def test_what_is_gone_is_refused_before_anything_is_estimated_until_just_that_is_accepted(
    next_night: Landing, capsys: pytest.CaptureFixture[str]
) -> None:
    home = next_night(_half_of_the_events_and_no_medication)
    before = _current(home)
    capsys.readouterr()
    assert vigil(home, "refresh") == 1
    printed = capsys.readouterr()
    told = [line for line in printed.err.splitlines() if line][-1]
    fallen = re.findall(r"\[(.*?)\]", told)
    assert [re.sub(r"\d+", "#", line) for line in fallen] == [
        "REGISTRY AE records: # to #",
        "REGISTRY CM records: # to #",
        "serious adverse events: # to #",
        "RILUZOLE recorded, treated arm: # of # to # of #",
    ]
    assert fallen[1].endswith(" to 0")
    assert f"landing/registry/{NIGHT}/.accept-drop" in told
    assert "guard nothing is lost" in printed.out
    assert "eligibility" not in printed.out
    assert _current(home) == before

    (home / "landing" / "registry" / NIGHT / ".accept-drop").write_text("\n".join(fallen))
    # Released with a gap: what was accepted leaves a covariate that nothing can be adjusted by.
    assert vigil(home, "refresh") == 3
    assert _current(home) == f"0003-{NIGHT}"
    assert {kind for (kind,) in query(home, "select kind from release.gap")} == {"covariate unusable"}
    guards = query(
        home,
        "select check_name, status, n_failed from quality.check_result where engine = 'vigil' and severity = 'error'",
    )
    assert sorted(guards) == [
        ("matched_sets_are_kept", "pass", 0),
        ("nothing_is_lost", "warn", 4),
    ]


def test_items_in_words_nobody_knows_are_refused_and_named(
    next_night: Landing, capsys: pytest.CaptureFixture[str]
) -> None:
    home = next_night(_items_renamed)
    before = _current(home)
    (home / "landing" / "registry" / NIGHT / ".accept-drop").write_text("REGISTRY QS records: 1 to 1")
    capsys.readouterr()
    assert vigil(home, "refresh") == 1
    told = [line for line in capsys.readouterr().err.splitlines() if line][-1]
    assert re.search(
        r"understood are only REGISTRY QS: \d+ of \d+ records; commonest unknown words: QS QSTESTCD: ", told
    )
    assert "landing/registry/terms.csv" in told
    assert _current(home) == before
    # Dagster's pages list the run with the same line, and with where its report lies.
    with environment(home), DagsterInstance.get() as instance:
        (run, *_) = instance.get_runs(RunsFilter(job_name="refresh"), limit=1)
        last = instance.all_logs(run.run_id)[-1].message
    assert f"vigil: {run.tags[REASON]}" == told
    report = Path(run.tags[REPORT])
    assert (report.parent, report.exists()) == (home / "build" / "failures", True)
    assert last == f"{run.tags[REASON]}\nThe failure report: {report}"
