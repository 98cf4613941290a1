"""A folder where a file belongs, or the reverse: set aside under a dated name and made again from its other copy."""

import os
import shutil
from pathlib import Path

import pytest
from fabricated_build import FIRST, SECOND, release

from orchestration.erasure.audit import AUDIT, SECOND_COPY, mend_audit, record_erasure, tombstones
from orchestration.lock import LOCK, refresh_lock
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import MANIFEST
from orchestration.releases.recovery import complete, mend_ledger
from orchestration.releases.verify_ledger import verify_chain

NEWEST = f"0002-{SECOND}"
NOW = "2026-10-01T03:00:00+09:00"
PLACES = {
    "journal": "releases/journal.jsonl",
    "its copy": "ledger/journal.jsonl",
    "ledger": "ledger",
    "a manifest": f"releases/{NEWEST}/{MANIFEST}",
    "its copy too": f"ledger/{NEWEST}.json",
}


def _exchange(path: Path, how: str) -> None:
    folder = path.is_dir()
    shutil.rmtree(path) if folder else path.unlink()
    if how == "dangling":
        path.symlink_to("nowhere")
    elif how == "pipe":
        os.mkfifo(path)
    elif folder:
        path.write_text("x")
    else:
        path.mkdir()
        (path / "in it").write_text("x")


@pytest.mark.parametrize("how", ["other kind", "dangling", "pipe"])
@pytest.mark.parametrize("place", PLACES)
def test_the_ledger_is_whole_again(tmp_path: Path, place: str, how: str) -> None:
    release(tmp_path, FIRST)
    release(tmp_path, SECOND, estimate=2.0)
    index = ReleaseIndex(tmp_path / "releases")
    _exchange(tmp_path / PLACES[place], how)
    told = mend_ledger(index, NOW) + complete(index, NOW)
    assert any("set aside as" in line for line in told)
    assert index.current().name == NEWEST
    left = verify_chain(index)
    assert all("delete it once it has been looked at" in line for line in left)
    assert mend_ledger(index, NOW) + complete(index, NOW) == []


@pytest.mark.parametrize("name", [AUDIT, SECOND_COPY])
@pytest.mark.parametrize("how", ["other kind", "dangling", "pipe"])
def test_the_audit_is_whole_again(tmp_path: Path, name: str, how: str) -> None:
    record_erasure(tmp_path, "PROACT-1", "asked", NOW, None)
    _exchange(tmp_path / name, how)
    assert any("set aside as" in line for line in mend_audit(tmp_path, NOW))
    assert len(tombstones(tmp_path)) == 1
    assert (tmp_path / name).read_bytes() == (tmp_path / AUDIT).read_bytes()
    assert mend_audit(tmp_path, NOW) == []


def test_a_lock_that_is_a_folder_is_set_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / LOCK).mkdir()
    with refresh_lock(tmp_path, NOW):
        assert (tmp_path / LOCK).is_file()
    assert "set aside" in capsys.readouterr().out
