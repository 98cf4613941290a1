"""SS, SV, LB, EG and PE are staged with what evidence of contact needs: date, status and whether there is a result."""

from pathlib import Path

import pytest
from registry_records import adverse_event, finding, merged, patient, record
from study_build import ONE_CONTROL, StudyBuild, build_study

FINDINGS = ("ss", "lb", "eg", "pe")


@pytest.fixture(scope="module")
def contacts(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> StudyBuild:
    """One patient with two results of every domain, one not done, one of nobody, one twice."""
    results = {
        domain: [
            finding(1, domain, 1, "abc", "1.5", "2022-05-03T10:00"),
            finding(1, domain, 2, "abc", "", "2022-06", **{f"{domain.upper()}STAT": "Not done"}),
            finding(1, domain, 3, "abc", "many", "2022-07-01"),
            finding(2, domain, 1, "abc", "1", "2022-05-03"),
            finding(1, domain, 4, "abc", "2", "2022-05-04"),
            finding(1, domain, 4, "abc", "2", "2022-05-04"),
        ]
        for domain in FINDINGS
    }
    visits = [
        record(1, VISIT="Week 4", VISITNUM="4.1", SVSTDTC="2022-05-03", SVENDTC="2022-05-04", SVOCCUR="y"),
        record(1, VISIT="Week 8", VISITNUM="8", SVSTDTC="2022", SVOCCUR="N"),
        record(2, VISIT="Week 4", VISITNUM="4", SVSTDTC="2022-05-03"),
    ]
    records = merged(patient(1), {**results, "sv": visits, "ae": [adverse_event(1, 1, AESTDTC="2021-04-01")]})
    return build_study(
        tmp_path_factory.mktemp("contacts"), registry=records, proact=ONE_CONTROL, target=dbt_target
    )


@pytest.mark.parametrize("domain", FINDINGS)
def test_results_are_staged_with_date_status_and_number(contacts: StudyBuild, domain: str) -> None:
    found = contacts.rows(
        "select seq, result_number, status, collected_date::varchar, collected_date_flag"
        f" from staging.stg_registry__{domain} order by seq"
    )
    assert found == [
        (1, 1.5, None, "2022-05-03", None),
        (2, None, "NOT DONE", "2022-06-01", "D"),
        (3, None, None, "2022-07-01", None),
        (4, 2.0, None, "2022-05-04", None),
    ]


@pytest.mark.parametrize("domain", FINDINGS)
def test_what_is_not_staged_is_rejected_or_asked(contacts: StudyBuild, domain: str) -> None:
    rejected = contacts.rows(
        f"select rule, count(*) from quality.rejected_row where table_name = '{domain}' group by 1 order by 1"
    )
    assert rejected == [("record_repeated", 1), ("unknown_subject", 1)]
    asked = contacts.rows(
        f"select rule from quality.data_query where source_file = '{domain}.csv' order by 1"
    )
    assert asked == [("number_unusable",), ("unknown_subject",)]


def test_visits_are_staged_with_whether_they_took_place(contacts: StudyBuild) -> None:
    found = contacts.rows(
        "select visit_number, occurrence, start_date::varchar, start_date_flag, end_date::varchar"
        " from staging.stg_registry__sv order by visit_number"
    )
    assert found == [
        (4.1, "Y", "2022-05-03", None, "2022-05-04"), (8.0, "N", "2022-01-01", "M", None),
    ]  # fmt: skip


def test_the_build_passes_its_own_checks(contacts: StudyBuild) -> None:
    assert contacts.failures == {}
