"""Every number has an address: from a result to the line of the delivered file, shown on the file itself."""

import csv
import re
import shlex
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from released_home import vigil

from orchestration.extracts.pseudonyms import demonstration_key, pseudonym

DOCUMENT = Path(__file__).parents[3] / "docs" / "tracing.md"
# A subject is shown there by a made-up pseudonym.
COMMANDS = [
    line for line in re.findall(r"^vigil (trace .*)$", DOCUMENT.read_text(), re.M) if "subject" not in line
]


def _database(home: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(home / "releases" / "current" / "vigil.duckdb"), read_only=True)


def _traced(tmp_path: Path, *arguments: str) -> pd.DataFrame:
    out = tmp_path / "trace.csv"
    assert vigil("trace", *arguments, "--out", str(out)) == 0
    return pd.read_csv(out, dtype=str)


def _subject_on_line(home: Path, row: pd.Series) -> str:
    """The subject on the line, read with nothing of Vigil but its pseudonym function."""
    folder = home / "landing" / row["source"].lower() / row["delivery"]
    with open(folder / row["source_file"], newline="", encoding="utf-8-sig") as file:
        lines = list(csv.reader(file))
    cell = lines[int(row["source_line"]) - 1]["USUBJID" in lines[0] and lines[0].index("USUBJID")]
    return (
        f"LENZPMS-{pseudonym(cell, demonstration_key())}" if row["source"] == "REGISTRY" else f"PROACT-{cell}"
    )


def _holds(home: Path, records: pd.DataFrame, n: int = 12) -> None:
    assert set(records["proof"]) == {"holds the subject"}
    for _, row in records.iloc[:: max(len(records) // n, 1)].iterrows():
        assert _subject_on_line(home, row) == row["usubjid"]


def test_a_hazard_ratio_leads_to_the_lines_that_say_when_each_subject_died_or_was_last_seen(
    home: Path, tmp_path: Path
) -> None:
    records = _traced(
        tmp_path, "effect_estimate", "specification=matched", "endpoint=OS", "measure=hazard_ratio"
    )
    _holds(home, records)
    with _database(home) as connection:
        members = connection.sql(
            "select distinct usubjid from results.matched_set join results.follow_up using (usubjid) where endpoint = 'OS'"
        ).fetchall()
        row = connection.sql(
            "select n_treated, n_control from results.effect_estimate where specification = 'crude' and endpoint = 'OS' "
            "and measure = 'hazard_ratio' limit 1"
        ).fetchone()
    outcome = records[records["mart"] == "adtte"]
    assert set(outcome["usubjid"]) == {usubjid for (usubjid,) in members}
    assert outcome["usubjid"].is_unique
    crude = _traced(tmp_path, "effect_estimate", "specification=crude", "endpoint=OS", "measure=hazard_ratio")
    arms = crude.drop_duplicates("usubjid")["arm"].value_counts()
    assert (arms["treated"], arms["control"]) == row


@pytest.mark.parametrize("command", COMMANDS)
def test_the_documented_commands_find_every_line(
    home: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert vigil(*shlex.split(command)) == 0
    found = re.search(r"(\d+) of (\d+) delivered lines hold", capsys.readouterr().out)
    assert found is not None
    assert found[1] == found[2] != "0"


def test_a_balance_figure_leads_to_the_visits_it_averages(home: Path, tmp_path: Path) -> None:
    chosen = ("specification=matched", "stage=unadjusted", "covariate=ALSFRSR")
    records = _traced(tmp_path, "covariate_balance", *chosen)
    _holds(home, records)
    visits = records[records["mart"] == "adqs"]
    with _database(home) as connection:
        connection.register("visit", visits.astype({"source_line": int}))
        mean, published = connection.sql(
            """select avg(AVAL), (select treated_mean from results.covariate_balance where specification = 'matched'
                   and stage = 'unadjusted' and covariate = 'ALSFRSR')
               from visit join marts.adqs as adqs on adqs.USUBJID = visit.usubjid and adqs.SRCFILE = visit.source_file
                   and adqs.SRCLINE = visit.source_line and adqs.PARAMCD = 'ALSFRSR' and adqs.ABLFL = 'Y'
               where visit.arm = 'treated'"""
        ).fetchone()
    assert mean == pytest.approx(published, rel=1e-12)


def test_a_slope_leads_to_every_visit_from_time_zero_on(home: Path, tmp_path: Path) -> None:
    chosen = ("specification=matched", "endpoint=OS", "measure=slope_difference", "horizon_days=365")
    records = _traced(tmp_path, "effect_estimate", *chosen)
    _holds(home, records)
    visits = records[records["mart"] == "adqs"]
    with _database(home) as connection:
        (expected,) = connection.sql(
            "select count(*) from marts.adqs where PARAMCD = 'ALSFRSR' and ADTF is null and (INDEXDY >= 0 or ABLFL = 'Y')"
            " and USUBJID in (select usubjid from results.matched_set)"
        ).fetchone()
    assert len(visits) == expected > 0
    days = visits["record"].str.extract(r"^ALSFRSR on day (-?\d+)$")[0].astype(int)
    # In the order of the days, not of their digits.
    assert days.groupby(visits["usubjid"]).apply(lambda mine: mine.is_monotonic_increasing).all()


def test_a_mean_score_leads_to_the_visits_of_its_arm(home: Path, tmp_path: Path) -> None:
    of_treated = _traced(tmp_path, "function_course", "arm=Lenzumestrocel", "time_months=3")
    _holds(home, of_treated)
    slope = ("specification=matched", "endpoint=OS", "measure=slope_difference", "horizon_days=365")
    both = _traced(tmp_path, "effect_estimate", *slope)
    lines = ["usubjid", "source_file", "source_line"]
    expected = both[(both["mart"] == "adqs") & (both["arm"] == "treated")][lines]
    found = of_treated[of_treated["mart"] == "adqs"][lines]
    pd.testing.assert_frame_equal(found.reset_index(drop=True), expected.reset_index(drop=True))
    assert len(found) > 0


def test_a_derived_covariate_leads_to_the_delivered_tables_it_comes_from(home: Path, tmp_path: Path) -> None:
    records = _traced(
        tmp_path, "covariate_balance", "specification=matched", "stage=adjusted", "covariate=SYMPDURM"
    )
    _holds(home, records)
    assert {"delivered mh", "delivered alshistory"} <= set(records["record"])


def test_an_adverse_event_count_leads_to_each_event(home: Path, tmp_path: Path) -> None:
    with _database(home) as connection:
        term, n_event, n_subject = connection.sql(
            "select pt, n_event, n_subject from results.ae_by_term where subset = 'emergent' and level = 'pt' "
            "order by n_event desc, pt limit 1"
        ).fetchone()
    records = _traced(tmp_path, "ae_by_term", f"pt={term}")
    _holds(home, records)
    assert (len(records), records["usubjid"].nunique()) == (n_event, n_subject)
    with open(
        home / "landing" / "registry" / "2026-06-30" / "ae.csv", newline="", encoding="utf-8-sig"
    ) as file:
        lines = list(csv.reader(file))
    decoded = {lines[int(line) - 1][lines[0].index("AEDECOD")] for line in records["source_line"]}
    assert {text.upper() for text in decoded} == {term.upper()}


def test_every_line_of_a_subject_is_found_by_the_id_as_delivered(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open(
        home / "landing" / "registry" / "2026-06-30" / "dm.csv", newline="", encoding="utf-8-sig"
    ) as file:
        given = next(csv.DictReader(file))["USUBJID"]
    records = _traced(tmp_path, "subject", given)
    _holds(home, records)
    delivered = records[records["record"].str.startswith("delivered")]
    for name in ("dm.csv", "qs.csv", "mh.csv"):
        text = (home / "landing" / "registry" / "2026-06-30" / name).read_text("utf-8-sig")
        assert (delivered["source_file"] == name).sum() == sum(given in line for line in text.splitlines())
    assert given not in capsys.readouterr().out


def test_a_file_changed_since_the_release_is_no_proof(home_to_change: Path, tmp_path: Path) -> None:
    path = home_to_change / "landing" / "registry" / "2026-06-30" / "dm.csv"
    path.write_bytes(path.read_bytes() + b"\r\n")
    out = tmp_path / "trace.csv"
    assert vigil("trace", "effect_estimate", "specification=crude", "endpoint=OS", "measure=hazard_ratio",
                 "--out", str(out)) == 1  # fmt: skip
    records = pd.read_csv(out)
    assert set(records.loc[records["source_file"] == "dm.csv", "proof"]) == {"file changed since"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["effect_estimate", "endpoint=OS"], "rest on different subjects; give also specification"),
        (["effect_estimate", "nonsense=1"], "effect_estimate has no column nonsense"),
        (["no_such_table", "a=b"], "no_such_table: not a table of results"),
        (["subject", "NOBODY-1"], "holds no such subject"),
    ],
)
def test_what_cannot_be_traced_is_said_in_one_line(
    home: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vigil("trace", *arguments) == 1
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
