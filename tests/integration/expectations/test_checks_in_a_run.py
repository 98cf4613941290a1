"""A suite as asset checks in a Dagster run: what blocks, what warns, what is recorded, and what never is."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest
from fabricated_build import begun

from analytics.catalogue.declarations import Column, TableDeclaration
from expectations import Suite
from expectations.shapes import between, one_of
from expectations.suites import SUITES
from orchestration.cli import main
from orchestration.dagster_parts.build_resource import SharedBuild, build_resource
from orchestration.dagster_parts.partitions import DATA_CUTS
from orchestration.defs.checks import checks, suite_checks
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

SECRET = "PLANTED-SUBJECT-0042"
CUT = "2026-03-31"
FINE = between("age", "AGE", 18, 100, "Age is an adult's.", "F23")
BROKEN = one_of("subjects", "USUBJID", ["A"], "Subjects are known.", "F23")
WARNS = one_of("subjects, warned", "USUBJID", ["A"], "Subjects are known.", "F23", severity="warning")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with deliveries and a build that holds one table."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIGIL_HOME", str(home))
        assert main(["simulate", "--out", str(home), "--scale", "small", "--cuts", "1"]) == 0
        yield home


MADE_UP = TableDeclaration(
    "made_up", "Made up.", {"USUBJID": Column("text", "Subject."), "AGE": Column("double", "Years.")}
)


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Runner"]:
    monkeypatch.setenv("VIGIL_HOME", str(home))
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(DATA_CUTS.name, [CUT])
        yield Runner(instance)


class Runner:
    """Runs a table, its checks and what is downstream of it."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance

    def __call__(self, *rules: object) -> dg.ExecuteInProcessResult:
        suite = Suite("made_up", "marts.made_up", ("USUBJID", "AGE"), rules)

        @dg.asset(key=["marts", "made_up"], partitions_def=DATA_CUTS)
        def made_up(build: SharedBuild) -> None:
            begun(build, f"run {id(rules)}")
            frame = pd.DataFrame({"USUBJID": [SECRET], "AGE": [50.0]})
            build.warehouse.put(
                "marts", {"made_up": frame}, {"made_up": MADE_UP}, {"marts.made_up": "identity"}
            )

        @dg.asset(key=["results", "downstream"], deps=[["marts", "made_up"]], partitions_def=DATA_CUTS)
        def downstream() -> None: ...

        definitions = dg.Definitions(
            assets=[made_up, downstream],
            asset_checks=[suite_checks(suite)],
            jobs=[dg.define_asset_job("night", partitions_def=DATA_CUTS)],
            resources={"build": build_resource()},
            executor=dg.in_process_executor,
        )
        job = definitions.resolve_job_def("night")
        return job.execute_in_process(instance=self.instance, partition_key=CUT, raise_on_error=False)


def working_file() -> Warehouse:
    return Warehouse(Settings.from_environment().build_file)


def recorded() -> dict[str, tuple]:
    found = working_file().table("quality.check_result")
    return {
        row.check_name: (row.engine, row.table_name, row.status, row.n_failed) for row in found.itertuples()
    }


def materialised(result: dg.ExecuteInProcessResult) -> set[str]:
    return {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}


def test_rules_that_hold_let_the_run_go_on_and_are_recorded(run: Runner) -> None:
    result = run(FINE)
    assert result.success
    assert "results/downstream" in materialised(result)
    assert recorded() == {"age": ("gx", "marts.made_up", "pass", 0)}


def test_a_broken_error_stops_what_is_downstream_and_says_which_rule(run: Runner) -> None:
    result = run(FINE, BROKEN)
    assert not result.success
    assert materialised(result) == {"marts/made_up"}
    assert recorded()["subjects"] == ("gx", "marts.made_up", "fail", 1)
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    reason = failure.step_failure_data.user_failure_data.description
    assert reason == (
        "error: marts.made_up: subjects (USUBJID, 1 of 1 rows): Subjects are known."
        " Way out: correct the record at its site and deliver the cut again"
    )


def test_a_broken_warning_is_reported_and_the_run_goes_on(run: Runner) -> None:
    result = run(FINE, WARNS)
    assert result.success
    assert recorded()["subjects, warned"] == ("gx", "marts.made_up", "warn", 1)
    by_name = {e.check_name: e for e in result.get_asset_check_evaluations()}
    assert by_name["made_up_plausible"].passed
    assert not by_name["made_up_plausible_warnings"].passed
    assert by_name["made_up_plausible_warnings"].severity == dg.AssetCheckSeverity.WARN


def test_no_failing_value_reaches_the_event_log_or_the_recorded_checks(run: Runner) -> None:
    result = run(BROKEN, WARNS, between("crashes", "USUBJID", 0, 1, "", ""))
    events = [repr(entry) for entry in run.instance.all_logs(result.run_id)]
    assert len(events) > 5
    assert not any(SECRET in event for event in events)
    assert SECRET not in working_file().table("quality.check_result").to_csv()


def test_every_suite_has_a_blocking_and_a_warning_check_on_its_table() -> None:
    specs = {
        (spec.asset_key.to_user_string(), spec.name, spec.blocking)
        for check in checks
        for spec in check.check_specs
    }
    assert specs == {
        (suite.table.replace(".", "/"), f"{suite.name}_plausible{kind}", not kind)
        for suite in SUITES
        for kind in ("", "_warnings")
    }
