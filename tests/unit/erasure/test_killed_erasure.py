"""An erasure killed at any step is completed by the next command, to the same home as one that nobody killed (F14)."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from delivery_builder import CUT, DICTIONARIES, Site
from small_home import CONTROL, RAW, make_home, name_of

from orchestration.erasure.audit import audit_problems, tombstones
from orchestration.erasure.keys import OtherKeyError
from orchestration.erasure.pending import PENDING, PendingErasureError
from orchestration.erasure.recovery import recover_erasures
from orchestration.erasure.subject import erase_subject
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain
from orchestration.settings import Settings

AT = "2026-07-01T09:00:00+09:00"
NAMES = {
    "registry": [RAW, name_of(RAW)],
    "zipped registry": [RAW, name_of(RAW)],
    "proact": [f"PROACT-{CONTROL}", f"{CONTROL},"],
}
SUBJECTS = {"registry": RAW, "zipped registry": RAW, "proact": f"PROACT-{CONTROL}"}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home to copy."""
    home = tmp_path_factory.mktemp("pristine") / "home"
    make_home(home)
    return home


def _copy(pristine: Path, to: Path) -> Settings:
    subprocess.run(["cp", "-a", str(pristine), str(to)], check=True)
    return replace(Settings(to), pseudonym_key="a test secret that is long enough", settle_seconds=0)


def _erase(settings: Settings, subject: str, step: Callable[[str], None]) -> None:
    erase_subject(settings, subject, reason="consent withdrawn", at=AT, step=step)


def _killed_at(settings: Settings, subject: str, n: int) -> bool:
    """Erase in a process of its own that dies before its n-th write; whether it had so many."""
    child = os.fork()
    if child == 0:
        left = [n]

        def step(name: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        _erase(settings, subject, step)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _content(home: Path) -> dict[str, bytes]:
    """What the home holds, but for remembered digests and a lock."""
    left = {p.relative_to(home).as_posix(): p for p in home.rglob("*") if p.is_file() and not p.is_symlink()}
    return {name: p.read_bytes() for name, p in left.items() if not name.endswith((".cache", ".lock"))}


@pytest.mark.parametrize("source", SUBJECTS)
def test_killed_at_any_step_it_is_completed_by_the_next_command(
    pristine: Path, tmp_path: Path, source: str
) -> None:
    start = _copy(pristine, tmp_path / "start").home
    if source.startswith("zipped"):
        delivery = start / "landing" / "registry" / CUT
        shutil.make_archive(str(delivery), "zip", delivery)
        shutil.rmtree(delivery)
    undisturbed = _copy(start, tmp_path / "undisturbed")
    steps: list[str] = []
    _erase(undisturbed, SUBJECTS[source], steps.append)
    assert len(steps) > 13
    expected = _content(undisturbed.home)
    for n in range(1, len(steps) + 1):
        settings = _copy(start, tmp_path / f"killed{n}")
        assert _killed_at(settings, SUBJECTS[source], n)
        told = recover_erasures(settings, AT)
        if n == 1:
            # Nothing had been written down: whoever asked has to ask again.
            assert told == []
            _erase(settings, SUBJECTS[source], lambda name: None)
        else:
            assert "interrupted is completed" in told[0], steps[n - 1]
        assert recover_erasures(settings, AT) == []
        found = _content(settings.home)
        assert found.keys() == expected.keys(), steps[n - 1]
        assert not any(text.encode() in content for content in found.values() for text in NAMES[source])
        differing = [name for name in expected if found[name] != expected[name]]
        assert [name for name in differing if not name.endswith("journal.jsonl")] == [], steps[n - 1]
        index = ReleaseIndex(settings.releases)
        problems = [p for folder in index.folders() for p in verify_release(folder)] + verify_chain(index)
        assert problems + audit_problems(settings.home) == []
        subprocess.run(["rm", "-r", str(settings.home)], check=True)
    site = Site(undisturbed.home)
    assert {file.entry.n_record for file in site.accept(source.rsplit(maxsplit=1)[-1].upper()).files} == {7}


def test_another_key_does_not_complete_it(pristine: Path, tmp_path: Path) -> None:
    settings = _copy(pristine, tmp_path / "home")
    _killed_at(settings, RAW, 4)
    with pytest.raises(OtherKeyError):
        recover_erasures(replace(settings, pseudonym_key="another secret, long enough as well"), AT)
    assert (settings.home / PENDING).exists()


def test_a_damaged_note_is_named(pristine: Path, tmp_path: Path) -> None:
    settings = _copy(pristine, tmp_path / "home")
    _killed_at(settings, RAW, 4)
    (settings.home / PENDING).write_text('{"source": "REGI')
    with pytest.raises(
        PendingErasureError, match=rf"{PENDING} is damaged.*run vigil erase for that subject again"
    ):
        recover_erasures(settings, AT)


def test_files_lying_loose_in_proact_are_erased_and_whoever_comes_back_is_known(
    pristine: Path, tmp_path: Path
) -> None:
    from orchestration.erasure.requests import to_erase
    from orchestration.erasure.returned import returned_subjects
    from orchestration.warehouse import Warehouse

    settings = _copy(pristine, tmp_path / "home")
    folder = settings.landing / "proact"
    (export,) = folder.iterdir()
    originals = {file.name: file.read_bytes() for file in export.iterdir()}
    for file in export.iterdir():
        file.rename(folder / file.name)
    export.rmdir()
    done = erase_subject(settings, f"proact-0{CONTROL}", reason="asked by the source", at=AT)
    assert (done.n_record, len(done.files), len(done.releases.purged)) == (5, 5, 2)
    assert done.shortcomings == ()
    assert not any(CONTROL.encode() in file.read_bytes() for file in folder.iterdir())
    site = Site(settings.home)
    assert [t.key_id for t in tombstones(settings.home)] == [None]
    assert _returned(settings, site) == []
    for name, content in originals.items():
        again = content.replace(CONTROL.encode(), f"00{CONTROL}".encode())
        (folder / name).write_bytes(again.replace(b"subject_id", "SUBJECT_ID\u00a0".encode(), 1))
    assert _returned(settings, site) == [(f"PROACT-{CONTROL}", "PROACT_ALSFRS.csv", 4)]
    assert Warehouse(settings.build_file).has("raw.proact_demographics")
    assert to_erase(settings) == (f"PROACT-{CONTROL}",)
    done = erase_subject(settings, *to_erase(settings), reason="delivered again", at=AT)
    assert (done.n_record, done.shortcomings) == (5, ())
    assert _returned(settings, site) == []
    assert returned_subjects(Settings(tmp_path / "nowhere"), Warehouse(settings.build_file)) == ()


def _returned(settings: Settings, site: Site) -> list[tuple[str, str, int]]:
    """Who is back, by what a build of both deliveries holds."""
    from datetime import date

    from orchestration.erasure.returned import returned_subjects
    from orchestration.extracts.register import register_raw
    from orchestration.warehouse import Warehouse

    build = Warehouse(settings.build_file)
    build.discard()
    accepted = [site.accept("REGISTRY"), site.accept("PROACT")]
    with build.write() as connection:
        register_raw(connection, accepted, DICTIONARIES, data_cut=date.fromisoformat(CUT))
    return [(one.name, one.file_name, one.line) for one in returned_subjects(settings, build)]


def test_an_erasure_that_removes_nothing_from_landing_says_so(pristine: Path, tmp_path: Path) -> None:
    settings = _copy(pristine, tmp_path / "home")
    for file in (settings.landing / "registry" / CUT).iterdir():
        file.unlink()
    done = erase_subject(settings, name_of(RAW), reason="asked", at=AT)
    assert len(done.releases.purged) == 2
    assert len(done.shortcomings) == 1
    assert done.shortcomings[0].startswith("nothing was removed from landing")


def test_a_delivery_that_cannot_be_read_is_named_and_the_others_are_erased_from(
    pristine: Path, tmp_path: Path
) -> None:
    settings = _copy(pristine, tmp_path / "home")
    (settings.landing / "registry" / "2026-06-30.zip").write_bytes(b"PK\x03\x04 half a zip " + RAW.encode())
    done = erase_subject(settings, RAW, reason="asked", at=AT)
    assert done.n_record == 4
    assert any("2026-06-30.zip" in line and "take it out of landing" in line for line in done.shortcomings)
    assert any("still named in landing/registry/2026-06-30.zip" in line for line in done.shortcomings)
