"""What hands do to a folder of releases, and that verifying finds every one of it (F37).

Each manipulation is carried out on a copy of a home with four releases of three cuts: 0001, 0002 (emptied by retention),
0003, and 0004, which supersedes 0003 and is current.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from fabricated_build import FIRST, SECOND, THIRD, close_anew, release

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import MANIFEST, read_manifest, write_manifest
from orchestration.releases.purge import RETIRED, purge
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain

OLD, RETIRED_ONE, BEFORE, NEWEST = f"0001-{FIRST}", f"0002-{SECOND}", f"0003-{THIRD}", f"0004-{THIRD}"


def problems(home: Path) -> list[str]:
    """Everything that `vigil releases verify` would say."""
    index = ReleaseIndex(home / "releases")
    return [p for folder in index.folders() for p in verify_release(folder)] + verify_chain(index)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home, as Vigil left it."""
    home = tmp_path_factory.mktemp("untouched") / "home"
    release(home, FIRST)
    release(home, SECOND, estimate=2.0)
    release(home, THIRD, estimate=3.0)
    release(home, THIRD, estimate=4.0)
    index = ReleaseIndex(home / "releases")
    purge(index, index.folder("2"), RETIRED, "2026-10-02T03:00:00+09:00")
    return home


@pytest.fixture
def home(untouched: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    subprocess.run(["cp", "-a", str(untouched), str(tmp_path / "home")], check=True)
    return tmp_path / "home"


def _manifest(releases: Path, name: str, **changed: object) -> None:
    path = releases / name / MANIFEST
    content = json.loads(path.read_text()) | changed
    path.chmod(0o644)
    path.write_text(json.dumps(content))


def _write(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def _lines(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    _write(path, b"".join(change(path.read_bytes().splitlines(keepends=True))))


def _edit_table(releases: Path, release_id: str, *, then_reseal: bool = False) -> None:
    database = releases / release_id / "vigil.duckdb"
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        connection.execute("update results.effect_estimate set estimate = 0.5")
    if then_reseal:
        from orchestration.releases.soundness import file_hash

        files = dict(read_manifest(releases / release_id).files)
        close_anew(releases / release_id, files={**files, "vigil.duckdb": file_hash(database)})


def _copied_release(releases: Path) -> None:
    """The first release once more under a new number, sealed, as if it were the newest."""
    shutil.copytree(releases / OLD, releases / f"0005-{FIRST}")
    close_anew(releases / f"0005-{FIRST}", release_id=f"0005-{FIRST}", number=5)


def _point(releases: Path, target: str) -> None:
    (releases / "current").unlink()
    (releases / "current").symlink_to(target)


def _as_folder(releases: Path) -> None:
    (releases / "current").unlink()
    shutil.copytree(releases / NEWEST, releases / "current")


def _symlinked(releases: Path) -> None:
    shutil.move(releases / BEFORE, releases.parent / "elsewhere")
    (releases / BEFORE).symlink_to(releases.parent / "elsewhere")


def _file_symlinked(releases: Path) -> None:
    database = releases / NEWEST / "vigil.duckdb"
    shutil.move(database, releases.parent / "elsewhere.duckdb")
    database.symlink_to(releases.parent / "elsewhere.duckdb")


def _unflag(releases: Path) -> None:
    folder = releases / RETIRED_ONE
    folder.joinpath(MANIFEST).chmod(0o644)
    manifest = read_manifest(folder)
    write_manifest(folder, replace(manifest, retired=False))


def _all_but_the_first(releases: Path) -> None:
    for name in (RETIRED_ONE, BEFORE, NEWEST):
        shutil.rmtree(releases / name)
    _point(releases, OLD)


def _swap(releases: Path) -> None:
    (releases / BEFORE).rename(releases / "x")
    (releases / NEWEST).rename(releases / BEFORE)
    (releases / "x").rename(releases / NEWEST)


def _garbage(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(os.urandom(64))


MANIPULATIONS: dict[str, Callable[[Path], object]] = {
    "a value of a table changed": lambda r: _edit_table(r, NEWEST),
    "a value changed and the newest manifest sealed anew": lambda r: _edit_table(r, NEWEST, then_reseal=True),
    "a value changed and an older manifest sealed anew": lambda r: _edit_table(r, BEFORE, then_reseal=True),
    "a bit of the database flipped": lambda r: _write(
        r / NEWEST / "vigil.duckdb", bytes([1, *(r / NEWEST / "vigil.duckdb").read_bytes()[1:]])
    ),
    "the database gone": lambda r: (r / NEWEST / "vigil.duckdb").unlink(),
    "the database of an old release gone": lambda r: (r / OLD / "vigil.duckdb").unlink(),
    "the database replaced by another release's": lambda r: shutil.copy2(
        r / BEFORE / "vigil.duckdb", r / NEWEST / "vigil.duckdb"
    ),
    "the database replaced by a link": _file_symlinked,
    "the report changed": lambda r: _write(r / NEWEST / "report" / "report.html", b"<p>all is well</p>"),
    "the report gone": lambda r: shutil.rmtree(r / NEWEST / "report"),
    "a file added": lambda r: (r / NEWEST / "note.txt").write_text("x"),
    "an empty folder added": lambda r: (r / NEWEST / "notes").mkdir(),
    "a field of a manifest changed": lambda r: _manifest(r, NEWEST, seed=2),
    "the newest manifest sealed anew": lambda r: close_anew(r / NEWEST, seed=2),
    "an older manifest sealed anew": lambda r: close_anew(r / OLD, seed=2),
    "a manifest half": lambda r: _write(r / BEFORE / MANIFEST, (r / BEFORE / MANIFEST).read_bytes()[:500]),
    "a manifest gone": lambda r: (r / NEWEST / MANIFEST).unlink(),
    "a manifest that claims retention": lambda r: _manifest(r, BEFORE, retired=True),
    "a manifest that claims erasure": lambda r: _manifest(r, NEWEST, erased=True),
    "a manifest that claims not to be retired": _unflag,
    "manifests of two releases exchanged": _swap,
    "the newest release deleted": lambda r: shutil.rmtree(r / NEWEST),
    "the newest deleted and current moved": lambda r: (shutil.rmtree(r / NEWEST), _point(r, BEFORE)),
    "all but the first deleted": _all_but_the_first,
    "a release in the middle deleted": lambda r: shutil.rmtree(r / RETIRED_ONE),
    "a release copied under a new number": _copied_release,
    "a release renamed": lambda r: (r / BEFORE).rename(r / f"0009-{THIRD}"),
    "a release moved away behind a link": _symlinked,
    "a folder without a manifest": lambda r: (r / f"0005-{THIRD}").mkdir(),
    "a stranger beside the releases": lambda r: (r / "old").mkdir(),
    "current gone": lambda r: (r / "current").unlink(),
    "current points at an older release": lambda r: _point(r, OLD),
    "current points outside": lambda r: _point(r, "/tmp"),
    "current dangling": lambda r: _point(r, f"0007-{THIRD}"),
    "current a folder": _as_folder,
    "the journal gone": lambda r: (r / "journal.jsonl").unlink(),
    "the journal emptied": lambda r: _write(r / "journal.jsonl", b""),
    "the journal's last line deleted": lambda r: _lines(r / "journal.jsonl", lambda lines: lines[:-1]),
    "a line of the journal deleted": lambda r: _lines(r / "journal.jsonl", lambda lines: lines[:1] + lines[2:]),
    "two lines of the journal exchanged": lambda r: _lines(
        r / "journal.jsonl", lambda lines: [lines[1], lines[0], *lines[2:]]
    ),
    "a reason in the journal changed": lambda r: _lines(
        r / "journal.jsonl", lambda lines: [line.replace(b"published", b"approved!") for line in lines]
    ),
    "a line written into the journal": lambda r: _lines(
        r / "journal.jsonl", lambda lines: [*lines, json.dumps({"at": "now", "reason": "x", "to": OLD}).encode() + b"\n"]
    ),
    "the journal garbage": lambda r: _garbage(r / "journal.jsonl"),
    "the journal's copy gone": lambda r: (r.parent / "ledger" / "journal.jsonl").unlink(),
    "the journal's copy changed": lambda r: _lines(r.parent / "ledger" / "journal.jsonl", lambda lines: lines[:-1]),
    "all copies gone": lambda r: shutil.rmtree(r.parent / "ledger"),
    "the copy of a manifest gone": lambda r: (r.parent / "ledger" / f"{OLD}.json").unlink(),
    "the copy of a manifest changed": lambda r: _garbage(r.parent / "ledger" / f"{NEWEST}.json"),
    "newest gone, with its copy and its lines of the journal": lambda r: (
        shutil.rmtree(r / NEWEST),
        (r.parent / "ledger" / f"{NEWEST}.json").unlink(),
        _lines(r / "journal.jsonl", lambda lines: [line for line in lines if NEWEST.encode() not in line]),
        _point(r, BEFORE),
    ),
}  # fmt: skip


def test_what_nobody_touched_verifies(home: Path) -> None:
    assert problems(home) == []


@pytest.mark.parametrize("manipulation", MANIPULATIONS)
def test_every_manipulation_is_found(home: Path, manipulation: str) -> None:
    MANIPULATIONS[manipulation](home / "releases")
    assert problems(home) != []


def test_who_rewrites_everything_is_not_found_without_a_key(home: Path) -> None:
    """Why manifests can be signed by a key that lies elsewhere: a hash chain alone proves order, not who wrote it."""
    rewritten = home.parent / "rewritten"
    release(rewritten, FIRST)
    release(rewritten, SECOND, estimate=0.5)
    for name in ("releases", "ledger"):
        shutil.rmtree(home / name)
        shutil.move(rewritten / name, home / name)
    assert problems(home) == []
