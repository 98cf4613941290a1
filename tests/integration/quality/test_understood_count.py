"""Of the records that can only be meant for a fact: which are counted, and which of them are understood."""

import sys
from pathlib import Path

import duckdb
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "registry"))

from registry_records import (
    adverse_event,
    demographics,
    disposition,
    finding,
    injection,
    merged,
    patient,
    record,
)
from study_build import ONE_CONTROL, StudyBuild, build_study

UNKNOWN = 1_000


def _question(number: int, code: str, **cells: str) -> dict[str, str]:
    return finding(1, "qs", number, code, "3", f"2022-{number:02d}-01", **cells)


# Domain → records that are not those of five usual patients, with whether each is counted and understood.
DELIVERED = {
    "dm": [
        (demographics(11, ARM="", ARMCD=""), True, True),
        (demographics(12, ARM="ARMO ALFA"), True, False),
        (demographics(13, SEX="SINJORO"), True, False),
        (demographics(14, DTHFL="FORPASIS"), True, False),
        (demographics(15, ARM="", ARMCD="GRUPO 1"), True, False),
    ],
    "ex": [
        (injection(1, 3, "2021-05-01", EXTRT="PLACEBO"), True, True),
        (injection(1, 4, "", EXOCCUR="N"), True, True),
        (injection(1, 5, "2021-06-01", EXTRT="CELLS OF LOT 7"), True, False),
        (injection(1, 6, "somewhen in May"), True, False),
        (injection(1, 7, "2021-08-01", EXOCCUR="EBLE"), True, False),
        (injection(UNKNOWN, 1, "2021-08-01"), True, False),
        (injection(1, 1, "2021-03-01"), False, False),
    ],
    "ds": [
        (disposition(1, 2, "MOVED ABROAD BY SHIP", "2022-07-01"), True, False),
        (disposition(1, 3, "COMPLETED", "2022-07-02"), True, True),
        (record(1, DSSEQ="4", DSDECOD="VIZITO", DSCAT="PROTOCOL MILESTONE", DSSTDTC="2022-01-01"), False, False),
    ],
    "ae": [
        (adverse_event(1, 1, AESER="N"), True, True),
        (adverse_event(1, 2), True, True),
        (adverse_event(1, 3, AESER="N", AESEV="FORTA"), True, True),
        (adverse_event(1, 4, AESER="GRAVA"), True, False),
        (adverse_event(1, 5, AESHOSP="JES"), True, False),
    ],
    "ss": [
        (finding(1, "ss", 1, "SURVSTAT", "", "2022-05-01", SSSTRESC="ALIVE"), True, True),
        (finding(2, "ss", 1, "VIVO", "", "2022-05-01", SSORRES="생존"), True, True),
        (finding(3, "ss", 1, "SURVSTAT", "", "2022-05-01", SSSTRESC="VIVAS"), True, False),
        (finding(4, "ss", 1, "SURVSTAT", "", "2022-05-01", SSSTAT="NOT DONE"), False, False),
        (finding(5, "ss", 1, "FUAVSTAT", "", "2022-05-01", SSSTRESC="AVAILABLE"), False, False),
    ],
    "qs": [
        (_question(1, "ITEM1", QSTEST="Speech", QSCAT="ALSFRS-R"), True, True),
        (_question(2, "PAROLO", QSCAT="ALSFRS-R"), True, False),
        (_question(3, "PAROLO", QSCAT="ALSFRS-R, eldono 7"), True, False),
        (_question(4, "ALSFRSR", QSSTRESN="many"), True, False),
        (_question(5, "MOBILITY", QSCAT="EQ-5D-5L"), False, False),
        (_question(6, "PAROLO"), False, False),
        (_question(7, "PAROLO", QSCAT="ALSFRS-R", QSSTAT="NOT DONE"), False, False),
    ],
}  # fmt: skip
# What the five usual patients bring: records of each domain, all of them understood.
USUAL = {"dm": 5, "ex": 10, "ds": 5, "ae": 0, "ss": 0, "qs": 10}
CONTROLS = {
    "treatment": [
        {"subject_id": "900001", "Study_Arm": arm, "Treatment_Group_Delta": "0"}
        for arm in ("Placebo", "Grupo 2")
    ],
    "deathdata": [
        {"subject_id": "900001", "Subject_Died": died, "Death_Days": "900"} for died in ("Yes", "Forpasis")
    ],
}


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> StudyBuild:
    """The counts of one delivery."""
    odd = {domain: [row for row, *_ in rows] for domain, rows in DELIVERED.items()}
    return build_study(
        tmp_path_factory.mktemp("counted"),
        registry=merged(*(patient(number) for number in range(1, 6)), odd),
        proact=ONE_CONTROL | CONTROLS,
        target=dbt_target,
        select=("+understood_count",),
    )


@pytest.mark.parametrize("domain", DELIVERED)
def test_what_is_meant_for_a_fact_counts_and_what_is_known_is_understood(
    counted: StudyBuild, domain: str
) -> None:
    n_meant = USUAL[domain] + sum(meant for _, meant, _ in DELIVERED[domain])
    n_known = USUAL[domain] + sum(known for *_, known in DELIVERED[domain])
    assert counted.one(
        f"select n_meant, n_understood from quality.understood_count where source = 'REGISTRY' and table_name = '{domain}'"
    ) == (n_meant, n_known)


def test_arms_and_deaths_of_controls_count_too(counted: StudyBuild) -> None:
    assert counted.rows("from quality.understood_count where source = 'PROACT' order by table_name") == [
        ("PROACT", "deathdata", 2, 1),
        ("PROACT", "treatment", 2, 1),
    ]


def test_it_builds_and_passes_its_checks(counted: StudyBuild) -> None:
    assert counted.failures == {}


def test_questions_without_a_category_count_where_no_question_is_understood(
    counted: StudyBuild, dbt_target: Path
) -> None:
    compiled = (
        dbt_target
        / "compiled"
        / "vigil"
        / "models"
        / "intermediate"
        / "registry"
        / "int_registry__understood_count.sql"
    )
    with duckdb.connect(str(counted.database)) as connection:
        connection.begin()
        connection.execute(
            "update staging.typed_registry__qs set paramcd = null, test = null where test = 'ALSFRSR'"
        )
        connection.execute("update staging.typed_registry__qs set paramcd = null, test_name = null")
        rows = connection.sql(
            f"select n_meant, n_understood from ({compiled.read_text()}) where table_name = 'qs'"
        ).fetchall()
        connection.rollback()
    # Those of the category, and 11 totals and one word without one.
    assert rows == [(3 + 12, 0)]
