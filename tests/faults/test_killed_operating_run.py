"""A run of the operating characteristics that is killed in the middle, and what a release carries of one that ended."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from homes import environment, query, vigil

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import read_manifest
from orchestration.releases.verify import verify_release

COMMAND = "operating-characteristics"
ASKED = [COMMAND, "--replicates", "8"]
"""A chunk of each scenario."""


def kill_in_the_middle(home: Path) -> None:
    """Begin a run in processes of its own, and take all of them down once a chunk is done."""
    code = f"import sys; from orchestration.cli import main; sys.exit(main({ASKED}))"
    with environment(home):
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
    assert process.stdout is not None
    for line in process.stdout:
        if ": 0 of 8" not in line and "of 8" in line:
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="module")
def run_home(refreshed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a run was killed and gone on with by one process; beside it one that was not disturbed."""
    folder = tmp_path_factory.mktemp("operating")
    for name in ("killed", "undisturbed"):
        shutil.copytree(refreshed_home, folder / name, symlinks=True)
    return folder


def test_a_killed_run_goes_on_and_ends_with_the_same_table(run_home: Path) -> None:
    killed, undisturbed = run_home / "killed", run_home / "undisturbed"
    kill_in_the_middle(killed)
    store = killed / "store" / "operating_characteristics"
    (origin,) = store.iterdir()
    kept = {path.name: path.stat().st_mtime_ns for path in origin.glob("*.json")}
    assert 1 <= len(kept) < 4
    # One that was kept is torn by the power cut.
    torn = min(kept)
    (origin / torn).write_text("[{")
    assert vigil(killed, *ASKED, threads=1) == 0
    assert vigil(undisturbed, *ASKED, threads=2) == 0
    last = [
        (home / "store" / "operating_characteristics" / "last.json").read_text()
        for home in (killed, undisturbed)
    ]
    assert last[0] == last[1]
    rows = json.loads(last[0])
    assert [row["replicates"] for row in rows if row["kind"] != "smallest_detectable"] == [8] * 4
    assert all(row["bias"] is not None for row in rows if row["kind"] != "smallest_detectable")
    # A first look leaves its chunks to a full run; no subject stands in them, nor in the table.
    assert {path.name for path in store.iterdir()} == {"last.json", origin.name}
    left = "".join([last[0], *(path.read_text() for path in origin.glob("*.json"))])
    assert len(list(origin.glob("*.json"))) == 4
    assert not any(
        subject in left for (subject,) in query(killed, "select usubjid from results.analysis_set")
    )


def test_the_next_refresh_takes_the_table_over_and_says_of_which_run_it_is(run_home: Path) -> None:
    home = run_home / "killed"
    index = ReleaseIndex(home / "releases")
    before = index.newest()
    assert before is not None
    assert before.operating_characteristics is None
    assert query(home, "select count(*) from results.operating_characteristics") == [(0,)]
    page = (home / "releases" / before.release_id / "report" / "report.html").read_text()
    assert "none was made; vigil operating-characteristics makes it" in page
    assert vigil(home, "refresh") == 0
    current = index.current()
    assert current is not None
    made = read_manifest(current)
    (row,) = query(home, "select distinct run, data_cut from results.operating_characteristics")
    assert row == (made.operating_characteristics, before.data_cut)
    assert made.fingerprint != before.fingerprint
    assert verify_release(current) == []
    for edition in ("report", "in-house"):
        page = (current / edition / "report.html").read_text()
        assert "Operating characteristics of the headline method." in page
        assert "Due again: it was a first look, of 8 replicates where 500 are asked for." in page
    # A second one finds nothing new.
    assert vigil(home, "refresh") == 0
    assert index.current() == current


def test_a_run_that_was_made_is_not_made_again(run_home: Path) -> None:
    home = run_home / "undisturbed"
    last = home / "store" / "operating_characteristics" / "last.json"
    before = last.stat().st_mtime_ns
    assert vigil(home, *ASKED) == 0
    assert last.stat().st_mtime_ns == before


def test_without_a_release_it_says_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "protocol.toml").write_text("")
    assert vigil(tmp_path, COMMAND) == 1
    assert "run vigil refresh" in capsys.readouterr().err
