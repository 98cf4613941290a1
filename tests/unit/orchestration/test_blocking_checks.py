"""Checks belong to what they checked: a result of other tables, a check that did not run, none at all (F43)."""

import json
from pathlib import Path

import pytest
from fabricated_build import begun

from orchestration.dagster_parts.dbt_manifest import manifest_path
from orchestration.night.blocking import BlockingCheck, dbt_checks, record_ran, refuse_unchecked
from orchestration.night.build import Build
from orchestration.night.quality import CheckResult, FailedChecksError, record_checks
from orchestration.settings import Settings

CUT = "2026-03-31"
KEYS = BlockingCheck("dbt", "keys", ("marts.adsl",))
AGES = BlockingCheck("gx", "ages", ("marts.adsl", "quality.profile"))
BOTH = [KEYS, AGES]
STAMPS = {"marts.adsl": "a", "quality.profile": "p", "marts.adae": "e"}


@pytest.fixture
def build(site: object, tmp_path: Path) -> Build:
    """A build of which both checks ran."""
    made = Build(Settings(tmp_path / "home", settle_seconds=0), CUT)
    begun(made)
    made.warehouse.stamp(STAMPS)
    record_checks(made, [result("keys", "pass"), result("ages", "pass")])
    record_ran(made, BOTH)
    return made


def result(name: str, status: str) -> CheckResult:
    return CheckResult("dbt", "marts.adsl", name, "It holds.", "error", status, 0, None)


def refusal(build: Build, blocking: list[BlockingCheck]) -> str:
    with pytest.raises(FailedChecksError) as error:
        refuse_unchecked(build, blocking)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_what_ran_on_these_tables_counts_whatever_else_was_made_anew(build: Build) -> None:
    refuse_unchecked(build, BOTH)
    build.warehouse.stamp({"marts.adae": "other"})
    refuse_unchecked(build, BOTH)
    build.warehouse.stamp(STAMPS)
    refuse_unchecked(build, BOTH)


@pytest.mark.parametrize(
    ("changed", "n", "first"),
    [
        ({"marts.adsl": "other"}, 2, "keys"),
        ({"quality.profile": "other"}, 1, "ages"),
        ({"marts.adsl": None}, 2, "keys"),
    ],
)
def test_a_result_on_another_table_is_none(build: Build, changed: dict[str, str], n: int, first: str) -> None:
    build.warehouse.stamp(changed)
    assert refusal(build, BOTH) == (
        f"not published: {n} of 2 blocking checks did not run on the tables of this build; first {first} of marts.adsl: "
        f"run them, then what comes after, or vigil refresh --cut {CUT}"
    )


def test_a_check_that_never_ran_is_missed_by_name(build: Build) -> None:
    late = BlockingCheck("vigil", "nothing_is_lost", ("marts.adae",))
    assert "1 of 3 blocking checks did not run" in refusal(build, [*BOTH, late])
    assert "first nothing_is_lost of marts.adae" in refusal(build, [*BOTH, late])
    record_ran(build, [late])
    refuse_unchecked(build, [*BOTH, late])


def test_a_check_whose_table_was_not_there_did_not_run(build: Build) -> None:
    build.warehouse.stamp({"quality.profile": None})
    record_ran(build, BOTH)
    build.warehouse.stamp(STAMPS)
    assert "1 of 2 blocking checks did not run" in refusal(build, BOTH)


def test_a_check_that_failed_stops_until_it_holds(build: Build) -> None:
    record_checks(build, [result("ages", "fail")])
    assert refusal(build, BOTH) == "not published: marts.adsl: It holds. (1 failed)"
    record_checks(build, [result("ages", "pass")])
    refuse_unchecked(build, BOTH)


def test_nothing_to_check_is_no_success(build: Build) -> None:
    assert "0 of 0 blocking checks did not run" in refusal(build, [])
    begun(build, "anew")
    assert refusal(build, BOTH) == f"not published: no check ran on this build: run vigil refresh --cut {CUT}"


def test_results_that_change_are_no_longer_those_that_were_looked_at(build: Build) -> None:
    build.warehouse.stamp({"quality.check_result": "looked at"})
    record_checks(build, [result("ages", "pass")])
    assert "quality.check_result" not in build.identities


def test_every_test_of_severity_error_of_the_project_blocks_and_names_what_it_reads() -> None:
    manifest = json.loads(manifest_path().read_text())
    checks = dbt_checks(manifest)
    assert len(checks) == len({check.name for check in checks}) > 100
    read = {check.name: check.reads for check in checks}
    assert read["unique_adsl_USUBJID"] == ("marts.adsl",)
    assert "a_table_that_may_be_empty_has_records" not in read
    assert [name for name, reads in read.items() if not reads] == ["casts_read_text"]
