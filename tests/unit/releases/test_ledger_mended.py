"""What a kill, a rotten disk or a slip of hand leaves of the releases is made good by the next command, or named (F36)."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fabricated_build import FIRST, SECOND, THIRD, release

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import MANIFEST, read_manifest
from orchestration.releases.recovery import complete, mend_ledger
from orchestration.releases.retention import apply_retention
from orchestration.releases.standing import APPROVED
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain

NAMES = (f"0001-{FIRST}", f"0002-{SECOND}", f"0003-{THIRD}")
OLDEST, MIDDLE, NEWEST = NAMES
NOW = "2026-10-01T03:00:00+09:00"
PATH = [str(Path(__file__).parents[2] / "faults"), str(Path(__file__).parents[3])]
KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = {path!r}
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.retention import apply_retention

index, seen = ReleaseIndex(Path({releases!r})), 0
def die(event, arguments):
    # Every call that changes a file is a place to die at.
    global seen
    changes = event in ("os.rename", "os.remove", "os.rmdir", "os.symlink", "os.chmod", "shutil.rmtree", "os.mkdir")
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wa"):
        changes = True
    if changes:
        seen += 1
        if seen == {at}:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(die)
{chore}
"""
RETENTION = "apply_retention(index, 1, 'now')"
ROLLBACK = f"index.switch('{OLDEST}', at='now', reason='a question')"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases of three cuts."""
    home = tmp_path_factory.mktemp("three") / "home"
    for number, cut in enumerate((FIRST, SECOND, THIRD), start=1):
        release(home, cut, estimate=float(number))
    return home


@pytest.fixture
def index(three: Path, tmp_path: Path) -> ReleaseIndex:
    """The releases of a copy."""
    subprocess.run(["cp", "-a", str(three), str(tmp_path / "home")], check=True)
    return ReleaseIndex(tmp_path / "home" / "releases")


def problems(index: ReleaseIndex) -> list[str]:
    """What `vigil releases verify` says."""
    return [p for folder in index.folders() for p in verify_release(folder)] + verify_chain(index)


def recover(index: ReleaseIndex) -> list[str]:
    """What every command does first."""
    return mend_ledger(index, NOW) + complete(index, NOW)


def _killed(index: ReleaseIndex, chore: str, at: int) -> bool:
    """Whether the chore died at this change of a file; otherwise it ended before."""
    script = KILLED.format(path=PATH, releases=str(index.root), chore=chore, at=at)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


@pytest.mark.parametrize("at", range(1, 21))
def test_retention_killed_at_any_change_is_completed_or_had_not_begun(index: ReleaseIndex, at: int) -> None:
    assert _killed(index, RETENTION, at) or at > 10
    recover(index)
    assert problems(index) == []
    assert index.current().name == NEWEST
    apply_retention(index, 1, NOW)
    assert [f.name for f in index.folders() if (f / "vigil.duckdb").exists()] == [MIDDLE, NEWEST]
    assert recover(index) == problems(index) == []


@pytest.mark.parametrize("at", range(1, 9))
def test_a_rollback_killed_at_any_change_has_happened_or_not(index: ReleaseIndex, at: int) -> None:
    assert _killed(index, ROLLBACK, at) or at > 4
    recover(index)
    assert index.current().name in (OLDEST, NEWEST)
    assert problems(index) == []
    assert recover(index) == []


def test_a_home_that_is_whole_is_left_alone(index: ReleaseIndex) -> None:
    before = {p: p.stat().st_mtime_ns for p in index.root.parent.rglob("*")}
    assert recover(index) == []
    assert {p: p.stat().st_mtime_ns for p in index.root.parent.rglob("*")} == before


def _current(index: ReleaseIndex, how: str) -> None:
    link = index.root / "current"
    link.unlink()
    if how == "folder":
        shutil.copytree(index.root / NEWEST, link)
    elif how == "file":
        link.write_text("0003")
    elif how != "gone":
        link.symlink_to(
            {"dangling": "0009-2026-12-31", "loop": "current", "outside": "/tmp", "older": OLDEST}[how]
        )


@pytest.mark.parametrize("how", ["gone", "dangling", "loop", "outside", "older", "folder", "file"])
def test_current_is_mended_from_the_journal(index: ReleaseIndex, how: str) -> None:
    _current(index, how)
    told = recover(index)
    assert any(f"it is {NEWEST} by the journal" in line for line in told)
    assert index.current().name == NEWEST
    left = [p for p in problems(index) if "current.damaged" not in p]
    assert left == []


@pytest.mark.parametrize("how", ["gone", "emptied", "garbage", "not an object", "half a line"])
def test_a_lost_journal_never_undoes_a_rollback(index: ReleaseIndex, how: str) -> None:
    index.switch(OLDEST, at=NOW, reason="a question")
    journal = index.root / "journal.jsonl"
    whole = journal.read_bytes()
    damaged = {
        "emptied": b"",
        "garbage": os.urandom(200),
        "not an object": whole + b"[1]\n",
        "half a line": whole[:-9],
    }
    journal.unlink()
    if how != "gone":
        journal.write_bytes(damaged[how])
    assert any("restored from its copy" in line for line in recover(index))
    assert journal.read_bytes() == whole
    assert index.current().name == OLDEST


def test_a_journal_lost_with_its_copy_begins_anew_and_current_stays(index: ReleaseIndex) -> None:
    index.switch(OLDEST, at=NOW, reason="a question")
    (index.root / "journal.jsonl").write_bytes(b"\xff\xfe\x00")
    (index.root.parent / "ledger" / "journal.jsonl").unlink()
    told = recover(index)
    assert any("begins anew" in line for line in told)
    assert index.current().name == OLDEST
    assert [p for p in problems(index) if "journal.jsonl.damaged" not in p] == []
    assert recover(index) == []


def test_a_journal_of_an_older_version_goes_on(index: ReleaseIndex) -> None:
    """Lines without hashes, no copies, the last line cut off by a crash."""
    shutil.rmtree(index.root.parent / "ledger")
    lines = [{"at": NOW, "reason": "published", "from": None, "to": name} for name in NAMES]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (index.root / "journal.jsonl").write_text(text + '{"at": "2026')
    recover(index)
    assert (index.root / "journal.jsonl").read_text() == text
    assert problems(index) == []
    index.switch(OLDEST, at=NOW, reason="a question")
    assert recover(index) == problems(index) == []
    assert index.current().name == OLDEST


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", ["half", "gone", "empty", "list"])
def test_a_damaged_manifest_is_restored_from_its_copy(index: ReleaseIndex, name: str, how: str) -> None:
    path = index.root / name / MANIFEST
    whole = path.read_bytes()
    path.unlink()
    if how != "gone":
        path.write_bytes({"half": whole[:300], "empty": b"", "list": b"[]"}[how])
    assert any("restored from its copy" in line for line in recover(index))
    assert path.read_bytes() == whole
    assert [p for p in problems(index) if ".damaged-" not in p] == []
    assert index.current().name == NEWEST


@pytest.mark.parametrize("name", NAMES[:2])
def test_an_old_manifest_damaged_with_its_copy_stops_nothing(index: ReleaseIndex, name: str) -> None:
    for path in (index.root / name / MANIFEST, index.root.parent / "ledger" / f"{name}.json"):
        path.chmod(0o644)
        path.write_bytes(b"{")
    assert any(name in line and "does not count" in line for line in recover(index))
    made = release(index.root.parent, THIRD, estimate=5.0)
    assert index.current() == made
    assert recover(index) == []
    assert any(name in problem for problem in problems(index))


@pytest.mark.parametrize("how", ["garbage", "gone", "a bit", "report gone", "folder gone"])
def test_a_rotten_newest_release_is_passed_over_and_the_last_good_one_is_current_and_parent(
    index: ReleaseIndex, how: str
) -> None:
    folder = index.root / NEWEST
    database = folder / "vigil.duckdb"
    content = bytearray(database.read_bytes())
    kept = index.root.parent / "backup"
    shutil.copytree(folder, kept)
    if how == "folder gone":
        shutil.rmtree(folder)
    elif how == "report gone":
        shutil.rmtree(folder / "report")
    else:
        database.unlink()
        content[len(content) // 2] ^= 1
        if how != "gone":
            database.write_bytes(b"garbage" if how == "garbage" else content)
    assert any(NEWEST in line and "does not count" in line for line in recover(index))
    assert index.current().name == MIDDLE
    assert index.newest_of(THIRD) is None
    with pytest.raises(LookupError):
        index.switch(NEWEST, at=NOW, reason="rollback")
    made = release(index.root.parent, THIRD, estimate=5.0)
    assert (made.name, read_manifest(made).parent_id) == (f"0004-{THIRD}", MIDDLE)
    assert index.current() == made
    assert recover(index) == []
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(kept, folder)
    assert any("counts again" in line for line in recover(index))
    assert problems(index) == []


def test_a_release_that_somebody_put_there_is_neither_current_nor_parent(index: ReleaseIndex) -> None:
    planted = index.root / f"0004-{THIRD}"
    shutil.copytree(index.root / NEWEST, planted)
    path = planted / MANIFEST
    for key in ("chain",):
        content = json.loads(path.read_text()) | {"release_id": planted.name, "number": 4}
        path.chmod(0o644)
        path.write_text(json.dumps(content))
        path.write_text(json.dumps(content | {key: read_manifest(planted).expected_chain}))
    recover(index)
    assert index.current().name == NEWEST
    assert index.newest().release_id == NEWEST
    assert any(planted.name in problem for problem in problems(index))


def test_a_number_is_never_used_twice(index: ReleaseIndex) -> None:
    shutil.rmtree(index.root / NEWEST)
    assert index.next_number() == 4
    recover(index)
    assert release(index.root.parent, THIRD).name == f"0004-{THIRD}"


def test_approved_releases_are_kept_from_retention(index: ReleaseIndex) -> None:
    index.record(at=NOW, act=APPROVED, reason="sent to the agency", release=OLDEST)
    release(index.root.parent, THIRD, estimate=5.0)
    assert apply_retention(index, 1, NOW) == [MIDDLE]
    assert (index.root / OLDEST / "vigil.duckdb").exists()


def test_a_verdict_whose_reason_reads_like_a_deletion_deletes_nothing(index: ReleaseIndex) -> None:
    for reason in ("erased", "retention", "published"):
        index.record(at=NOW, act=APPROVED, reason=reason, release=OLDEST)
    assert recover(index) == problems(index) == []
    assert (index.root / OLDEST / "vigil.duckdb").exists()
