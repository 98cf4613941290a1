"""What a dirty registry delivery becomes: each fault beside its outcome, and nothing lost on the way."""

from pathlib import Path

import pytest
from death_faults import Twins, death_faults, twins
from event_faults import event_faults
from finding_faults import finding_faults
from measurement_faults import measurement_faults
from qualifier_faults import moved_to_qualifiers, qualifier_faults
from record_faults import record_faults
from registry_faults import Fault, faults
from registry_records import merged
from study_build import ONE_CONTROL, Records, StudyBuild, build_study

from analytics.study import MARTS

CASES = [
    *faults(), *record_faults(), *death_faults(), *event_faults(), *measurement_faults(), *qualifier_faults(),
    *finding_faults(),
]  # fmt: skip


def all_records() -> Records:
    """One delivery that carries every fault."""
    pairs = [records for pair in twins() for records in (pair.living, pair.dying)]
    return merged(*(case.records for case in CASES), *pairs)


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> StudyBuild:
    """One delivery that carries every fault, built with the project's own tests."""
    records = all_records()
    return build_study(
        tmp_path_factory.mktemp("dirty"), registry=records, proact=ONE_CONTROL, target=dbt_target
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.fault}: {case.what}")
def test_a_fault_has_its_outcome(dirty: StudyBuild, case: Fault) -> None:
    assert dirty.rows(case.sql) == case.expected


@pytest.mark.parametrize("pair", twins(), ids=lambda pair: pair.what)
def test_twins_are_both_in_or_both_out(dirty: StudyBuild, pair: Twins) -> None:
    followed = [
        dirty.rows(
            "select EXCLTTE, INDEXDTF, HARVDTF, (select count(*) from marts.adtte t where t.USUBJID = s.USUBJID"
            f" and PARAMCD = 'OS' and VSRULE = 'EXCL_90') from marts.adsl s where USUBJID = '{usubjid}'"
        )
        for usubjid in pair.pair
    ]
    assert followed[0] == followed[1]
    assert len(followed[0]) == 1


def test_a_dirty_delivery_builds_and_passes_every_blocking_check(dirty: StudyBuild) -> None:
    assert dirty.failures == {}


def test_every_delivered_record_is_staged_or_rejected(dirty: StudyBuild) -> None:
    tables = [
        table
        for (table,) in dirty.rows(
            "select distinct table_name from raw.delivered_file where source = 'REGISTRY'"
        )
    ]
    for table in tables:
        delivered, staged, rejected = dirty.one(
            f"select (select count(*) from raw.registry_{table}), (select count(*) from staging.stg_registry__{table}),"
            f" (select count(*) from quality.rejected_row where source = 'REGISTRY' and table_name = '{table}')"
        )
        assert delivered == staged + rejected, table


def test_marts_do_not_depend_on_row_order_or_threads(
    dirty: StudyBuild, tmp_path: Path, dbt_target: Path
) -> None:
    records = all_records()
    shuffled = build_study(
        tmp_path,
        registry=records,
        proact=ONE_CONTROL,
        shuffle=7,
        threads=1,
        dbt_tests=False,
        target=dbt_target,
    )
    for mart in MARTS:
        contents = [
            sorted(map(repr, build.rows(f"select * exclude (SRCLINE) from marts.{mart}")))
            for build in (dirty, shuffled)
        ]
        assert contents[0] == contents[1], mart
    ids = [sorted(build.rows("select query_id from quality.data_query")) for build in (dirty, shuffled)]
    assert ids[0] == ids[1]


def test_marts_do_not_depend_on_whether_the_parent_or_a_qualifier_holds_a_value(
    dirty: StudyBuild, tmp_path: Path, dbt_target: Path
) -> None:
    moved = moved_to_qualifiers(all_records(), 11)
    assert len(moved["supp"]) > 2000
    build = build_study(tmp_path, registry=moved, proact=ONE_CONTROL, dbt_tests=False, target=dbt_target)
    for mart in MARTS:
        contents = [sorted(map(repr, of.rows(f"select * from marts.{mart}"))) for of in (dirty, build)]
        assert contents[0] == contents[1], mart
    asked = (
        "select usubjid, table_name, column_name, rule, found, expected from quality.data_query"
        " where table_name <> 'supp' order by all"
    )
    assert dirty.rows(asked) == build.rows(asked)


def test_free_text_and_names_never_reach_marts_or_quality(dirty: StudyBuild) -> None:
    columns = dirty.rows(
        "select column_name from information_schema.columns where table_schema in ('marts', 'quality')"
    )
    forbidden = {"AETERM", "MHTERM", "CMTRT", "PRTRT", "DSTERM", "BRTHDTC", "INVNAM", "SUBJINIT"}
    assert forbidden.isdisjoint({name.upper() for (name,) in columns})
