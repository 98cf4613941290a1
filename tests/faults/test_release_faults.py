"""What can go wrong while releases are published and kept, and what must then hold.

Shown here: F03, F05, F11, F31, F34, F35, F36, F37, F50.
"""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from fabricated_build import FIRST, SECOND, THIRD, close_anew, make_build, publication, release

from orchestration.lock import AlreadyRunningError, refresh_lock
from orchestration.releases.currency import finish_interrupted
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import MANIFEST, read_manifest
from orchestration.releases.publish import PublicationError, publish
from orchestration.releases.recovery import mend_ledger
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain
from orchestration.warehouse import MixedBuildError

STEPS = (
    "copy",
    "report",
    "verify",
    "manifest",
    "sync",
    "begun",
    "rename",
    "copy of the manifest",
    "switch",
    "done",
)
RENAMED = ("copy of the manifest", "switch")
PATH = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
# Everything is imported once; each publication then runs, and dies, in a process of its own.
KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = {path!r}
from fabricated_build import SECOND, release

for home, fatal in {homes!r}:
    child = os.fork()
    if child == 0:
        def step(name):
            if name == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
        release(Path(home), SECOND, step=step, estimate=2.0)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def _written(home: Path) -> set[tuple[Path, int, int]]:
    """What lies there, as it was last written."""
    paths = [path for path in home.rglob("*") if path.is_symlink() or path.is_file()]
    return {(path, path.lstat().st_ino, path.lstat().st_mtime_ns) for path in paths}


def _index(home: Path) -> ReleaseIndex:
    return ReleaseIndex(home / "releases")


def _estimate(home: Path) -> float:
    """What a reader of `current` sees."""
    database = home / "releases" / "current" / "vigil.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.sql("select estimate from results.effect_estimate").fetchone()[0]


def _all_is_well(home: Path) -> None:
    index = _index(home)
    assert [p for folder in index.folders() for p in verify_release(folder)] == []
    assert verify_chain(index) == []


def _in_a_process(home: Path, script: str) -> int:
    return subprocess.run([sys.executable, "-c", script], cwd=home, check=False).returncode


@pytest.fixture(scope="module")
def first_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one release, to be copied."""
    home = tmp_path_factory.mktemp("first")
    release(home, FIRST)
    return home


@pytest.fixture
def home(first_release: Path, tmp_path: Path) -> Path:
    """A copy of it that its owner has made writable."""
    subprocess.run(["cp", "-a", str(first_release), str(tmp_path / "home")], check=True)
    subprocess.run(["chmod", "-R", "u+w", str(tmp_path / "home")], check=True)
    return tmp_path / "home"


@pytest.fixture(scope="module")
def killed_homes(first_release: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Homes whose second publication was killed, by the step at which it was."""
    homes = {step: tmp_path_factory.mktemp("killed") / "home" for step in STEPS}
    for home in homes.values():
        subprocess.run(["cp", "-a", str(first_release), str(home)], check=True)
    script = KILLED.format(path=PATH, homes=[(str(home), step) for step, home in homes.items()])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(-signal.SIGKILL)] * len(STEPS)
    return homes


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_leaves_the_old_release_or_the_new_one_and_the_next_run_repairs_it(
    killed_homes: dict[str, Path], step: str
) -> None:
    home = killed_homes[step]
    assert _estimate(home) == (2.0 if step == "done" else 1.0)
    if step in RENAMED:
        # Published whole, not yet current: the next refresh makes it so, even where it has nothing else to do.
        assert finish_interrupted(_index(home), at="now") == [f"0002-{SECOND}"]
        assert finish_interrupted(_index(home), at="now") == []
        assert mend_ledger(_index(home), "now") == []
        assert _estimate(home) == 2.0
    _all_is_well(home)
    release(home, SECOND, estimate=3.0)
    assert _estimate(home) == 3.0
    assert not list((home / "releases").glob(".tmp-*"))
    _all_is_well(home)


def test_a_full_disk_is_said_and_the_last_release_stays(home: Path) -> None:
    script = f"""
import resource, signal, sys
sys.path[:0] = {PATH!r}
from pathlib import Path
from fabricated_build import SECOND, make_build, publication
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.publish import PublicationError, publish
home = Path({str(home)!r})
index = ReleaseIndex(home / "releases")
build = make_build(home / "build", fingerprint="f", estimate=2.0)
made = publication(index, build, SECOND, "f")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    publish(index, made)
except PublicationError as error:
    sys.exit(7 if "disk full" in str(error) else 8)
"""
    assert _in_a_process(home, script) == 7
    assert _estimate(home) == 1.0
    assert not list((home / "releases").glob(".tmp-*"))
    _all_is_well(home)
    release(home, SECOND, estimate=3.0)
    assert _estimate(home) == 3.0


def test_bytes_are_on_disk_before_their_release_has_its_name_and_the_name_before_anything_says_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut is not a kill: what was written and not synced may be gone."""
    synced: set[Path] = set()
    fsync = os.fsync

    def noting(handle: int) -> None:
        synced.add(Path(os.readlink(f"/proc/self/fd/{handle}")))
        fsync(handle)

    on_disk: dict[str, set[Path]] = {}

    def step(name: str) -> None:
        on_disk[name] = set(synced)
        synced.clear()

    monkeypatch.setattr("os.fsync", noting)
    final = release(home, SECOND, step=step)
    under_way = final.parent / f".tmp-{final.name}"
    written = {under_way / path.relative_to(final) for path in final.rglob("*") if path.is_file()}
    assert len(written) >= 3
    assert {under_way, *written} <= on_disk["begun"]
    assert final.parent in on_disk["copy of the manifest"]


def test_too_little_room_is_seen_before_anything_is_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 10_000})())
    with pytest.raises(PublicationError, match=r"disk full, 0 MB free and \d+ MB needed"):
        release(home, SECOND)
    assert sorted(p.name for p in (home / "releases").iterdir()) == [
        f"0001-{FIRST}",
        "current",
        "journal.jsonl",
    ]


def test_an_older_snapshot_released_later_does_not_become_current(home: Path) -> None:
    release(home, THIRD, estimate=3.0)
    release(home, SECOND, estimate=2.0)
    assert _index(home).current().name == f"0002-{THIRD}"
    assert _estimate(home) == 3.0
    assert "is released, so it did not become current" in (home / "releases" / "journal.jsonl").read_text()
    # It follows on the release of the cut before it, not on the later one.
    assert read_manifest(_index(home).folder("3")).parent_id == f"0001-{FIRST}"
    _all_is_well(home)


def test_a_second_refresh_is_told_who_holds_the_home(home: Path) -> None:
    script = f"""
import sys, time
sys.path[:0] = {PATH!r}
from pathlib import Path
from orchestration.lock import refresh_lock
with refresh_lock(Path({str(home)!r}), "03:00"):
    print("held", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunningError, match=f"already running: pid {holder.pid} since 03:00"), \
                refresh_lock(home, "04:00"):  # fmt: skip
            pass
        holder.kill()
        holder.wait()
    with refresh_lock(home, "05:00"):
        pass


def test_a_working_file_with_a_write_ahead_log_is_not_published(home: Path) -> None:
    build = make_build(home / "build", fingerprint="f")
    build.path.with_name(build.path.name + ".wal").write_bytes(b"stale")
    index = _index(home)
    with pytest.raises(PublicationError, match="write-ahead log"):
        publish(index, publication(index, build, SECOND, "f"))
    assert _estimate(home) == 1.0


def test_a_write_ahead_log_beside_a_release_is_found(home: Path) -> None:
    (_index(home).current() / "vigil.duckdb.wal").write_bytes(b"stale")
    assert verify_release(_index(home).current()) == [
        f"release 0001-{FIRST}: vigil.duckdb.wal does not belong to it"
    ]


def test_a_table_of_another_build_is_not_published(home: Path) -> None:
    build = make_build(home / "build", fingerprint="f")
    build.stamp({"marts.adsl": "of another build"})
    index = _index(home)
    with pytest.raises(
        MixedBuildError,
        match=rf"marts\.adsl is not made of .* began with; .* or run vigil refresh --cut {SECOND}$",
    ):
        publish(index, publication(index, build, SECOND, "f"))


def test_a_table_that_is_missing_or_that_nobody_knows_is_not_published(home: Path) -> None:
    build, index = make_build(home / "build", fingerprint="f"), _index(home)
    made = publication(index, build, SECOND, "f")
    more = {"raw.registry_dm": "f", **made.identities, "results.cohort_flow": "f"}
    for identities, stranger in ((more, r"raw\.registry_dm"), ({"marts.adsl": "f"}, r"marts\.adae")):
        with pytest.raises(
            MixedBuildError, match=rf"^not published: {stranger} is not made of .* \(\d in all\);"
        ):
            publish(index, replace(made, identities=identities))
    assert _estimate(home) == 1.0


def test_the_same_is_not_released_twice(home: Path) -> None:
    index = _index(home)
    build = make_build(home / "build", fingerprint="fingerprint 1")
    with pytest.raises(
        PublicationError, match=rf"release 0001-{FIRST} has these inputs, .*; nothing is new$"
    ):
        publish(index, publication(index, build, FIRST, "fingerprint 1"))
    # Made of the same again after something else, it says what changed back.
    release(home, FIRST)
    build = make_build(home / "build", fingerprint="fingerprint 1")
    publish(index, publication(index, build, FIRST, "fingerprint 1"))
    assert [m.fingerprint for m in index.manifests()] == ["fingerprint 1", "fingerprint 2", "fingerprint 1"]


def test_a_build_that_another_release_overtook_is_not_published(home: Path) -> None:
    index = _index(home)
    made = publication(index, make_build(home / "build", fingerprint="f"), THIRD, "f")
    release(home, SECOND)
    build = make_build(home / "build", fingerprint="f")
    with pytest.raises(PublicationError, match=f"releases changed since .* run vigil refresh --cut {THIRD}$"):
        publish(index, replace(made, build=build))
    assert [folder.name for folder in index.folders()] == [f"0001-{FIRST}", f"0002-{SECOND}"]


@pytest.mark.parametrize("place", ["start", "middle", "end"])
def test_any_flipped_byte_is_found_and_the_release_before_still_serves(home: Path, place: str) -> None:
    release(home, SECOND, estimate=2.0)
    database = _index(home).current() / "vigil.duckdb"
    content = bytearray(database.read_bytes())
    position = {"start": 0, "middle": len(content) // 2, "end": len(content) - 1}[place]
    content[position] ^= 1
    database.chmod(0o644)
    database.write_bytes(content)
    assert verify_release(database.parent) == [
        f"release 0002-{SECOND}: vigil.duckdb was changed after publication"
    ]
    _index(home).switch(f"0001-{FIRST}", at="now", reason="bit rot")
    assert _estimate(home) == 1.0


def test_a_changed_report_is_found(home: Path) -> None:
    (_index(home).current() / "report" / "report.html").write_text("other")
    assert verify_release(_index(home).current()) == [
        f"release 0001-{FIRST}: report/report.html was changed after publication"
    ]


def test_a_tampered_manifest_is_found(home: Path) -> None:
    path = _index(home).current() / MANIFEST
    path.write_text(path.read_text().replace('"seed": 1', '"seed": 2'))
    assert verify_release(path.parent) == [
        f"release 0001-{FIRST}: manifest.json was changed after publication"
    ]


def test_a_manifest_sealed_anew_breaks_the_chain_of_what_follows(home: Path) -> None:
    release(home, SECOND)
    folder = _index(home).folder("1")
    close_anew(folder, seed=2)
    assert verify_release(folder) == [
        f"release 0001-{FIRST}: is not the one whose publication is in the journal"
    ]
    problems = verify_chain(_index(home))
    assert f"release 0002-{SECOND}: does not follow on its parent 0001-{FIRST}" in problems
    assert f"release 0001-{FIRST}: is not the one whose publication is in the journal" in problems


def test_a_manifest_that_only_claims_to_be_erased_is_found(home: Path) -> None:
    path = _index(home).current() / MANIFEST
    path.write_text(path.read_text().replace('"erased": false', '"erased": true'))
    problems = verify_release(path.parent) + verify_chain(_index(home))
    assert f"release 0001-{FIRST}: vigil.duckdb should have been deleted" in problems
    assert f"release 0001-{FIRST}: its deletion (erased) is not in the journal" in problems


def test_rollback_copies_nothing_and_is_recorded(home: Path) -> None:
    release(home, SECOND, estimate=2.0)
    before = _written(home)
    _index(home).switch(f"0001-{FIRST}", at="2026-07-01T09:00:00+09:00", reason="a question")
    assert {path.name for path, *_ in _written(home) ^ before} == {"current", "journal.jsonl"}
    assert _estimate(home) == 1.0
    last = list(_index(home).journal())[-1]
    assert (last["from"], last["to"], last["reason"]) == (f"0002-{SECOND}", f"0001-{FIRST}", "a question")


def test_a_reader_keeps_its_release_while_another_is_published(home: Path) -> None:
    database = _index(home).current() / "vigil.duckdb"
    with duckdb.connect(str(database), read_only=True) as reader:
        release(home, SECOND, estimate=2.0)
        assert reader.sql("select estimate from results.effect_estimate").fetchone() == (1.0,)
    assert _estimate(home) == 2.0
