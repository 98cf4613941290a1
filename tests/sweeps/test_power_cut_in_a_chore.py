"""F03, F14, F50: the power cut at every change that publication, retention, rollback and erasure make to a home.

Whatever the next command is, it completes or undoes what was begun; and the chore done again ends in the very home that it
ends in undisturbed.
"""

import hashlib
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from fabricated_build import FIRST, SECOND, THIRD, release
from power import VIGIL, Change, changes_of, cut_power
from released_home import environment, release_all

from orchestration.night.recovery import recover
from orchestration.releases.index import CURRENT, ReleaseIndex
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain
from orchestration.settings import Settings

HERE = Path(__file__).parent
PUBLISH = f"""
import sys; sys.path[:0] = [{str(HERE.parent / "faults")!r}]
from pathlib import Path
from fabricated_build import release
release(Path(sys.argv[1]), {THIRD!r}, estimate=3.0)
"""
RETAIN = """
import sys
from pathlib import Path
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.retention import apply_retention
apply_retention(ReleaseIndex(Path(sys.argv[1]) / "releases"), 3, "now")
"""


class Chore(NamedTuple):
    """What is run: arguments, and the program that takes them."""

    arguments: tuple[str, ...]
    code: str = VIGIL


def state(home: Path) -> dict[str, str]:
    """Every delivered file by its bytes, every release by its files and logical hash, and what is current."""
    index = ReleaseIndex(home / "releases")
    landing = [path for path in sorted((home / "landing").rglob("*")) if path.is_file()]
    delivered = {str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest() for p in landing}
    released = {
        m.release_id: f"{m.logical_hash} {_files(index.folder(m.release_id))}" for m in index.manifests()
    }
    current = index.current()
    return delivered | released | {CURRENT: current.name if current else "none"}


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def all_is_well(home: Path) -> None:
    """Every release, and the chain of them, is as published."""
    index = ReleaseIndex(home / "releases")
    assert [problem for folder in index.folders() for problem in verify_release(folder)] == []
    assert verify_chain(index) == []


def swept(before: Path, folder: Path, chore: Chore) -> int:
    """Cut a chore at every change it makes.

    Returns:
        At how many.
    """
    undisturbed = _copy(before, folder / "undisturbed")
    with environment(undisturbed):
        changes = changes_of(undisturbed, *_arguments(chore, undisturbed), code=chore.code)
    ends = (state(before), state(undisturbed))
    for change in changes:
        _cut(_copy(before, folder / "home"), chore, change, ends)
    return len(changes)


def _cut(home: Path, chore: Chore, change: Change, ends: tuple[dict[str, str], dict[str, str]]) -> None:
    with environment(home):
        cut_power(home, change.number, *_arguments(chore, home), code=chore.code)
        recover(Settings.from_environment(), "now")
        all_is_well(home)
        assert state(home) in ends, change
        if state(home) != ends[1]:
            changes_of(home, *_arguments(chore, home), code=chore.code)
    assert state(home) == ends[1], change


def _arguments(chore: Chore, home: Path) -> tuple[str, ...]:
    return tuple(argument.format(home=home) for argument in chore.arguments)


def _copy(home: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(home, target, symlinks=True)


@pytest.fixture(scope="module")
def fabricated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four small releases; the last is current."""
    home = tmp_path_factory.mktemp("fabricated") / "home"
    for cut, estimate in ((FIRST, 1.0), (FIRST, 1.5), (SECOND, 2.0), (SECOND, 2.5)):
        release(home, cut, estimate=estimate)
    return home


@pytest.mark.parametrize(
    ("chore", "least"),
    [
        pytest.param(Chore(("{home}",), PUBLISH), 10, id="publication"),
        pytest.param(Chore(("{home}",), RETAIN), 6, id="retention"),
        pytest.param(Chore(("releases", "rollback", "2", "--reason", "a question")), 4, id="rollback"),
    ],
)
def test_what_was_begun_is_completed_or_undone(
    fabricated: Path, tmp_path: Path, chore: Chore, least: int
) -> None:
    assert swept(fabricated, tmp_path, chore) >= least


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two simulated data cuts, delivered and released."""
    home = tmp_path_factory.mktemp("released") / "home"
    release_all(home)
    return home


def test_an_erasure_is_completed_or_undone(released: Path, tmp_path: Path) -> None:
    subject = _first_subject(released)
    assert swept(released, tmp_path, Chore(("erase", subject, "--reason", "consent withdrawn"))) >= 10


def _first_subject(home: Path) -> str:
    delivery = sorted((home / "landing" / "registry").iterdir())[0]
    header, first = (delivery / "dm.csv").read_text("utf-8-sig").splitlines()[:2]
    return first.split(",")[header.split(",").index("USUBJID")]
