"""Whatever is kept, a night's release is that of a night from nothing: caches on, off, deleted, damaged, cut short.

A new data cut takes over what is made of the export; a changed section of the protocol what is made of the data cut, and
stages of the release before. Prints a table of logical hashes.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from homes import make_home, query, vigil

from orchestration.releases.index import ReleaseIndex

KEPT = ("exports", "cuts")


def leave(home: Path) -> None:
    """All that is kept may be taken over."""


def delete(home: Path) -> None:
    for name in (*KEPT, "kernels"):
        shutil.rmtree(home / "store" / name, ignore_errors=True)


def damage(home: Path) -> None:
    for file in sealed(home):
        with open(file, "r+b") as damaged:
            damaged.seek(file.stat().st_size // 2)
            damaged.write(b"\xff" * 64)


def cut_short(home: Path) -> None:
    for file in sealed(home):
        file.write_bytes(file.read_bytes()[:-4096])


def of_other_code(home: Path) -> None:
    for folder in {file.parent for file in sealed(home)}:
        other = folder.with_name("0" * 64)
        if folder != other:
            shutil.rmtree(other, ignore_errors=True)
            folder.rename(other)


CACHES: dict[str, tuple[Callable[[Path], None], bool]] = {
    "on": (leave, False),
    "off": (leave, True),
    "deleted": (delete, False),
    "damaged": (damage, False),
    "cut short": (cut_short, False),
    "of other code": (of_other_code, False),
}


def sealed(home: Path) -> list[Path]:
    found = [file for name in KEPT for file in (home / "store" / name).glob("*/vigil.duckdb")]
    assert found
    return found


def last_sealed(home: Path) -> int:
    """When the last seal of a data cut was made, which taking it over does not move; 0 where there is none."""
    return max((file.stat().st_mtime_ns for file in (home / "store" / "cuts").glob("*/sha256")), default=0)


@dataclass(frozen=True)
class Night:
    """What came of a night, and its steps."""

    logical_hash: str
    steps: list[str]


def night(home: Path, capsys: pytest.CaptureFixture[str]) -> Night:
    """A night that releases something."""
    capsys.readouterr()
    assert vigil(home, "refresh") == 0
    steps = re.findall(r"^ +[\d.]+ s  (.+)$", capsys.readouterr().out, re.MULTILINE)
    return Night(ReleaseIndex(home / "releases").manifests()[-1].logical_hash, steps)


def test_a_release_does_not_depend_on_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, later, state = tmp_path / "home", tmp_path / "later", tmp_path / "state"
    make_home(home, cuts=2)
    cut = max((home / "landing" / "registry").iterdir())
    cut.rename(later)
    assert vigil(home, "refresh") == 0
    # What is sealed is found under the path at which it was sealed.
    home.rename(state)
    hashes, taken = {}, {}
    for name, (prepare, off) in CACHES.items():
        monkeypatch.setenv("VIGIL_FROM_NOTHING", str(int(off)))
        shutil.copytree(state, home, symlinks=True)
        shutil.copytree(later, cut)
        prepare(home)
        first = night(home, capsys)
        protocol = home / "protocol.toml"
        protocol.write_text(f"{protocol.read_text()}[safety]\nmin_pct = 7.0\n")
        prepare(home)
        before = last_sealed(home)
        second = night(home, capsys)
        n_stage = query(home, "select n_stage_taken from release.info")[0][0]
        hashes[name] = first.logical_hash, second.logical_hash
        taken[name] = "dbt export" not in first.steps, last_sealed(home) == before, n_stage > 0
        shutil.rmtree(home)
    with capsys.disabled():
        print("\ntaken over: of the export, of the data cut, stages; logical hashes of both nights")
        for name in CACHES:
            print(f"{name:14s}", *map("{!s:5}".format, taken[name]), *hashes[name])
    assert len(set(hashes.values())) == 1
    assert taken.pop("on") == (True, True, True)
    assert taken.pop("off") == (False, False, False)
    # Stages are the parent release's, which is not a cache.
    assert set(taken.values()) == {(False, False, True)}
