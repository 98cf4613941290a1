"""`vigil doctor` in a home with two releases: a planted fault has its own line with the way out, and nothing else has."""

import grp
import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from homes import KEY, environment, vigil, write_protocol

from orchestration.commands.doctor import HEALTHY, IN_NEED, UNSEEN
from orchestration.health import arrivals, room
from orchestration.lock import LOCK, refresh_lock
from orchestration.modes import secure_home
from orchestration.queries.disclosures import record_disclosure
from orchestration.settings import Settings, time_here

REPOSITORY = Path(__file__).parents[3]
NEWEST = "0002-2026-06-30"


@pytest.fixture(scope="module")
def whole(refreshed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the home for all tests of this file; none of them writes in a file of it."""
    home = tmp_path_factory.mktemp("doctor") / "whole"
    shutil.copytree(refreshed_home, home, symlinks=True)
    return home


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> Path:
    """The same files under a folder of the test's own: a file is changed by `rewrite`, which leaves the others' alone."""
    home = tmp_path / "home"
    shutil.copytree(whole, home, symlinks=True, copy_function=os.link)
    return home


def rewrite(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def set_back(delivery: Path, **ago: float) -> None:
    at = time.time() - timedelta(**ago).total_seconds()
    for path in (*delivery.rglob("*"), delivery):
        os.utime(path, (at, at))


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str], list[str]]]:
    """Exit status, lines that need a person, and other lines."""

    def run(home: Path, key: str | None = KEY) -> tuple[int, list[str], list[str]]:
        capsys.readouterr()
        status = vigil(home, "doctor", key=key)
        said = capsys.readouterr()
        assert said.err == ""
        assert KEY not in said.out
        lines = said.out.splitlines()
        assert lines[0] == str(home)
        return (
            status,
            [line for line in lines if line[0] == "!"],
            [line for line in lines[1:] if line[0] != "!"],
        )

    return run


def test_a_healthy_home_says_so_and_what_it_is_like(home: Path, doctor) -> None:  # type: ignore[no-untyped-def]
    status, faults, said = doctor(home)
    assert (status, faults) == (HEALTHY, [])
    assert said[-1] == "healthy: nothing needs a person"
    assert re.fullmatch(rf"  release   {NEWEST}, 0 days old, of a data cut \d+ days old; SYNTHETIC", said[0])
    assert {line.split()[0] for line in said[1:-1]} == {"room", "growth"}
    assert re.search(
        r"landing [\d.]+ MB, store [\d.]+ MB, .*; 2 of 2 releases are whole, all are kept", "\n".join(said)
    )


def _snapshot(home: Path) -> dict[str, tuple[int, ...]]:
    found = {}
    for path in (home, *home.rglob("*")):
        status = path.lstat()
        found[str(path)] = (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino)
    return found


def test_it_changes_nothing_and_is_done_in_three_seconds_from_a_cold_start(home: Path) -> None:
    before = _snapshot(home)
    with environment(home):
        before_it = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.cli", "doctor"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        after_it = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (done.returncode, done.stderr) == (HEALTHY, "")
    # Of the processor's time, as others may use the machine of the tests.
    took = [getattr(after_it, name) - getattr(before_it, name) for name in ("ru_utime", "ru_stime")]
    assert sum(took) < 3
    assert _snapshot(home) == before


def dead_lock(home: Path) -> None:
    rewrite(home / LOCK, b"pid 4194305 since 2026-06-30T02:00:00+09:00")


def dangling(home: Path) -> None:
    (home / "releases" / "current").unlink()
    (home / "releases" / "current").symlink_to("0009-2027-01-01")


def no_current(home: Path) -> None:
    (home / "releases" / "current").unlink()


def incomplete_release(home: Path) -> None:
    folder = home / "releases" / NEWEST
    (folder / "report" / "report.html").unlink()


def half_a_journal(home: Path) -> None:
    path = home / "releases" / "journal.jsonl"
    rewrite(path, path.read_bytes()[:-20])


def damaged_database(home: Path) -> None:
    for path in (home / "dagster").rglob("*.db-*"):
        path.unlink()
    path = home / "dagster" / "history" / "runs.db"
    rewrite(path, path.read_bytes()[:4096] + os.urandom(8192))


def dead_run(home: Path) -> None:
    path = home / "dagster" / "history" / "runs.db"
    shutil.copyfile(path, copy := path.with_name("copy"))
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("update runs set status = 'STARTED', start_time = 0, end_time = null where id = 1")
    os.replace(copy, path)


def damaged_code(home: Path) -> None:
    rewrite(home / "store" / "kernels" / ("0" * 64) / "km.nbi", b"no pickle")


def open_home(home: Path) -> None:
    home.chmod(0o755)
    (home / "store").chmod(0o755)


def unwritable(home: Path) -> None:
    (home / "store").chmod(0o500)


def failed_night(home: Path) -> None:
    told = "# Refresh of data cut 2026-09-30 failed\n\nRun 1.\n\ndbt: marts.adsl: unique_adsl: 3 rows\n\nNo release.\n"
    rewrite(home / "build" / "failures" / "2026-09-30-00000000.md", told.encode())


def _deliver(home: Path, *left_out: str, hours: float, cut: str = "2026-09-30") -> Path:
    landing = home / "landing" / "registry"
    shutil.copytree(landing / "2026-06-30", landing / cut, copy_function=os.link, ignore=lambda *_: left_out)
    set_back(landing / cut, hours=hours)
    return landing / cut


def half_delivered(home: Path) -> None:
    _deliver(home, "ae.csv", hours=2)


def without_subjects(home: Path) -> None:
    _deliver(home, "dm.csv", "MANIFEST.sha256", hours=2)


def forgotten(home: Path) -> None:
    _deliver(home, hours=48)


def genuine_without_key(home: Path) -> None:
    _deliver(home, "SYNTHETIC.json", "MANIFEST.sha256", hours=2)


def half_copied(home: Path) -> None:
    """A file of another content than its manifest says, as a night found it and remembers."""
    file = _deliver(home, hours=48) / "dm.csv"
    rewrite(file, file.read_bytes()[:-9])
    set_back(file.parent, hours=48)
    status, cache = file.stat(), home / "store" / "scans.cache"
    known = json.loads(cache.read_text())
    stamp = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
    rewrite(
        cache,
        json.dumps(known | {str(file): {"stamp": stamp, "scan": list(known.values())[-1]["scan"]}}).encode(),
    )


def broken_protocol(home: Path) -> None:
    (home / "protocol.toml").unlink()
    (home / "protocol.toml").write_text("[matching]\nratio = 'two'\n")


def changed_protocol(home: Path) -> None:
    text = (home / "protocol.toml").read_text()
    rewrite(home / "protocol.toml", text.replace("imputations = 2", "imputations = 3").encode())


def killed_erasure(home: Path) -> None:
    rewrite(home / "erasing.json", b"{}")


def damage_set_aside(home: Path) -> None:
    rewrite(home / "dagster.damaged-20260630T020000000000", b"")


def lost_words(home: Path) -> None:
    rewrite(home / "landing" / "registry" / "terms.csv", b"domain,nonsense\n")


def damaged_disclosures(home: Path) -> None:
    for day in (1, 2):
        at = f"2026-07-0{day}T09:00:00+09:00"
        record_disclosure(home, NEWEST, at, n_query=8, n_site=2, n_subject=6)
    path = home / "disclosures-copy.jsonl"
    rewrite(path, path.read_bytes()[:-30])


FAULTS = {
    dead_lock: r"lock .*a command died before it had ended \(pid 4194305 since .*\) -> vigil refresh makes good",
    dangling: r"current .*the link leads to no release -> vigil refresh mends it by the journal",
    no_current: r"current .*no release is current -> vigil refresh mends it",
    incomplete_release: rf"current .*release {NEWEST} is damaged -> vigil releases verify {NEWEST}",
    half_a_journal: r"journal .*line \d+: cannot be read -> vigil releases verify",
    damaged_database: r"dagster .*history/runs.db is damaged -> vigil refresh sets it aside",
    dead_run: r"dagster .*1 run is taken for running and nobody makes it -> the next vigil refresh fails",
    damaged_code: r"kernels .*compiled code 000000000000 is damaged -> vigil refresh compiles it anew",
    open_home: r"access .*open to more than its user: the home folder, store -> vigil refresh closes it",
    unwritable: r"access .*its user cannot write: store -> chmod u\+rwx",
    failed_night: r"failure .*2026-09-30-00000000.md, no release since: dbt: marts.adsl: unique_adsl: 3 rows -> see the",
    half_delivered: r"delivery .*registry '2026-09-30' is not read: .*MANIFEST.sha256 lists 1 file.* -> complete it",
    without_subjects: r"delivery .*registry '2026-09-30' is refused: .*required file missing: DM.* -> correct the delivery",
    forgotten: r"delivery .*'2026-09-30' is complete for more than a day and not released -> vigil refresh",
    half_copied: r"delivery .*'2026-09-30' is refused: 'dm.csv': sha256 differs from MANIFEST.sha256.* -> correct",
    broken_protocol: r"protocol .*protocol.toml: .*ratio.* -> vigil protocol validate",
    changed_protocol: rf"protocol .*changed since release {NEWEST} under the same version -> give study.version",
    killed_erasure: r"erasure .*one was begun and not ended -> vigil refresh, erase or rollback completes it",
    damage_set_aside: r"aside .*1 set aside as damaged: dagster.damaged-2026\d+T\d+ -> look why",
    damaged_disclosures: r"disclosures .*-copy.jsonl is damaged or short: .* -> vigil queries restores what one of",
    lost_words: r"delivery .*terms.csv.* -> mend what it names",
}


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_has_its_own_line(home: Path, doctor, plant: Callable[[Path], None]) -> None:  # type: ignore[no-untyped-def]
    plant(home)
    status, faults, said = doctor(home)
    assert status == IN_NEED
    # A journal that is cut short is missed by its copy as well.
    assert len(faults) == (2 if plant is half_a_journal else 1), faults
    assert re.match(f"! {FAULTS[plant]}", faults[0]), faults
    assert said[-1].endswith("a person")


def test_so_is_it_by_who_verifies_the_releases(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damaged_disclosures(home)
    assert vigil(home, "releases", "verify", NEWEST) == 1
    assert capsys.readouterr().out.splitlines() == [
        "disclosures-copy.jsonl is damaged or short: the next vigil queries restores it from its other copy"
    ]


@pytest.mark.parametrize("key", [None, "another key than the one of the tests"])
def test_another_key_or_none_is_told_by_fingerprints_alone(home: Path, doctor, key: str | None) -> None:  # type: ignore[no-untyped-def]
    status, (fault,), _ = doctor(home, key)
    assert status == IN_NEED
    unset = "VIGIL_PSEUDONYM_KEY is unset, and " if key is None else ""
    assert fault.startswith(f"! key       {unset}release {NEWEST} was made under another pseudonym key (")
    assert "-> set VIGIL_PSEUDONYM_KEY to the key it was made under" in fault
    assert key is None or key not in fault


def test_a_genuine_delivery_without_a_key(home: Path, doctor) -> None:  # type: ignore[no-untyped-def]
    genuine_without_key(home)
    _, faults, _ = doctor(home, None)
    assert re.search(r"'2026-09-30' is refused: .*without VIGIL_PSEUDONYM_KEY", "\n".join(faults))


@pytest.mark.parametrize(
    ("left", "told"),
    [
        ((10 * 2**20, 10**6), r"10.5 MB free, a night takes [\d.]+ MB -> make room"),
        ((2 * 10**8, 10**6), r"200.0 MB free, .* full after \d more -> make room"),
        ((10**12, 20), r"room for 20 files, a night takes 500 -> make room"),
    ],
)
def test_too_little_room(
    home: Path,
    doctor,
    monkeypatch: pytest.MonkeyPatch,
    left: tuple[int, int],
    told: str,  # type: ignore[no-untyped-def]
) -> None:
    monkeypatch.setattr(room, "room_left", lambda folder: left)
    monkeypatch.setattr(room, "LEAST", 20 * 10**6)
    monkeypatch.setattr(room, "_newest_release", lambda visit: 30 * 10**6)
    status, (fault,), _ = doctor(home)
    assert status == IN_NEED
    assert re.match(f"! room .*{told}", fault)


def test_beside_a_refresh_what_is_half_done_is_no_fault(home: Path, doctor) -> None:  # type: ignore[no-untyped-def]
    dead_run(home)
    killed_erasure(home)
    (home / LOCK).unlink()
    with refresh_lock(home, time_here()):
        status, faults, said = doctor(home)
    assert (status, faults) == (HEALTHY, [])
    assert re.search(rf"  lock +a command is at work \(pid {os.getpid()} since ", "\n".join(said))
    long_ago = (datetime.fromisoformat(time_here()) - timedelta(hours=9)).isoformat()
    with refresh_lock(home, long_ago):
        status, (fault,), _ = doctor(home)
    assert re.match(rf"! lock .*for more than 4 hours .* -> look what process {os.getpid()} does", fault)


def test_a_delivery_that_arrives_needs_nobody(home: Path, doctor, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    half_delivered(home)
    monkeypatch.setattr(arrivals, "ARRIVES", timedelta(hours=3))
    status, faults, said = doctor(home)
    assert (status, faults) == (HEALTHY, [])
    assert "registry '2026-09-30' is not read" in "\n".join(said)


def test_a_group_that_is_none_and_a_signing_key_in_the_home(
    home: Path, doctor, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("VIGIL_GROUP", "nosuchgroup")
    _, (fault,), _ = doctor(home)
    assert re.match(r"! access .*nosuchgroup.* -> correct VIGIL_GROUP", fault)
    monkeypatch.delenv("VIGIL_GROUP")
    for place, told in (("home/mine.key", "inside the home folder"), ("gone.key", "no key that can be used")):
        monkeypatch.setenv("VIGIL_SIGNING_KEY", str(home.parent / place))
        _, (fault,), _ = doctor(home)
        assert re.match(rf"! signing .*{told}.* -> correct VIGIL_SIGNING_KEY", fault)


def test_a_protocol_of_another_version_and_older_libraries_need_nobody(home: Path, doctor) -> None:  # type: ignore[no-untyped-def]
    (home / "protocol.toml").unlink()
    write_protocol(home, "2.0.0")
    status, faults, said = doctor(home)
    assert (status, faults) == (HEALTHY, [])
    assert f"changed since release {NEWEST}; the next refresh makes its data cut anew" in "\n".join(said)


@pytest.mark.parametrize("made", [True, False], ids=["empty", "not there"])
def test_a_home_in_which_nothing_is(tmp_path: Path, doctor, made: bool) -> None:  # type: ignore[no-untyped-def]
    home = tmp_path / "empty"
    if made:
        home.mkdir(mode=0o700)
    (tmp_path / "protocol.toml").write_text("")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("homes.QUICK_PROTOCOL", "")
        status, faults, _ = doctor(home, None)
    assert status == IN_NEED
    assert re.match(
        r"! release .*none yet, and nothing is delivered -> put deliveries into landing/", faults[0]
    )
    assert home.exists() == made


NOBODY = 65534


@pytest.fixture
def of_nobody(home: Path) -> Iterator[Path]:
    """The home where another user can reach it, as far as its modes let them."""
    closed = [path for path in home.parents if path.is_dir() and not path.stat().st_mode & 0o001]
    modes = {path: path.stat().st_mode for path in closed}
    for path in closed:
        path.chmod(modes[path] | 0o001)
    yield home
    for path in closed:
        path.chmod(modes[path])


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user")
def test_a_user_who_may_only_read_is_told_what_they_may_not_see(
    of_nobody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, group = of_nobody, grp.getgrgid(NOBODY).gr_name
    monkeypatch.setenv("VIGIL_GROUP", group)
    before = os.umask(0o077)
    secure_home(Settings(home, group=group))
    os.umask(before)
    vigil(home, "doctor")
    status, said = _as_nobody(home)
    assert f"release   {NEWEST}, " in said
    unseen = re.search(
        r"^\? (.*): this user may not look; run vigil doctor as the user whom", said, re.MULTILINE
    )
    assert unseen is not None
    assert {"delivery", "dagster", "room"} <= set(unseen[1].split(", "))
    assert said.splitlines()[-1] == "nothing found in what could be looked at"
    assert status == UNSEEN


def _as_nobody(home: Path) -> tuple[int, str]:
    """What a child of this process is told, which has everything imported: the interpreter may be root's own."""
    with open(home.parent / "said", "w+") as said:
        child = os.fork()
        if child == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            with redirect_stdout(said):
                status = vigil(home, "doctor")
            said.flush()
            os._exit(status)
        _, status = os.waitpid(child, 0)
        said.seek(0)
        return os.waitstatus_to_exitcode(status), said.read()
