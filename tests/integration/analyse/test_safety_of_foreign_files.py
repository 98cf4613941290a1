"""Safety of anyone's files: a stranger's ADaM is counted as the nightly marts are, and what is left out is said."""

import itertools
from pathlib import Path

import pandas as pd
import pytest

from analytics import study
from analytics.protocol import parse_protocol
from orchestration.foreign.marts import ForeignStudy, foreign_study

TOML = """
[treatment]
column = "TRT01A"
treated_value = "Drug"
control_value = "Placebo"
[population]
criteria = []
[[endpoint]]
name = "OS"
[propensity]
covariates = ["AGE"]
[[safety.special_interest]]
name = "Meningeal irritation"
terms = ["HEADACHE", "MENINGISM"]
expected_per_100py = 5
"""
N = 40
ARM = "Drug"


def subjects(**columns: object) -> pd.DataFrame:
    """`adsl` of a trial of two arms, followed for 365 days."""
    usual = {
        "USUBJID": [f"S{n:02d}" for n in range(N)],
        "TRT01A": ["Drug" if n % 2 else "Placebo" for n in range(N)],
        "AGE": [50 + n for n in range(N)],
        "SAFFL": "Y",
        "TRTSDT": "2021-01-01",
        "TRTEDT": "2021-03-01",
        "EOSDT": "2021-12-31",
        "DTHDT": ["2021-06-01" if n % 5 == 4 else None for n in range(N)],
    }
    return pd.DataFrame(usual | columns)


def times() -> pd.DataFrame:
    return pd.DataFrame(
        {"USUBJID": [f"S{n:02d}" for n in range(N)], "PARAMCD": "OS", "AVAL": [200.0 + n for n in range(N)],
         "CNSR": [0 if n % 5 == 4 else 1 for n in range(N)]}
    )  # fmt: skip


def events(terms: list[str], **columns: object) -> pd.DataFrame:
    """`adae`: an event of each term, of treated subjects one after another."""
    usual = {
        "USUBJID": [f"S{2 * n + 1:02d}" for n in range(len(terms))],
        "AESEQ": 1,
        "AEDECOD": terms,
        "AEBODSYS": "Nervous system disorders",
        "AESER": "N",
        "AEREL": "POSSIBLE",
        "ASTDT": "2021-02-01",
    }
    return pd.DataFrame(usual | columns)


@pytest.fixture
def read(tmp_path: Path):
    """Reads frames, written as CSV, into a study."""

    def run(**frames: pd.DataFrame) -> ForeignStudy:
        files = {name: tmp_path / f"{name}.csv" for name in frames}
        for name, frame in frames.items():
            frame.to_csv(files[name], index=False)
        return foreign_study(parse_protocol(TOML), files)

    return run


def tables(found: ForeignStudy) -> dict[str, pd.DataFrame]:
    (safety,) = (stage for stage in study.STAGES if stage.name == "safety")
    return study.run_stage(safety, found.protocol, found.marts)


def of(table: pd.DataFrame, **keys: object) -> pd.Series:
    for column, value in {"arm": ARM, **keys}.items():
        table = table[table[column] == value]
    (row,) = table.to_dict("records")
    return pd.Series(row)


def test_three_spellings_are_one_term_in_every_table(read) -> None:
    adae = events(["Headache", "HEADACHE", "headache ", "Fever"])
    again = events(["HEADACHE"], AESEQ=2)
    made = tables(read(adsl=subjects(), adtte=times(), adae=pd.concat([adae, again])))
    for name in ("ae_by_term", "ae_aesi"):
        keys = {"subset": "emergent", "pt": "Headache"} if name == "ae_by_term" else {}
        row = of(made[name], **keys)
        assert (row["n_subject"], row["n_event"]) == (3, 4), name
    assert made["ae_listing"]["first_of_pt"].count() == 4


def test_terms_that_nobody_delivered_are_said_beside_their_zero(read) -> None:
    made = tables(read(adsl=subjects(), adtte=times(), adae=events(["Headaches"] * 14)))
    row = of(made["ae_aesi"])
    assert (row["n_subject"], row["n_total"]) == (0, 20)
    assert 0 < row["pct_ci_upper"] < 20
    assert row["ci_upper"] > 0
    assert (
        row["note"] == "none of these 2 terms is among the 1 distinct terms delivered; nearest: “Headaches”"
    )


def test_times_of_day_stand_for_dates_everywhere(read) -> None:
    dated = read(adsl=subjects(), adtte=times(), adae=events(["Fever"]), adex=doses())
    adsl, adae, adex = subjects(), events(["Fever"]), doses()
    for frame, column in (
        (adsl, "TRTSDT"),
        (adsl, "TRTEDT"),
        (adsl, "DTHDT"),
        (adae, "ASTDT"),
        (adex, "ASTDT"),
    ):
        frame[f"{column}M"] = frame.pop(column).map(lambda date: date and f"{date}T07:30", na_action="ignore")
    timed = read(adsl=adsl, adtte=times(), adae=adae, adex=adex)
    for name, table in tables(dated).items():
        pd.testing.assert_frame_equal(table, tables(timed)[name], obj=name)
    assert timed.marts["adex"]["INJDY"].tolist() == dated.marts["adex"]["INJDY"].tolist()


def doses() -> pd.DataFrame:
    """`adex`: two administrations of each treated subject."""
    who = [f"S{n:02d}" for n in range(1, N, 2)]
    rows = itertools.product(who, ((1, "2021-01-01"), (2, "2021-03-01")))
    return pd.DataFrame([{"USUBJID": name, "EXSEQ": seq, "ASTDT": day} for name, (seq, day) in rows])


def test_parameters_of_an_administration_are_not_administrations(read) -> None:
    plain = doses()
    of_each = pd.concat([plain.assign(PARAMCD=code) for code in ("DOSE", "PLDOSE", "DURD")])
    over_all = plain.drop_duplicates("USUBJID").assign(EXSEQ=None, PARAMCD="TDOSE")
    adae = events(["Fever"])
    found = read(adsl=subjects(), adtte=times(), adae=adae, adex=pd.concat([of_each, over_all]))
    expected = read(adsl=subjects(), adtte=times(), adae=adae, adex=plain)
    assert len(found.marts["adex"]) == len(plain) == 40
    assert "adex.csv: 140 rows are 40 administrations" in " ".join(found.notes)
    for name, table in tables(found).items():
        pd.testing.assert_frame_equal(table, tables(expected)[name], obj=name)


def test_serious_events_without_causality_are_reactions(read) -> None:
    adae = events(["A", "B", "C", "D"], AESER="Y", AEREL=["POSSIBLE", None, "ask the site", "NOT RELATED"])
    overview = tables(read(adsl=subjects(), adtte=times(), adae=adae))["ae_overview"]
    assert of(overview, category="sadr_window")["n_subject"] == 3
    assert of(overview, category="sadr_window_causality_missing")["n_subject"] == 2


def test_the_reference_end_ends_time_at_risk(read) -> None:
    adsl = subjects(RFENDT="2021-10-31").drop(columns="EOSDT")
    made = tables(read(adsl=adsl, adtte=times(), adae=events(["Fever"], ASTDT="2021-11-15")))
    assert of(made["exposure_summary"], statistic="time_at_risk_max")["value"] == 304
    rate = of(made["ae_rate"], subset="emergent", level="overall", kind="all_events")
    assert (rate["n_event"], rate["note"]) == (0, "left out: 1 event outside the time at risk")


def test_dates_that_cannot_be_read_are_counted_on_the_console(read) -> None:
    adae = events(["Fever", "Fall", "Rash"], ASTDT=["2021-02-01", "01FEB2021", "soon"])
    notes = read(adsl=subjects(), adtte=times(), adae=adae).notes
    assert (
        "adae.csv: ASTDT has 2 values that are not dates of the form YYYY-MM-DD; taken as not known" in notes
    )


def test_deaths_have_their_account_without_any_dates_of_harvest(read) -> None:
    deaths = tables(read(adsl=subjects(), adtte=times(), adae=events(["Fever"])))["ae_death"]
    assert len(deaths) == 8
    assert (deaths["note"] == "no day of harvest is recorded; no fatal adverse event recorded").all()
