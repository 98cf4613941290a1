"""One odd cell never stops a night: every column of a patient's records, spoilt in every way a site has, one patient each.

Kept here: that no blocking check, of dbt or of Great Expectations, is broken by any of them. What becomes of a cell is in
`registry_faults` and its neighbours.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from registry_records import adverse_event, finding, merged, patient, record, subject_id
from study_build import ONE_CONTROL, Record, Records, StudyBuild, build_study

from expectations import SUITES, Suite, validate

CUT = date(2024, 6, 30)
DATES = ["", "1921-03-01", "1899-12-31", "2031-01-01", "2024-08-01", "2019", "2021-04", "2020-11/2021-06", "03/04/2021",
         "44282", "2021-03-01T25:99", "soon", "2021-13-01", "0021-03-01"]  # fmt: skip
NUMBERS = ["", "-5", "0", "999999", "1e9", "3,5", "NaN", "inf", "< 3", "12kg", "삼"]
WORDS = ["", "YES", "예", "?", "NOT KNOWN", "Unbekannt", "\ufeffY", "1", "x" * 300, "'; --"]
KEYS = ["", "0", "-1", "1", "1.5", "A"]


def whole_patient(number: int) -> Records:
    """A patient with a record of every domain that the marts read."""
    more: Records = {
        "ae": [
            adverse_event(number, 1, AESTDTC="2021-05-01", AEENDTC="2021-05-09", AESER="N", AEREL="POSSIBLE",
                          AEACN="DOSE NOT CHANGED", AEOUT="RECOVERED/RESOLVED", AETOXGR="1", AESHOSP="N", AESDTH="N")
        ],
        "vs": [
            finding(number, "vs", 1, "WEIGHT", "70", "2021-02-20", VSSTRESU="kg"),
            finding(number, "vs", 2, "HEIGHT", "170", "2021-02-20", VSSTRESU="cm"),
        ],
        "re": [finding(number, "re", 1, "FVCPP", "88", "2021-02-20", RESTRESU="%")],
        "cm": [record(number, CMSEQ="1", CMTRT="Rilutek", CMSTDTC="2020-10-01", CMENDTC="2022-01-01", CMOCCUR="Y")],
        "ss": [record(number, SSSEQ="1", SSTESTCD="SURVSTAT", SSSTRESC="ALIVE", SSDTC="2022-06-01")],
    }  # fmt: skip
    whole = merged(patient(number), more)
    return {**whole, "dm": [{**whole["dm"][0], "SUBJID": subject_id(number)}]}


def kind_of(column: str) -> list[str]:
    """The ways to spoil a column."""
    if column.endswith("DTC"):
        return DATES
    if column.endswith("SEQ"):
        return KEYS
    return NUMBERS if column.endswith(("STRESN", "DOSE", "AGE", "TOXGR")) else WORDS


def odd_patients() -> Iterator[tuple[str, Records]]:
    """What is odd, and the records of the patient who has it."""
    number = 5000
    for table, records in whole_patient(number).items():
        for place, cells in enumerate(records):
            for column in cells:
                if column in ("STUDYID", "USUBJID", "SUBJID"):
                    continue
                for odd in kind_of(column):
                    number += 1
                    spoilt = whole_patient(number)
                    spoilt[table][place] = {**spoilt[table][place], column: odd}
                    yield f"{table} {column} {odd!r}", spoilt
    for column in ("RFSTDTC", "RFICDTC", "DTHDTC"):
        for odd in DATES:
            number += 1
            untreated = whole_patient(number) | {"ex": [], "pr": []}
            yield f"untreated {column} {odd!r}", untreated | {"dm": [{**untreated["dm"][0], column: odd}]}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> StudyBuild:
    """One delivery of patients with an odd cell each, built with the project's own tests."""
    records: dict[str, list[Record]] = merged(*(spoilt for _, spoilt in odd_patients()))
    return build_study(
        tmp_path_factory.mktemp("odd"), registry=records, proact=ONE_CONTROL, target=dbt_target
    )


def test_no_odd_cell_breaks_a_test_of_the_marts(odd: StudyBuild) -> None:
    assert sum(1 for _ in odd_patients()) > 500
    assert odd.failures == {}


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_no_odd_cell_breaks_a_blocking_rule(odd: StudyBuild, suite: Suite) -> None:
    if suite.name == "proact_delivery":
        pytest.skip("the delivery is the registry's")
    with duckdb.connect(str(odd.database), read_only=True) as connection:
        where = f" where {suite.where}" if suite.where else ""
        frame = connection.sql(f"select {', '.join(suite.fetched)} from {suite.reads}{where}").df()
    broken = {
        outcome.rule: (outcome.n_failed, outcome.n_checked, outcome.place)
        for outcome in validate(suite, frame, CUT)
        if not outcome.passed and outcome.severity == "error"
    }
    assert broken == {}
