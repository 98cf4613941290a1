"""A delivery that cannot be rewritten is refused before anything is touched, or told as an erasure under way."""

import errno
import os
from pathlib import Path

import pytest
from small_home import RAW, make_home

from orchestration.erasure import landing
from orchestration.erasure.identity import ErasureError
from orchestration.erasure.pending import PENDING, PendingErasureError
from orchestration.erasure.recovery import recover_erasures
from orchestration.erasure.subject import erase_subject

AT = "2026-07-01T09:00:00+09:00"


def test_it_is_refused_by_name_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_home(tmp_path)
    locked = settings.landing / "registry" / "2026-03-31"
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    # The superuser may write anywhere: what the system says is all there is to stand in for.
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != locked and allowed(path, mode))
    with pytest.raises(
        ErasureError, match=r"'landing/registry/2026-03-31' cannot be written in.*nothing was erased"
    ):
        erase_subject(settings, RAW, reason="asked", at=AT)
    assert not (settings.home / PENDING).exists()
    assert {path: path.read_bytes() for path in before} == before


def test_what_the_system_refuses_later_is_told_as_an_erasure_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_home(tmp_path)

    def refused(temporary: Path, final: Path) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(final))

    with monkeypatch.context() as patched:
        patched.setattr(landing, "move_durably", refused)
        with pytest.raises(PendingErasureError, match="an erasure is under way and cannot be completed"):
            erase_subject(settings, RAW, reason="asked", at=AT)
        with pytest.raises(
            PendingErasureError, match=r"Read-only file system; mend that, and the next vigil refresh"
        ):
            recover_erasures(settings, AT)
    assert "interrupted is completed" in recover_erasures(settings, AT)[0]
    assert recover_erasures(settings, AT) == []
