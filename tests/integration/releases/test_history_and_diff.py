"""Why it moved, what was corrected (F12), how it evolved, and what the worked queries of the documentation answer."""

import math
import re
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from released_home import vigil

from orchestration.night.summary import summary_text
from orchestration.releases.compare import comparison_text
from orchestration.releases.index import ReleaseIndex

STEPS = (
    "protocol and code",
    "follow-up added",
    "corrections and withdrawals",
    "re-matching and re-weighting",
    "enrolment",
)
DOCS = Path(__file__).parents[3] / "docs"


def _release(home: Path, number: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(ReleaseIndex(home / "releases").database(number)), read_only=True)


def _log_hazard_ratios(home: Path, number: str) -> dict[str, float]:
    with _release(home, number) as connection:
        rows = connection.sql(
            "select specification, ln(estimate) from results.effect_estimate where "
            "endpoint = 'OS' and headline = 'Y'"
        ).fetchall()
    return dict(rows)


def test_the_steps_sum_exactly_to_the_difference_of_the_published_log_hazard_ratios(home: Path) -> None:
    then, now = _log_hazard_ratios(home, "1"), _log_hazard_ratios(home, "2")
    with _release(home, "2") as connection:
        steps = connection.sql(
            "select specification, step, log_hazard_ratio_before, log_hazard_ratio_after, difference "
            "from release.attribution order by specification, position"
        ).fetchall()
    assert {row[0] for row in steps} == set(now) == {"crude", "matched", "att", "overlap"}
    for name in now:
        mine = [row for row in steps if row[0] == name]
        assert [row[1] for row in mine] == list(STEPS)
        assert mine[0][2] == pytest.approx(then[name], abs=1e-12)
        assert mine[-1][3] == pytest.approx(now[name], abs=1e-12)
        assert all(a[3] == b[2] for a, b in pairwise(mine))
        assert math.fsum(row[4] for row in mine) == pytest.approx(now[name] - then[name], abs=1e-12)
        # Same protocol and code: nothing is put down to them; three months of follow-up did something.
        assert mine[0][4] == 0
        assert mine[1][4] != 0


def test_what_changed_agrees_with_the_two_releases_themselves(home: Path) -> None:
    with _release(home, "1") as connection:
        old = connection.sql("select USUBJID from marts.adsl where TRT01PN = 1").fetchall()
    with _release(home, "2") as connection:
        new = connection.sql("select USUBJID from marts.adsl where TRT01PN = 1").fetchall()
        told = connection.sql(
            "select n from release.change where kind = 'subjects in: in the sources' and arm = 'Lenzumestrocel'"
        )
        assert told.fetchone() == (len(set(new) - set(old)),)
        added = connection.sql(
            "select n from release.change where kind like 'follow-up days added%' and arm = 'Lenzumestrocel'"
        )
        assert added.fetchone()[0] > 0
        corrected = connection.sql(
            "select usubjid, table_name, column_name, before, after from release.corrected_record"
        ).fetchall()
        columns = connection.sql("describe release.tombstone").fetchall()
    assert len(set(new) - set(old)) > 0
    # The mistyped values that the deliveries correct, and nothing that merely grew.
    assert 0 < len(corrected) <= 6
    assert {row[2] for row in corrected} <= {"AVAL", "ONSETDT", "ONSETDTF", "DIAGDT", "DIAGDTF"}
    assert {kind for _, kind, *_ in columns} == {"VARCHAR"}


def test_the_diff_names_inputs_tables_estimates_and_causes(home: Path) -> None:
    index = ReleaseIndex(home / "releases")
    text = comparison_text(index.folder("1"), index.folder("2"))
    assert re.search(r"data cut +2026-03-31 → 2026-06-30", text)
    assert re.search(r"PRO-ACT release +\S+, the same", text)
    assert re.search(r"REGISTRY dm.csv +\d+ → \d+ records", text)
    assert "PROACT_ALSFRS" not in text
    assert re.search(r"marts.adtte +\d+ → \d+ rows", text)
    assert re.search(r"OS +matched +\d\.\d{3} \(.*\) +→ \d\.\d{3}", text)
    assert re.search(r"in all +[+-]0\.\d{4}, from", text)
    assert "LENZPMS-S" not in text


def test_the_diff_begins_with_the_headline(home: Path) -> None:
    index = ReleaseIndex(home / "releases")
    first, blank, title, *_ = comparison_text(index.folder("1"), index.folder("2")).splitlines()
    assert (first, blank, title) == ("0001-2026-03-31 → 0002-2026-06-30", "", "hazard ratios (95 % interval)")


def test_a_refresh_ends_with_what_is_new_and_what_moved_the_headline(home: Path) -> None:
    index = ReleaseIndex(home / "releases")
    assert "new since" not in summary_text(index.database("1"))
    with duckdb.connect(str(index.database("2")), read_only=True) as connection:
        added = connection.sql(
            "select n, arm from release.change where kind = 'subjects in: eligible' order by n desc limit 1"
        ).fetchone()
        before, step = connection.sql(
            "select exp(max_by(log_hazard_ratio_before, -position)), max_by(step, abs(difference)) from "
            "release.attribution where specification = 'matched' and endpoint = 'OS'"
        ).fetchone() or (0, "")
    text = summary_text(index.database("2"))
    assert added is not None
    assert added[0] > 0
    assert f"{added[0]} subjects in: eligible ({added[1]})" in text
    assert text.splitlines()[1].startswith("new since 0001-2026-03-31: ")
    assert f"matched hazard ratio: {before:.2f} before; moved most by: {step}" in text.splitlines()


def test_the_diff_of_releases_that_do_not_follow_each_other_attributes_nothing(home: Path) -> None:
    index = ReleaseIndex(home / "releases")
    text = comparison_text(index.folder("2"), index.folder("1"))
    assert "follows on nothing: why it moved is told against that" in text


def test_history_holds_the_estimates_of_every_release(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "history.duckdb"
    assert vigil("history", "--out", str(out)) == 0
    assert vigil("history", "--out", str(out)) == 0
    with duckdb.connect(str(out), read_only=True) as connection:
        curve = connection.sql(
            "select cast(data_cut as varchar), ln(estimate) from effect_estimate where specification = 'matched' and "
            "endpoint = 'OS' and headline = 'Y' order by 1"
        ).fetchall()
        assert [cut for cut, _ in curve] == ["2026-03-31", "2026-06-30"]
        assert [b for _, b in curve] == [_log_hazard_ratios(home, n)["matched"] for n in ("1", "2")]
        assert connection.sql(
            "select is_current, is_newest_of_cut, mark from release order by number"
        ).fetchall() == [
            (False, True, "SYNTHETIC"),
            (True, True, "SYNTHETIC"),
        ]
        subjects = "select count(*) from information_schema.columns where lower(column_name) in ('usubjid', 'subjid')"
        assert connection.sql(subjects).fetchone() == (0,)


def test_history_before_any_release_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGIL_HOME", str(tmp_path))
    assert vigil("history", "--out", str(tmp_path / "history.duckdb")) == 1
    assert capsys.readouterr().err == "vigil: nothing has been released yet; run vigil refresh\n"


FIRST_SET = (
    "(select * from results.matched_set where specification = 'matched' "
    "and imputation = (select min(imputation) from results.matched_set))"
)
EXPECTED = {
    "A hazard ratio": f"select count(*) from {FIRST_SET} join results.follow_up using (usubjid) where endpoint = 'OS'",
    "A balance figure": "select count(*) from results.analysis_set",
    "A slope or a joint rank": f"""
        select count(*) from marts.adqs where PARAMCD = 'ALSFRSR' and ADTF is null and (INDEXDY >= 0 or ABLFL = 'Y')
            and USUBJID in (select usubjid from {FIRST_SET})""",
    "An adverse-event count": "select n_event from results.ae_overview where category = 'emergent'",
}


def _documented_joins() -> dict[str, str]:
    """What a query of the page is for, to the query."""
    page = (DOCS / "tracing.md").read_text()
    return dict(re.findall(r"^([^\n:`]+): [^\n]*\n\n```sql\n(.*?)```", page, re.S | re.M))


def test_every_documented_join_is_asked() -> None:
    page = (DOCS / "tracing.md").read_text()
    assert set(_documented_joins()) == set(EXPECTED)
    assert page.count("```sql") == len(EXPECTED)


@pytest.mark.parametrize("what", EXPECTED)
def test_the_documented_joins_answer_with_lines_of_delivered_files(home: Path, what: str) -> None:
    with _release(home, "current") as connection:
        rows = connection.sql(_documented_joins()[what]).df()
        (expected,) = connection.sql(EXPECTED[what]).fetchone() or (0,)
    assert len(rows) == expected > 0
    assert rows["SRCFILE"].notna().all()
    assert (rows["SRCLINE"] > 1).all()
