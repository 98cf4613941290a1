"""From a release to the sites and back: what a site is told is its own, and what it answers is open no more."""

import csv
from pathlib import Path

import duckdb
from released_home import release_cut, vigil

from orchestration.extracts.pseudonyms import demonstration_key, pseudonym
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.verify import verify_release

CUT = "2026-06-30"
SECRET = "told by nobody but the site"


def told(out: Path) -> list[dict[str, str]]:
    """Every row of every file."""
    rows: list[dict[str, str]] = []
    for path in sorted(out.iterdir()):
        with open(path, newline="", encoding="utf-8-sig") as file:
            rows += csv.DictReader(file)
    return rows


def delivered(home: Path) -> dict[tuple[str, str], str]:
    """USUBJID by site and SUBJID, as delivered."""
    with open(home / "landing" / "registry" / CUT / "dm.csv", newline="", encoding="utf-8-sig") as file:
        return {(row["SITEID"], row["SUBJID"]): row["USUBJID"] for row in csv.DictReader(file)}


def asked(home: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(home / "releases" / "current" / "vigil.duckdb"), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def test_a_query_goes_to_its_site_and_its_answer_closes_it(home_to_change: Path, tmp_path: Path) -> None:
    home = home_to_change
    assert vigil("queries", "--out", str(tmp_path / "first")) == 0
    rows = told(tmp_path / "first")
    open_ones = dict(
        asked(home, "select query_id, usubjid from quality.data_query where source = 'REGISTRY'")
    )
    assert {row["query_id"] for row in rows} == {query for query, usubjid in open_ones.items() if usubjid}
    ids = delivered(home)
    for row in rows:
        name = pseudonym(ids[row["site"], row["subject"]], demonstration_key())
        assert open_ones[row["query_id"]].endswith(f"-{name}")

    first, second = rows[0], rows[1]
    (home / "landing" / "registry" / "answers.csv").write_text(
        f"query_id,status,answer_date,comment\n{first['query_id']},answered,2026-07-01,{SECRET}\n"
        f"{'ab' * 16},closed,2026-07-02,\n"
    )
    before = ReleaseIndex(home / "releases").manifests()[-1]
    folder = release_cut(CUT)
    assert verify_release(folder) == []
    after = ReleaseIndex(home / "releases").manifests()[-1]

    since = first["first_seen"]
    assert asked(
        home, "select query_id, status, answer_date, standing, since, line from release.site_answer"
    ) == [
        (first["query_id"], "answered", "2026-07-01", "raised", since, 2),
        ("ab" * 16, "closed", "2026-07-02", "not known", None, 3),
    ]
    still = {query for (query,) in asked(home, "select query_id from release.open_query")}
    assert first["query_id"] not in still
    assert second["query_id"] in still
    assert asked(home, f"select count(*) from quality.data_query where query_id = '{first['query_id']}'") == [
        (1,)
    ]
    assert ("answers.csv", 2) in [(file.file_name, file.n_record) for file in after.inputs]
    assert after.fingerprint != before.fingerprint
    assert (
        after.tables["results.effect_estimate"].logical_hash
        == before.tables["results.effect_estimate"].logical_hash
    )
    assert not any(SECRET.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())

    assert vigil("queries", "--out", str(tmp_path / "second")) == 0
    assert {row["query_id"] for row in told(tmp_path / "second")} == {row["query_id"] for row in rows[1:]}
    assert len((home / "disclosures.jsonl").read_text().splitlines()) == 2
