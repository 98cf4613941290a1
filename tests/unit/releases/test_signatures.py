"""Releases signed by a key outside the home: what that finds and hashes cannot, and that Debian's minisign agrees.

Three signed releases: 0001, 0002 (emptied by retention) and 0003, which is current.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import minisign
import pytest
from fabricated_build import FIRST, SECOND, THIRD, release

from orchestration.cli import main
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.journal import Journal
from orchestration.releases.manifest import MANIFEST
from orchestration.releases.purge import RETIRED, purge
from orchestration.releases.signing import SigningError, signature_of, signing_key
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain
from orchestration.releases.verify_signatures import verify_signatures

OLD, RETIRED_ONE, NEWEST = f"0001-{FIRST}", f"0002-{SECOND}", f"0003-{THIRD}"
DEBIANS = shutil.which("minisign")
needs_minisign = pytest.mark.skipif(DEBIANS is None, reason="Debian's minisign is not installed")


def make_keys(folder: Path, name: str, password: str | None = None) -> tuple[Path, Path]:
    """A secret and a public key in files."""
    folder.mkdir(parents=True, exist_ok=True)
    pair, secret, public = minisign.KeyPair.generate(), folder / f"{name}.key", folder / f"{name}.pub"
    public.write_bytes(bytes(pair.public_key) + b"\n")
    if password is not None:
        pair.secret_key.encrypt(password)
    secret.write_bytes(bytes(pair.secret_key) + b"\n")
    return secret, public


def make_releases(home: Path, first: float = 1.0) -> Path:
    """Three releases, the second emptied."""
    for number, cut in enumerate((FIRST, SECOND, THIRD), start=1):
        release(home, cut, estimate=first + number)
    index = ReleaseIndex(home / "releases")
    purge(index, index.folder("2"), RETIRED, "2026-10-02T03:00:00+09:00")
    return home


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `home`, made with the key, and `keys`."""
    folder = tmp_path_factory.mktemp("signed")
    secret, _ = make_keys(folder / "keys", "own")
    make_keys(folder / "keys", "other")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIGIL_SIGNING_KEY", str(secret))
        make_releases(folder / "home")
    return folder


@pytest.fixture
def folder(signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy to change, by somebody who has not the key."""
    monkeypatch.delenv("VIGIL_SIGNING_KEY", raising=False)
    subprocess.run(["cp", "-a", f"{signed}/.", str(tmp_path)], check=True)
    monkeypatch.setenv("VIGIL_HOME", str(tmp_path / "home"))
    return tmp_path


def problems(home: Path) -> list[str]:
    """What `vigil releases verify` says without a key."""
    index = ReleaseIndex(home / "releases")
    return [p for folder in index.folders() for p in verify_release(folder)] + verify_chain(index)


def unsigned(folder: Path, key: str = "own") -> list[str]:
    """What it says more with one."""
    return verify_signatures(ReleaseIndex(folder / "home" / "releases"), folder / "keys" / f"{key}.pub")


def test_what_nobody_touched_is_signed_also_where_only_the_manifest_is_left(folder: Path) -> None:
    assert problems(folder / "home") == []
    assert unsigned(folder) == []
    assert not (folder / "home" / "releases" / RETIRED_ONE / "vigil.duckdb").exists()


def test_another_key_signed_none_of_it(folder: Path) -> None:
    assert len(unsigned(folder, "other")) == 4


def _rewritten(folder: Path) -> None:
    """Other releases and another ledger, whole and consistent, in place of those that were published."""
    home = folder / "home"
    for name in ("releases", "ledger"):
        shutil.rmtree(home / name)
    make_releases(home, 7.0)


def _rewritten_by_another_key(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIGIL_SIGNING_KEY", str(folder / "keys" / "other.key"))
        _rewritten(folder)


def _rewritten_under_the_old_signatures(folder: Path) -> None:
    home = folder / "home"
    kept = {path: path.read_bytes() for path in home.rglob("*.minisig")}
    _rewritten(folder)
    for path, content in kept.items():
        path.write_bytes(content)


def _newest_never_published(folder: Path) -> None:
    """The newest release deleted, with its copy and the end of the journal, as if the night had not been."""
    home = folder / "home"
    journal = Journal.of(home / "releases")
    lines = journal.path.read_bytes().splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if NEWEST.encode() in line)
    for path in (journal.path, journal.second):
        path.write_bytes(b"".join(lines[:first]))
    shutil.rmtree(home / "releases" / NEWEST)
    for path in home.joinpath("ledger").glob(f"{NEWEST}*"):
        path.unlink()
    (home / "releases" / "current").unlink()
    (home / "releases" / "current").symlink_to(RETIRED_ONE)
    # The retention of 0002 came after it.
    (home / "releases" / RETIRED_ONE).rename(folder / "gone")
    shutil.copytree(folder / "gone", home / "releases" / RETIRED_ONE)


def _approved_by_a_stranger(folder: Path) -> None:
    assert main(["releases", "approve", NEWEST, "--reason", "looks fine"]) == 0


def _signatures_gone(folder: Path) -> None:
    for path in (folder / "home").rglob("*.minisig"):
        path.unlink()


def _signatures_exchanged(folder: Path) -> None:
    releases, ledger = folder / "home" / "releases", folder / "home" / "ledger"
    for path in (releases / OLD / MANIFEST, ledger / f"{OLD}.json"):
        signature_of(path).unlink()
        shutil.copy2(signature_of(releases / NEWEST / MANIFEST), signature_of(path))


BY_SOMEBODY: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "releases and ledger rewritten": (_rewritten, [OLD, RETIRED_ONE, NEWEST, "journal"]),
    "rewritten and signed by another key": (_rewritten_by_another_key, [OLD, RETIRED_ONE, NEWEST, "journal"]),
    "rewritten below the signatures there were": (
        _rewritten_under_the_old_signatures,
        [OLD, RETIRED_ONE, NEWEST, "journal"],
    ),
    "the newest release taken away with its traces": (_newest_never_published, ["journal"]),
    "a line of the journal without the key": (_approved_by_a_stranger, ["journal"]),
    "all signatures taken away": (_signatures_gone, [OLD, RETIRED_ONE, NEWEST, "journal"]),
    "a signature of another release": (_signatures_exchanged, [OLD]),
}


@pytest.mark.parametrize("manipulation", BY_SOMEBODY)
def test_who_has_the_home_but_not_the_key_is_found(folder: Path, manipulation: str) -> None:
    change, named = BY_SOMEBODY[manipulation]
    change(folder)
    told = unsigned(folder)
    assert len(told) == len(named)
    assert [name in line for name, line in zip(named, told, strict=True)] == [True] * len(named)


@pytest.mark.parametrize(
    "manipulation",
    ["releases and ledger rewritten", "all signatures taken away", "a line of the journal without the key"],
)
def test_hashes_alone_find_nothing_of_it(folder: Path, manipulation: str) -> None:
    BY_SOMEBODY[manipulation][0](folder)
    assert problems(folder / "home") == []


def test_what_was_written_without_the_key_is_not_signed_over_by_the_next_night(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _approved_by_a_stranger(folder)
    monkeypatch.setenv("VIGIL_SIGNING_KEY", str(folder / "keys" / "own.key"))
    release(folder / "home", THIRD, estimate=4.0)
    assert [line.split(":")[0] for line in unsigned(folder)] == ["journal.jsonl"]
    assert main(["releases", "sign"]) == 0
    assert unsigned(folder) == []
    assert problems(folder / "home") == []


def test_a_journal_without_signature_beside_signed_releases_is_not_signed_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal.of(folder / "home" / "releases")
    for path in (journal.path, journal.second):
        signature_of(path).unlink()
    monkeypatch.setenv("VIGIL_SIGNING_KEY", str(folder / "keys" / "own.key"))
    release(folder / "home", THIRD, estimate=4.0)
    assert unsigned(folder) == ["journal.jsonl is not signed"]


def test_releases_from_before_there_was_a_key_are_named_with_a_key_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VIGIL_SIGNING_KEY", raising=False)
    secret, public = make_keys(tmp_path / "keys", "own")
    home = tmp_path / "home"
    release(home, FIRST)
    monkeypatch.setenv("VIGIL_HOME", str(home))
    monkeypatch.setenv("VIGIL_SIGNING_KEY", str(secret))
    release(home, SECOND)
    assert main(["releases", "verify"]) == 0
    capsys.readouterr()
    assert main(["releases", "verify", "--key", str(public)]) == 1
    assert capsys.readouterr().out == f"release {OLD}: is not signed\n"
    assert main(["releases", "sign"]) == 0
    assert main(["releases", "verify", "--key", str(public)]) == 0


def test_what_is_damaged_is_not_signed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIL_SIGNING_KEY", str(folder / "keys" / "other.key"))
    (folder / "home" / "releases" / NEWEST / "report" / "report.html").unlink()
    assert main(["releases", "sign"]) == 1
    assert len(unsigned(folder, "other")) == 4


@pytest.mark.parametrize("lost", [f"releases/{OLD}/{MANIFEST}.minisig", f"ledger/{OLD}.json.minisig"])
def test_a_lost_signature_is_restored_from_the_other(folder: Path, lost: str) -> None:
    from orchestration.releases.recovery import mend_ledger

    home = folder / "home"
    content = (home / lost).read_bytes()
    (home / lost).unlink()
    assert unsigned(folder) == []
    mend_ledger(ReleaseIndex(home / "releases"), "2026-10-02T03:00:00+09:00")
    assert (home / lost).read_bytes() == content
    assert problems(home) == []


class Killed(BaseException):
    """The process was killed."""


@pytest.mark.parametrize("write", range(4))
def test_a_journal_killed_between_its_writes_stays_signed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, write: int
) -> None:
    from orchestration.releases import journal

    monkeypatch.setenv("VIGIL_SIGNING_KEY", str(folder / "keys" / "own.key"))
    index, real, done = ReleaseIndex(folder / "home" / "releases"), journal.write_in_ledger, []

    def dying(path: Path, content: bytes) -> None:
        if len(done) == write:
            raise Killed
        real(path, content)
        done.append(path)

    monkeypatch.setattr(journal, "write_in_ledger", dying)
    with pytest.raises(Killed):
        index.record(at="now", act="held", reason="x", release=NEWEST)
    monkeypatch.setattr(journal, "write_in_ledger", real)
    assert unsigned(folder) == []
    Journal.of(index.root).mend()
    index.record(at="now", act="approved", reason="y", release=NEWEST)
    assert unsigned(folder) == []
    assert problems(folder / "home") == []


def test_a_key_inside_the_home_is_refused_before_anything_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = folder / "home"
    secret, _ = make_keys(home / "keys", "own")
    monkeypatch.setenv("VIGIL_SIGNING_KEY", str(secret))
    before = (home / "releases" / "journal.jsonl").read_bytes()
    with pytest.raises(SigningError, match="inside the home folder"):
        ReleaseIndex(home / "releases").record(at="now", act="held", reason="x", release=NEWEST)
    assert (home / "releases" / "journal.jsonl").read_bytes() == before
    assert main(["refresh"]) == 1


def test_an_encrypted_key_needs_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _ = make_keys(tmp_path, "own", "a password")
    monkeypatch.setenv("VIGIL_SIGNING_KEY", str(secret))
    for password, said in ((None, "set VIGIL_SIGNING_PASSWORD"), ("other", "wrong password")):
        if password is not None:
            monkeypatch.setenv("VIGIL_SIGNING_PASSWORD", password)
        with pytest.raises(SigningError, match=said):
            signing_key(tmp_path / "home")
    monkeypatch.setenv("VIGIL_SIGNING_PASSWORD", "a password")
    assert signing_key(tmp_path / "home") is not None


@pytest.mark.parametrize("content", [None, b"", b"no key\n", os.urandom(200)])
def test_a_file_that_is_no_key_is_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "keys" / "broken.key"
    if content is not None:
        path.write_bytes(content)
    assert main(["releases", "verify", "--key", str(path)]) == 1
    monkeypatch.setenv("VIGIL_SIGNING_KEY", str(path))
    assert main(["releases", "approve", NEWEST, "--reason", "x"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert all("broken.key is no" in line for line in told)


def _debians(*arguments: str | Path) -> subprocess.CompletedProcess:
    assert DEBIANS is not None
    return subprocess.run([DEBIANS, *map(str, arguments)], capture_output=True, text=True, check=False)


@needs_minisign
def test_debians_minisign_agrees(folder: Path) -> None:
    public, manifest = folder / "keys" / "own.pub", folder / "home" / "releases" / NEWEST / MANIFEST
    right = _debians("-V", "-p", public, "-m", manifest)
    assert right.returncode == 0
    assert f"vigil release {NEWEST}" in right.stdout
    assert _debians("-V", "-p", public, "-m", folder / "home" / "releases" / "journal.jsonl").returncode == 0
    assert _debians("-V", "-p", folder / "keys" / "other.pub", "-m", manifest).returncode != 0
    manifest.chmod(0o644)
    manifest.write_bytes(manifest.read_bytes().replace(b'"seed": 1', b'"seed": 2'))
    assert _debians("-V", "-p", public, "-m", manifest).returncode != 0


@needs_minisign
def test_a_key_of_debians_minisign_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, public = tmp_path / "debian.key", tmp_path / "debian.pub"
    assert _debians("-G", "-W", "-s", secret, "-p", public).returncode == 0
    monkeypatch.setenv("VIGIL_SIGNING_KEY", str(secret))
    made = release(tmp_path / "home", FIRST)
    assert verify_signatures(ReleaseIndex(made.parent), public) == []
    assert _debians("-V", "-p", public, "-m", made / MANIFEST).returncode == 0
