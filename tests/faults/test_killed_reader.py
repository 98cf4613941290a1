"""A reader killed while it holds a copy of a delivery: no raw id outlives the next night, nor an erasure."""

import csv
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.cli import main
from orchestration.dagster_parts.build_resource import build_resource
from orchestration.demonstration.writer import write_demonstration
from orchestration.extracts.pseudonyms import demonstration_key, pseudonym

CUT = "2026-03-31"
DM = f"landing/registry/{CUT}.zip"
# Where it stops, a reader has unpacked the table of subjects; another had moved records in without their description.
KILLED = """
import os, signal, sys
from pathlib import Path
from orchestration.extracts.contents import as_local, list_files
home = Path(sys.argv[1])
(dm,) = [file for file in list_files(home / sys.argv[2]) if file.name == "dm.csv"]
with as_local(dm, home / "store" / "tmp") as local:
    (home / "store" / "0abc.parquet").write_bytes(local.read_bytes())
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a zipped registry delivery that a reader died on."""
    home = tmp_path / "home"
    settings = {"n_proact": 60, "n_registry": 40, "lab_visit_share": 0.0}
    write_demonstration(home, SimulationSettings(scale="small", cuts=default_cuts(1), **settings))
    delivery = home / "landing" / "registry" / CUT
    shutil.make_archive(str(delivery), "zip", delivery)
    shutil.rmtree(delivery)
    shutil.rmtree(home / "truth")
    for name, value in {"VIGIL_HOME": str(home), "VIGIL_SETTLE_SECONDS": "0"}.items():
        monkeypatch.setenv(name, value)
    died = subprocess.run([sys.executable, "-c", KILLED, str(home), DM], check=False)
    assert died.returncode == -signal.SIGKILL
    assert len(_outside_landing(home, _subject(home))) == 2
    return home


def _subject(home: Path) -> str:
    """The first subject, as delivered."""
    shutil.unpack_archive(home / DM, home.parent / "delivered")
    with open(home.parent / "delivered" / "dm.csv", newline="", encoding="utf-8-sig") as file:
        return next(csv.DictReader(file))["USUBJID"]


def _outside_landing(home: Path, name: str) -> list[Path]:
    """Files that hold a text and are no delivery."""
    files = (p for p in home.rglob("*") if p.is_file() and "landing" not in p.relative_to(home).parts)
    return [path for path in files if name.encode() in path.read_bytes()]


def test_an_erasure_removes_the_copies(home: Path) -> None:
    subject = _subject(home)
    assert main(["erase", subject, "--reason", "consent withdrawn"]) == 0
    assert _outside_landing(home, subject) == []
    assert _outside_landing(home, pseudonym(subject, demonstration_key()) or "") == []


def test_the_next_run_removes_the_copies_before_it_reads(home: Path) -> None:
    with dg.build_resources({"build": build_resource()}):
        assert _outside_landing(home, _subject(home)) == []


def test_the_next_refresh_removes_the_copies_also_when_nothing_is_new(home: Path) -> None:
    subject = _subject(home)
    (home / DM).rename(home.parent / "withdrawn.zip")
    assert main(["refresh"]) == 1
    assert _outside_landing(home, subject) == []


def test_complete_entries_of_the_store_stay(home: Path) -> None:
    whole = home / "store" / "0def"
    for name in (".parquet", ".rejects.parquet", ".json"):
        whole.with_suffix(name).write_text("{}")
    with dg.build_resources({"build": build_resource()}):
        assert len(list((home / "store").glob("0def.*"))) == 3
        assert not (home / "store" / "0abc.parquet").exists()
