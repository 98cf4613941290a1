"""What an older version released stays readable, provable and comparable, byte for byte, and the nights go on from it."""

import hashlib
import json
import math
import re
from itertools import groupby
from pathlib import Path

import duckdb
import pytest
import xmlschema
from homes import query, vigil
from odmlib.schema_manager import get_schema_path

from orchestration.erasure.audit import erased_before, subject_hash
from orchestration.releases.index import ReleaseIndex

FIRST, TOMBSTONE, SUPERSEDING, MADE_NOW = (
    "0001-2026-03-31",
    "0002-2026-06-30",
    "0003-2026-06-30",
    "0004-2026-06-30",
)
HEADLINE = ("effect_estimate", "specification=matched", "endpoint=OS", "measure=hazard_ratio")


def _told(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> str:
    assert vigil(home, *arguments, key=None) == 0
    return capsys.readouterr().out


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def _log_hazard_ratios(home: Path, release: str) -> dict[str, float]:
    with duckdb.connect(str(ReleaseIndex(home / "releases").database(release)), read_only=True) as connection:
        return dict(
            connection.sql(
                "select specification, ln(estimate) from results.effect_estimate where measure = 'hazard_ratio' and "
                "endpoint = 'OS' and method like 'Cox, Efron%'"
            ).fetchall()
        )


def test_the_releases_of_then_are_listed_and_shown(
    old_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = _told(capsys, old_home, "releases", "list").splitlines()
    assert [line[2:17] for line in lines] == [FIRST, TOMBSTONE, SUPERSEDING]
    assert [line[0] for line in lines] == [" ", " ", "*"]
    assert ["erased: manifest only" in line for line in lines] == [False, True, False]
    for release in (FIRST, TOMBSTONE, SUPERSEDING):
        assert re.search(
            r"results\.effect_estimate +\d+ rows", _told(capsys, old_home, "releases", "show", release)
        )


def test_a_release_of_then_is_exported_with_its_results(
    old_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--format", "parquet", "--results", "--release", SUPERSEDING, "--out", str(tmp_path))
    told = _told(capsys, old_home, "export", *asked)
    assert f"release {SUPERSEDING}" in told
    xmlschema.XMLSchema(get_schema_path("define", "2.1")).validate(str(tmp_path / "define.xml"))
    analyses = json.loads((tmp_path / "SYNTHETIC-ard.json").read_text())["analyses"]
    told_of = {analysis["name"]: len(analysis["results"]) for analysis in analyses}
    assert min(told_of[name] for name in ("effect_estimate", "covariate_balance", "ae_overview")) > 100


def test_every_byte_table_and_link_of_then_verifies(
    old_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "3 releases verified" in _told(capsys, old_home, "releases", "verify")


@pytest.mark.parametrize("release", [FIRST, SUPERSEDING])
def test_a_hazard_ratio_of_then_leads_to_delivered_lines(
    old_home: Path, capsys: pytest.CaptureFixture[str], release: str
) -> None:
    told = _told(capsys, old_home, "trace", *HEADLINE, "--release", release)
    found = re.search(r"(\d+) of (\d+) delivered lines hold", told)
    assert found is not None
    assert found[1] == found[2] != "0"


def test_releases_of_then_are_compared(old_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = _told(capsys, old_home, "releases", "diff", FIRST, SUPERSEDING)
    assert re.search(r"OS +matched +\d\.\d{3} \(.*\) +→ \d\.\d{3}", told)
    assert re.search(r"in all +[+-]\d\.\d{4}, from", told)
    told = _told(capsys, old_home, "releases", "diff", TOMBSTONE, SUPERSEDING)
    assert "of one of them only the manifest is left" in told


def test_a_night_of_this_version_goes_on_from_the_last_release_of_then(
    upgraded_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = ReleaseIndex(upgraded_home / "releases")
    made = index.manifests()[-1]
    assert (made.release_id, made.parent_id) == (MADE_NOW, SUPERSEDING)
    assert index.current() == index.folder(MADE_NOW)
    assert "4 releases verified" in _told(capsys, upgraded_home, "releases", "verify")


def test_not_a_byte_of_what_was_released_then_changes(old_home: Path, upgraded_home: Path) -> None:
    for release in (FIRST, TOMBSTONE, SUPERSEDING):
        before = _digests(old_home / "releases" / release)
        assert _digests(upgraded_home / "releases" / release) == before


def test_what_changed_and_why_is_told_against_the_release_of_then(upgraded_home: Path) -> None:
    then, now = (_log_hazard_ratios(upgraded_home, release) for release in (SUPERSEDING, MADE_NOW))
    steps = query(
        upgraded_home,
        "select specification, difference from release.attribution order by specification, position",
    )
    moved = {name: math.fsum(row[1] for row in rows) for name, rows in groupby(steps, lambda row: row[0])}
    assert {"crude", "matched"} <= moved.keys()
    assert moved == {name: pytest.approx(now[name] - then[name], abs=1e-12) for name in moved}
    counts = query(upgraded_home, "select kind, n from release.change")
    assert counts
    # The same delivery: nobody comes, goes or is corrected.
    assert {kind: n for kind, n in counts if kind.startswith("subjects") and n} == {}
    assert query(upgraded_home, "select count(*) from release.tombstone") == [(0,)]


def test_releases_of_then_and_now_are_compared(
    upgraded_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _told(capsys, upgraded_home, "releases", "diff", SUPERSEDING, MADE_NOW)
    assert re.search(r"OS +matched +\d\.\d{3} \(.*\) +→ \d\.\d{3}", told)
    assert re.search(r"in all +[+-]\d\.\d{4}, from", told)
    assert "delivered files\n  the same bytes" in told
    assert re.search(r"imputations: \S+ → 2", told)


def test_the_history_is_one_table_over_versions(
    upgraded_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "history.duckdb"
    told = _told(capsys, upgraded_home, "history", "--out", str(out))
    # The newest release of each data cut.
    assert re.findall(r"^(\S+)  (\S+)  matched hazard ratio \d", told, re.M) == [
        ("2026-03-31", FIRST),
        ("2026-06-30", MADE_NOW),
    ]
    with duckdb.connect(str(out), read_only=True) as connection:
        found = connection.sql("select distinct release_id from effect_estimate order by 1").fetchall()
    assert [row[0] for row in found] == [FIRST, SUPERSEDING, MADE_NOW]


def test_columns_of_an_older_empty_table_have_the_types_of_now(old_home: Path, tmp_path: Path) -> None:
    with duckdb.connect(
        str(ReleaseIndex(old_home / "releases").database(FIRST)), read_only=True
    ) as connection:
        described = connection.sql("describe release.change").fetchall()
        assert {column: kind for column, kind, *_ in described}["n"] == "VARCHAR"
    out = tmp_path / "history.duckdb"
    assert vigil(old_home, "history", "--out", str(out)) == 0
    with duckdb.connect(str(out), read_only=True) as connection:
        assert connection.sql("select distinct typeof(n) from change").fetchall() == [("BIGINT",)]
        assert [
            connection.sql(f"select distinct typeof({column}) from attribution").fetchall()
            for column in ("position", "difference", "log_hazard_ratio_before")
        ] == [[("BIGINT",)], [("DOUBLE",)], [("DOUBLE",)]]
        assert connection.sql("select count(*) from effect_estimate where headline = 'Y'").fetchone()[0] > 0


def test_an_older_release_can_be_made_current_again(
    upgraded_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        assert f"current is now {SUPERSEDING}" in _told(
            capsys, upgraded_home, "releases", "rollback", SUPERSEDING
        )
        assert query(upgraded_home, "select count(*) from release.info") == [(1,)]
    finally:
        assert vigil(upgraded_home, "releases", "rollback", MADE_NOW, key=None) == 0


def test_whoever_was_erased_then_is_not_in_the_release_of_now(upgraded_home: Path) -> None:
    (erased,) = erased_before(upgraded_home)
    subjects = query(
        upgraded_home, "select split_part(USUBJID, '-', -1) from marts.adsl where SOURCE = 'REGISTRY'"
    )
    assert subjects
    assert erased not in {subject_hash(pseudonym) for (pseudonym,) in subjects}


def test_its_health_is_told_before_this_version_ran_a_night(
    old_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vigil(old_home, "doctor", key=None)
    lines = capsys.readouterr().out.splitlines()
    # It was unpacked as anybody's folder is.
    assert {line.split()[1] for line in lines if line.startswith("!")} <= {"access", "protocol"}
    assert any("was made by other code (commit not known)" in line for line in lines)
