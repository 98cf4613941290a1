"""A registry of another product, tablets taken for months: a protocol and a terms file make it a release, no code."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from released_home import PROTOCOL, SIZE, environment, release_cut, vigil

from analytics.simulation import SimulationSettings, default_cuts
from expectations.rules import Suite
from expectations.runner import validate
from expectations.suites.adex import ADEX
from expectations.suites.adsl import ADSL
from orchestration.demonstration.writer import write_demonstration
from orchestration.extracts.deliveries import REGISTRY
from orchestration.landing import data_cuts, deliveries
from orchestration.night.plan import refresh_plan
from orchestration.releases.manifest import read_manifest
from orchestration.settings import Settings

TERMS = """domain,variable,term,meaning
# The product's name is the marts' name of it; the arm of two tablets a day is taught as well.
STUDY,PRODUCT,Nervonil,NAME
DM,ARM,ORAL ARM,STUDY PRODUCT
EX,EXDOSFRQ,MORNING AND EVENING,1
DS,DSDECOD,FOLLOWED UP,LAST CONTACT
"""
NERVONIL = """
[study]
id = "NERV-PMS"
title = "Nervonil surveillance against PRO-ACT placebo"
background = "none"
[treatment]
treated_label = "Nervonil"
"""


def tablets(folder: Path) -> None:
    """Turn a simulated delivery of injections into one of tablets: no harvest, one span of dosing a subject."""
    given = pd.read_csv(folder / "ex.csv", dtype=str)
    spans = given.groupby("USUBJID", as_index=False).first()
    begin = pd.to_datetime(spans["EXSTDTC"])
    last = pd.to_datetime(given.groupby("USUBJID")["EXSTDTC"].max()).loc[spans["USUBJID"]].to_numpy()
    end = pd.Series(last).clip(upper=begin + pd.Timedelta(days=60))
    spans = spans.assign(
        EXTRT="Nervonil 50 mg tablets", EXDOSE="2", EXDOSU="TABLET", EXROUTE="ORAL", EXDOSFRM="TABLET",
        EXDOSFRQ="MORNING AND EVENING", EXENDTC=end.dt.strftime("%Y-%m-%d"),
    )  # fmt: skip
    spans.to_csv(folder / "ex.csv", index=False)
    procedures = pd.read_csv(folder / "pr.csv", dtype=str)
    procedures[procedures["PRTRT"] != "BONE MARROW ASPIRATION"].to_csv(folder / "pr.csv", index=False)
    subjects = pd.read_csv(folder / "dm.csv", dtype=str)
    subjects.assign(ARM="ORAL ARM", ACTARM="ORAL ARM").to_csv(folder / "dm.csv", index=False)
    ends = pd.read_csv(folder / "ds.csv", dtype=str)
    ends.replace({"DSDECOD": {"LAST CONTACT": "FOLLOWED UP"}}).to_csv(folder / "ds.csv", index=False)
    (folder / "MANIFEST.sha256").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def nervonil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose registry is of another product, released once."""
    home = tmp_path_factory.mktemp("nervonil")
    write_demonstration(home, SimulationSettings(cuts=default_cuts(1), **SIZE))
    (home / "protocol.toml").write_text(NERVONIL + PROTOCOL)
    (home / "landing" / "registry" / "terms.csv").write_text(TERMS)
    with environment(home):
        (cut,) = data_cuts(Settings.from_environment())
        tablets(home / "landing" / "registry" / cut)
        release_cut(cut)
        yield home


def test_it_is_released_with_its_own_product(nervonil: Path) -> None:
    with duckdb.connect(
        str(nervonil / "releases" / "current" / "vigil.duckdb"), read_only=True
    ) as connection:
        arms = connection.sql(
            "select TRT01A, count(*) > 50, median(NINJ) > 20, max(NINJ) <= 61, count(HARVDT) from marts.adsl"
            " where SOURCE = 'REGISTRY' and TRT01AN = 1 group by 1"
        ).fetchall()
        unknown = connection.sql(
            "select count(*) from quality.data_query where rule = 'word_unknown'"
        ).fetchone()
        set_aside = connection.sql(
            "select count(*) from marts.adsl where EXCLTTE = 'first injection not known'"
        ).fetchone()
        days = connection.sql(
            "select count(*) = count(distinct ASTDT), max(ASTDT) - min(ASTDT) + 1 = count(*) from marts.adex"
            " group by USUBJID"
        ).fetchall()
        estimates = connection.sql(
            "select count(*) from results.effect_estimate where specification = 'matched' and estimate is not null"
        ).fetchone()
    assert arms == [("Nervonil", True, True, True, 0)]
    assert unknown == (0,)
    assert set_aside == (0,)
    assert set(days) == {(True, True)}
    assert estimates[0] > 0


@pytest.mark.parametrize("suite", [ADSL, ADEX], ids=lambda suite: suite.name)
def test_no_blocking_rule_holds_it_up(nervonil: Path, suite: Suite) -> None:
    with duckdb.connect(
        str(nervonil / "releases" / "current" / "vigil.duckdb"), read_only=True
    ) as connection:
        frame = connection.sql(f"select {', '.join(suite.columns)} from {suite.table}").df()
    outcomes = validate(suite, frame, date.fromisoformat(max(data_cuts(Settings.from_environment()))))
    broken = [outcome.rule for outcome in outcomes if outcome.severity == "error" and not outcome.passed]
    assert broken == []


def test_its_terms_are_an_input_and_whole_in_the_release(nervonil: Path) -> None:
    with duckdb.connect(
        str(nervonil / "releases" / "current" / "vigil.duckdb"), read_only=True
    ) as connection:
        taught = connection.sql("select domain, variable, term, meaning from release.site_term").fetchall()
        (listed,) = connection.sql(
            "select file_name, n_record from release.input_file where table_name = 'terms'"
        ).fetchall()
    assert taught == [
        ("STUDY", "PRODUCT", "Nervonil", "NAME"),
        ("DM", "ARM", "ORAL ARM", "STUDY PRODUCT"),
        ("EX", "EXDOSFRQ", "MORNING AND EVENING", "1"),
        ("DS", "DSDECOD", "FOLLOWED UP", "LAST CONTACT"),
    ]
    assert listed == ("terms.csv", 4)
    manifest = read_manifest(nervonil / "releases" / "current")
    assert [i.n_record for i in manifest.inputs if i.file_name == "terms.csv"] == [4]


def test_a_changed_term_makes_the_cut_anew_and_an_error_stops_it(
    nervonil: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.from_environment()
    file = nervonil / "landing" / "registry" / "terms.csv"
    own = settings.protocol()
    assert refresh_plan(settings, own).cuts == ()
    try:
        file.write_text(TERMS + "DS,DSDECOD,MOVED AWAY,NONE\n")
        assert len(refresh_plan(settings, own).cuts) == 1
        assert len(deliveries(settings, REGISTRY)) == 1
        file.write_text(TERMS + "DS,DSDECOD,MOVED AWAY,NOEN\nDS,DSDECODE,GONE,DEATH\n")
        assert vigil("refresh") == 1
    finally:
        file.write_text(TERMS)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert said[0].startswith("vigil: landing/registry/terms.csv: line 7, column meaning: 'NOEN'")
    assert said[1].startswith("vigil: landing/registry/terms.csv: line 8, column variable: 'DSDECODE'")


def test_unknown_words_are_printed_and_written_nowhere(
    nervonil: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = nervonil / "landing" / "registry" / "terms.csv"
    before = {p: p.stat().st_mtime_ns for p in nervonil.rglob("*") if p not in (file, file.parent)}
    try:
        file.write_text(TERMS.replace("DS,DSDECOD,FOLLOWED UP,LAST CONTACT\n", ""))
        assert vigil("terms", "--unknown") == 0
        lines = capsys.readouterr().out.splitlines()
        # What is printed is pasted as it is, with its meaning filled in.
        pasted = lines[1:2] + [
            line.replace("FOLLOWED UP,,", "FOLLOWED UP,LAST CONTACT,") for line in lines[2:]
        ]
        file.write_text("\n".join(pasted))
        assert vigil("terms") == 0
    finally:
        file.write_text(TERMS)
    assert lines[:2] == [
        "landing/registry/terms.csv: 3 words",
        "domain,variable,term,meaning,records,subjects",
    ]
    assert [line.rsplit(",", 2)[0] for line in lines[2:]] == ["DS,DSDECOD,FOLLOWED UP,"]
    assert capsys.readouterr().out.startswith("landing/registry/terms.csv: 1 words")
    assert {p: p.stat().st_mtime_ns for p in nervonil.rglob("*") if p not in (file, file.parent)} == before


def test_words_taken_for_none_of_the_facts_are_printed_too_the_commonest_first(
    nervonil: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vigil("terms", "--unknown", "--all") == 0
    rows = [line.rsplit(",", 5) for line in capsys.readouterr().out.splitlines()[2:]]
    assert rows
    assert {row[3] for row in rows} == {"NONE"}
    assert {row[0] for row in rows} <= {"CM", "PR", "MH", "CONMEDS", "FAMILYHISTORY"}
    assert [int(row[4]) for row in rows] == sorted((int(row[4]) for row in rows), reverse=True)
