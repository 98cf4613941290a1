"""Other programs at a release: DuckDB's command line and SQLAlchemy, by which BI tools know a database. Both read only, and
get what Python gets."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlalchemy

REPOSITORY = Path(__file__).parents[3]
CLI = Path(sys.executable).with_name("duckdb")
URL = "duckdb:///{database}?access_mode=read_only"
"""As docs/analysts.md tells it."""


def _queries(page: str) -> list[str]:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    return [query.strip() for block in blocks for query in block.split(";") if query.strip()]


QUERIES = [(page, query) for page in ("README.md", "docs/analysts.md") for query in _queries(page)]


@pytest.fixture(scope="module")
def database(refreshed_home: Path) -> Path:
    """The released file."""
    return (refreshed_home / "releases" / "current" / "vigil.duckdb").resolve()


def _plain(value: object) -> object:
    """As JSON has it."""
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _told(rows: list[dict[str, object]], wide: set[str]) -> list[str]:
    """Rows as text, whatever the order of equals: doubles to twelve digits, wide integers quoted."""

    def told(name: str, value: object) -> object:
        if isinstance(value, float):
            return f"{value:.12g}"
        return str(value) if name in wide and value is not None else value

    return sorted(json.dumps({name: told(name, value) for name, value in row.items()}) for row in rows)


def _by_python(database: Path, query: str) -> list[dict[str, object]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.sql(query)
        return [dict(zip(found.columns, map(_plain, row), strict=True)) for row in found.fetchall()]


def _by_command_line(database: Path, query: str) -> subprocess.CompletedProcess[str]:
    command = [CLI, "-no-init", "-readonly", "-json", database]
    return subprocess.run(command, input=query, capture_output=True, text=True, timeout=120, check=False)


def test_the_command_line_is_of_the_version_of_the_library() -> None:
    said = subprocess.run([CLI, "-version"], capture_output=True, text=True, check=True).stdout
    assert said.split()[0] == f"v{duckdb.__version__}"


def test_both_pages_have_queries() -> None:
    assert {page for page, _ in QUERIES} == {"README.md", "docs/analysts.md"}


@pytest.mark.parametrize(
    ("page", "query"), QUERIES, ids=[f"{page}: {query.splitlines()[0][:40]}" for page, query in QUERIES]
)
def test_the_command_line_gives_what_python_gives(database: Path, page: str, query: str) -> None:
    expected = _by_python(database, query)
    done = _by_command_line(database, query)
    assert (done.returncode, done.stderr) == (0, "")
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.sql(query)
        wide = {name for name, kind in zip(found.columns, found.types, strict=True) if str(kind) == "HUGEINT"}
    assert _told(json.loads(done.stdout), wide) == _told(expected, wide)
    assert expected


def test_the_command_line_shows_meanings_and_keys(database: Path) -> None:
    query = "select comment from duckdb_columns() where table_name = 'adsl' and column_name = 'AGE'"
    assert json.loads(_by_command_line(database, query).stdout)[0]["comment"]
    assert len(json.loads(_by_command_line(database, "from release.key").stdout)) > 70


def test_the_command_line_opened_for_reading_changes_nothing(database: Path) -> None:
    before = database.read_bytes()
    done = _by_command_line(database, "delete from marts.adsl")
    assert done.returncode != 0
    assert "read-only" in done.stderr
    assert database.read_bytes() == before
    assert [path.name for path in database.parent.glob("*.wal")] == []


@pytest.fixture(scope="module")
def engine(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlalchemy.Engine]:
    """As a BI tool has it, by its address alone; of a copy, since one process opens a file in one way only."""
    copy = shutil.copyfile(database, tmp_path_factory.mktemp("bi") / database.name)
    engine = sqlalchemy.create_engine(URL.format(database=copy))
    yield engine
    engine.dispose()


def test_the_page_says_the_address_that_is_tried_here() -> None:
    page = (REPOSITORY / "docs" / "analysts.md").read_text(encoding="utf-8")
    assert f"`{URL.format(database='/…/data/releases/current/vigil.duckdb')}`" in page


def test_a_bi_tool_finds_every_view_and_column_with_its_meaning(
    database: Path, engine: sqlalchemy.Engine
) -> None:
    looked = sqlalchemy.inspect(engine)
    assert {f"vigil.{schema}" for schema in ("analysis", "marts", "results", "quality", "release")} <= set(
        looked.get_schema_names()
    )
    views = looked.get_view_names(schema="analysis")
    assert {"subject", "event", "adverse_event", "headline", "estimate_history"} <= set(views)
    for view in views:
        told = {column["name"]: column["comment"] for column in looked.get_columns(view, schema="analysis")}
        query = f"select column_name, comment from duckdb_columns() where schema_name = 'analysis' and table_name = '{view}'"
        assert told == {row["column_name"]: row["comment"] for row in _by_python(database, query)}
        assert all(told.values())
    assert looked.get_table_comment("adsl", schema="marts")["text"].endswith("One row per subject.")


def test_a_bi_tool_charts_what_python_counts(database: Path, engine: sqlalchemy.Engine) -> None:
    event = sqlalchemy.Table("event", sqlalchemy.MetaData(), schema="analysis", autoload_with=engine)
    arm = event.c.analysis_arm
    asked = (
        sqlalchemy.select(
            arm, sqlalchemy.func.count().label("n"), sqlalchemy.func.sum(event.c.event).label("died")
        )
        .where(event.c.ANL01FL == "Y", event.c.endpoint == "OS")
        .group_by(arm)
        .order_by(arm)
    )
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(asked)]
    query = """select analysis_arm, count(*) as n, sum(event)::bigint as died from analysis.event
               where ANL01FL = 'Y' and endpoint = 'OS' group by all order by all"""
    assert found == [tuple(row.values()) for row in _by_python(database, query)]
    assert len(found) == 2


def test_a_bi_tool_changes_nothing(engine: sqlalchemy.Engine) -> None:
    with engine.connect() as connection, pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"):
        connection.execute(sqlalchemy.text("create table marts.mine as select 1"))
