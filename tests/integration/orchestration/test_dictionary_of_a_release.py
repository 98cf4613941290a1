"""The dictionary that lies in a release: everything that is in its database, and nothing of anybody's."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from homes import vigil

from orchestration.releases.analysts import connect
from orchestration.releases.dictionary import FILE, write_dictionary

ABOUT_TABLES = ("release.key", "release.lineage", "release.listed_value", "release.info")
"""Whose rows are about tables, or the label."""


@pytest.fixture(scope="module")
def folder(refreshed_home: Path) -> Path:
    """The current release."""
    return (refreshed_home / "releases" / "current").resolve()


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / FILE).read_text(encoding="utf-8")


@pytest.fixture
def released(refreshed_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Closed after each test: one process opens a file in one way only, and `verify` has its own."""
    with connect(home=refreshed_home) as connection:
        yield connection


def _ids(page: str) -> list[str]:
    return re.findall(r'\bid="([^"]*)"', page)


def test_every_table_and_column_of_the_database_stands_in_it_once(
    page: str, released: duckdb.DuckDBPyConnection
) -> None:
    own = "database_name = current_database() and not internal"
    names = released.sql(
        f"""select schema_name || '.' || table_name from duckdb_tables() where {own} union all
            select schema_name || '.' || view_name from duckdb_views() where {own} union all
            select schema_name || '.' || table_name || '.' || column_name from duckdb_columns() where {own}"""
    ).fetchall()
    expected = sorted(name for (name,) in names)
    assert sorted(each for each in _ids(page) if "." in each) == expected
    assert len(expected) > 1000


def test_none_is_without_a_meaning(page: str, released: duckdb.DuckDBPyConnection) -> None:
    assert '<td class="meaning">–</td>' not in page
    missing = """select schema_name, table_name, column_name from duckdb_columns()
                 where database_name = current_database() and not internal and coalesce(trim(comment), '') = ''"""
    assert released.sql(missing).fetchall() == []
    assert (
        released.sql("select table_name from duckdb_tables() where coalesce(comment, '') = ''").fetchall()
        == []
    )
    # A row is something in every table.
    assert re.findall(r"<summary><h3><code>(\S+)</code></h3> <span>(?!.*· one row)", page) == []


def test_every_key_and_reference_is_drawn(page: str, released: duckdb.DuckDBPyConnection) -> None:
    keys = released.sql("select table_name, columns from release.key where refers_to is null").fetchall()
    for table, columns in keys:
        schema, _, short = table.partition(".")
        picture = re.search(rf'aria-label="Keys of the tables of schema {schema}">.*?</svg>', page, re.DOTALL)
        (drawn,) = re.findall(rf'<a href="#{table}">.*?class="name">{short}</text>(.*?)</a>', picture[0])  # type: ignore[index]
        assert re.findall(r'class="in-key">([^<]*)<', drawn) == columns.split(", ")
    picture = re.search(r'aria-label="Tables whose columns lead to other tables">.*?</svg>', page, re.DOTALL)
    references = released.sql(
        "select table_name, refers_to from release.key where refers_to is not null"
    ).fetchall()
    assert len(references) > 20
    for table, refers_to in references:
        target = refers_to.split(" ")[0]
        assert f'<a href="#{table}">' in picture[0]  # type: ignore[index]
        assert f'<a href="#{target}">' in picture[0]  # type: ignore[index]
        (own,) = re.findall(rf'<details class="table" id="{table}">(.*?)</table>', page, re.DOTALL)
        assert re.search(rf'<a href="#{target}\.\w+"><code>{target}</code></a>', own)


def test_every_link_leads_somewhere(page: str) -> None:
    targets = set(re.findall(r'href="#([^"]*)"', page))
    assert targets <= set(_ids(page))
    assert len(_ids(page)) == len(set(_ids(page)))
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)
    assert not re.search(r"https?:(?!//www\.w3\.org)", page)


def test_the_reports_lead_to_it(folder: Path) -> None:
    for edition in ("report", "in-house"):
        text = (folder / edition / "report.html").read_text(encoding="utf-8")
        (target,) = re.findall(r'href="(\.\.[^"]*)"', text)
        assert (folder / edition / target).resolve() == folder / FILE


def test_no_row_of_anybody_moves_a_letter_of_it(folder: Path, page: str, tmp_path: Path) -> None:
    """With every row deleted but those about tables it is the same page."""
    emptied = tmp_path / "vigil.duckdb"
    shutil.copyfile(folder / "vigil.duckdb", emptied)
    with duckdb.connect(str(emptied)) as connection:
        names = connection.sql("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        for (name,) in names:
            if name not in ABOUT_TABLES:
                connection.execute(f"delete from {name}")
        assert connection.sql("select count(*) from marts.adsl").fetchone() == (0,)
    write_dictionary(emptied, tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page


def test_no_subject_and_no_number_of_them_is_in_it(page: str, released: duckdb.DuckDBPyConnection) -> None:
    names = released.sql("select USUBJID, SUBJID, SITEID from marts.adsl").fetchall()
    told = {str(name) for row in names for name in row if name is not None and len(str(name)) > 3}
    assert len(told) > 100
    assert [name for name in told if name in page] == []


def test_a_command_makes_the_same_bytes_again(
    refreshed_home: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "dictionary.html"
    assert vigil(refreshed_home, "releases", "dictionary", folder.name, "--out", str(out)) == 0
    assert out.read_bytes() == (folder / FILE).read_bytes()
    assert vigil(refreshed_home, "releases", "show") == 0
    assert str(folder / FILE) in capsys.readouterr().out


def test_it_is_one_of_the_files_that_are_verified(refreshed_home: Path, folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    assert FILE in manifest["files"]
    assert vigil(refreshed_home, "releases", "verify") == 0


def test_a_release_from_before_has_a_dictionary_without_what_it_does_not_say(
    folder: Path, tmp_path: Path
) -> None:
    older = tmp_path / "vigil.duckdb"
    shutil.copyfile(folder / "vigil.duckdb", older)
    with duckdb.connect(str(older)) as connection:
        for table in ABOUT_TABLES:
            connection.execute(f"drop table {table}")
        connection.execute("drop schema analysis cascade")
    write_dictionary(older, tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert 'id="marts.adsl.USUBJID"' in text
    assert 'id="references"' not in text


def test_without_a_release_it_says_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "protocol.toml").write_text("")
    assert vigil(tmp_path, "releases", "dictionary", "--out", str(tmp_path / "page.html")) == 1
    assert "vigil refresh" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()


def test_listed_values_hold_in_the_rows(released: duckdb.DuckDBPyConnection) -> None:
    columns = released.sql(
        "select distinct table_name, column_name from release.listed_value order by all"
    ).fetchall()
    assert len(columns) > 40
    for table, column in columns:
        strange = released.execute(
            f"""select distinct "{column}"::varchar as held from {table} where held is not null and held not in (
                select listed_value from release.listed_value where table_name = ? and column_name = ?)""",
            [table, column],
        ).fetchall()
        assert strange == [], (table, column)


def test_lineage_names_tables_that_are_there_or_were_delivered(released: duckdb.DuckDBPyConnection) -> None:
    strange = """select distinct made_of from release.lineage where made_of not like 'raw.%' and made_of not in (
                 select schema_name || '.' || table_name from duckdb_tables()) order by all"""
    assert released.sql(strange).fetchall() in ([], [("the parent release",)])
    lacking = """select schema_name || '.' || table_name as name from duckdb_tables()
                 where schema_name in ('marts', 'results') and name not in (select table_name from release.lineage)"""
    assert released.sql(lacking).fetchall() == []
    adex = "select made_of from release.lineage where table_name = 'marts.adex' and made_of like '%proact%'"
    assert released.sql(adex).fetchall() == []
    assert ("raw.registry_ex",) in released.sql(
        "select made_of from release.lineage where table_name = 'marts.adex'"
    ).fetchall()
