"""An analyst's connection reads the release and nothing else (F42)."""

from pathlib import Path

import duckdb
import pytest
from fabricated_build import FIRST, SECOND, release

from orchestration.releases.analysts import connect


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases, and a file that is none of an analyst's business."""
    home = tmp_path_factory.mktemp("home")
    release(home, FIRST)
    release(home, SECOND, estimate=2.0)
    (home / "secret.csv").write_text("a,b\n1,2\n")
    return home


def test_it_reads_the_current_release_or_the_one_asked_for(home: Path) -> None:
    with connect(home=home) as connection:
        assert connection.sql("select estimate from results.effect_estimate").fetchone() == (2.0,)
    with connect("1", home=home) as connection:
        assert connection.sql("select estimate from results.effect_estimate").fetchone() == (1.0,)
    with pytest.raises(LookupError, match="no release 9; there are: 0001-2026-03-31, 0002-2026-06-30"):
        connect("9", home=home)


@pytest.mark.parametrize(
    "statement",
    [
        "copy marts.adsl to '{home}/out.csv'",
        "select * from read_csv('{home}/secret.csv')",
        "from '{home}/secret.csv'",
        "select * from read_text('/etc/hostname')",
        "attach '{home}/other.duckdb' as other",
        "install httpfs",
        "load httpfs",
        "export database '{home}/all'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set temp_directory = '{home}'",
        "delete from marts.adsl",
        "create table marts.mine as select 1 as one",
        "drop table marts.adsl",
    ],
)
def test_it_writes_nothing_reads_no_file_and_cannot_be_opened_up(home: Path, statement: str) -> None:
    before = sorted(path.name for path in home.rglob("*"))
    with connect(home=home) as connection:
        with pytest.raises(duckdb.Error):
            connection.execute(statement.format(home=home))
        assert connection.sql("select count(*) from marts.adsl").fetchone() == (20,)
    assert sorted(path.name for path in home.rglob("*")) == before
