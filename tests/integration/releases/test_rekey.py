"""After the pseudonym key is changed the releases go on: everybody is known, nothing is lost, older releases are traced."""

import csv
from pathlib import Path

import duckdb
import pytest
from released_home import release_cut, vigil

from orchestration.extracts.pseudonyms import demonstration_key, key_from_text, pseudonym
from orchestration.releases.index import ReleaseIndex

CUT = "2026-06-30"
SECRET = "a long random secret of the site"
SUBJECTS = "select USUBJID from marts.adsl where SOURCE = 'REGISTRY' order by 1"


def _rows(folder: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(folder / "vigil.duckdb"), read_only=True) as connection:
        return connection.sql(query).fetchall()


def test_a_change_of_the_key_loses_nobody(
    home_to_change: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    index = ReleaseIndex(home_to_change / "releases")
    before = index.current()
    monkeypatch.setenv("VIGIL_PSEUDONYM_KEY", SECRET)
    assert vigil("erase", "anybody", "--reason", "asked") == 1
    assert "made under another pseudonym key" in capsys.readouterr().err
    assert vigil("rekey") == 0
    assert demonstration_key().key_id in capsys.readouterr().out
    after = release_cut(CUT)
    (then, now) = ({row[0] for row in _rows(folder, SUBJECTS)} for folder in (before, after))
    assert len(then) == len(now) > 100
    assert then.isdisjoint(now)
    changes = dict(_rows(after, "select kind, sum(n) from release.change group by kind"))
    assert {kind: n for kind, n in changes.items() if n and not kind.startswith("matched sets")} == {}
    assert _rows(after, "from release.tombstone") == []
    assert _rows(after, "from release.corrected_record") == []
    crude = "select round(estimate, 9) from results.effect_estimate where specification = 'crude'"
    assert _rows(before, crude) == _rows(after, crude)
    with open(home_to_change / "landing/registry" / CUT / "dm.csv", newline="", encoding="utf-8-sig") as file:
        raw = next(csv.DictReader(file))["USUBJID"]
    assert pseudonym(raw, key_from_text(SECRET)) is not None
    for release in (before, after):
        assert vigil("trace", "subject", raw, "--release", release.name) == 0, capsys.readouterr().err
