"""A copy is what was built, and a release what was published, value for value."""

from pathlib import Path

import duckdb
import pytest
from fabricated_build import FIRST, close_anew, release

from orchestration.releases import publish as publishing
from orchestration.releases.journal import JOURNAL
from orchestration.releases.manifest import read_manifest
from orchestration.releases.publish import PublicationError
from orchestration.releases.soundness import file_hash
from orchestration.releases.verify import verify_release
from orchestration.settings import DATABASE


def _change(database: Path, statement: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(statement)
        connection.execute("checkpoint")


def test_a_copy_that_lost_a_row_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = publishing._copy_public

    def losing(publication: publishing.Publication, target: Path) -> None:
        copy(publication, target)
        _change(target, "delete from marts.adae where USUBJID = (select min(USUBJID) from marts.adae)")

    monkeypatch.setattr(publishing, "_copy_public", losing)
    with pytest.raises(PublicationError, match=r"marts\.adae has 19 rows in the copy, 20 in the build"):
        release(tmp_path, FIRST)
    assert not list((tmp_path / "releases").glob("[0-9]*"))


def test_a_value_changed_by_somebody_who_closes_the_manifest_anew_and_takes_the_journal_away_is_found(
    tmp_path: Path,
) -> None:
    folder = release(tmp_path, FIRST)
    assert verify_release(folder) == []
    (folder / DATABASE).chmod(0o600)
    _change(folder / DATABASE, "update results.effect_estimate set estimate = 0.5")
    close_anew(folder, files={**read_manifest(folder).files, DATABASE: file_hash(folder / DATABASE)})
    (folder.parent / JOURNAL).unlink()
    told = f"release {folder.name}: results.effect_estimate does not hold what was published"
    assert told in verify_release(folder)
