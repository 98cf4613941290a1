"""A manifest that says its release is deleted, of which the journal knows nothing: what is whole stays, what is not goes."""

from dataclasses import replace
from pathlib import Path

import pytest
from fabricated_build import FIRST, SECOND, release

from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import KEPT, read_manifest, write_manifest
from orchestration.releases.purge import ERASED, RETIRED
from orchestration.releases.recovery import complete, mend_ledger
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain
from orchestration.settings import DATABASE

AT, OLD = "2026-10-02T03:00:00+09:00", f"0001-{FIRST}"


@pytest.fixture(params=["erased", "retired"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> ReleaseIndex:
    """Two releases; the older one was about to be deleted when its machine died."""
    release(tmp_path, FIRST)
    release(tmp_path, SECOND, estimate=2.0)
    folder = tmp_path / "releases" / OLD
    write_manifest(folder, replace(read_manifest(folder), **{request.param: True}))
    return ReleaseIndex(tmp_path / "releases")


def mended(index: ReleaseIndex) -> list[str]:
    told = [*mend_ledger(index, AT), *complete(index, AT)]
    assert complete(index, AT) == [], "once is enough"
    assert [p for folder in index.folders() for p in verify_release(folder)] + verify_chain(index) == []
    return told


def test_where_all_is_still_there_the_deletion_is_undone(index: ReleaseIndex) -> None:
    folder = index.root / OLD
    held = {path.name for path in folder.iterdir()}
    told = mended(index)
    assert f"release {OLD}: its deletion had hardly begun and is undone" in told
    manifest = read_manifest(folder)
    assert (manifest.erased, manifest.retired) == (False, False)
    assert {path.name for path in folder.iterdir()} == held


@pytest.mark.parametrize("gone", [DATABASE, "report/report.html"])
def test_where_anything_is_gone_the_deletion_is_completed(index: ReleaseIndex, gone: str) -> None:
    folder = index.root / OLD
    reason = ERASED if read_manifest(folder).erased else RETIRED
    folder.chmod(0o755)
    (folder / gone).parent.chmod(0o755)
    (folder / gone).unlink()
    told = mended(index)
    assert f"release {OLD}: its deletion ({reason}) had been interrupted and is completed" in told
    assert {path.name for path in folder.iterdir()} <= set(KEPT)
    assert not read_manifest(folder).has_database
