"""The console of a refresh marks the step that failed."""

import io
import re

from orchestration.commands.progress import Progress


def test_the_step_under_way_is_the_one_that_failed() -> None:
    console = io.StringIO()
    progress = Progress(console)
    progress.step("dbt")
    progress.step("checks")
    progress.failed()
    lines = [re.fullmatch(r" +[\d.]+ s  (.+)", line) for line in console.getvalue().splitlines()]
    assert [line and line[1] for line in lines] == ["dbt", "checks", "FAILED in checks"]


def test_one_that_failed_while_another_had_begun_beside_it_is_the_one_that_failed() -> None:
    console = io.StringIO()
    progress = Progress(console)
    progress.step("dbt")
    progress.step("operating characteristics")
    progress.failed("dbt")
    assert console.getvalue().endswith("FAILED in dbt\n")


def test_what_failed_before_any_step_says_so() -> None:
    console = io.StringIO()
    Progress(console).failed()
    assert console.getvalue().endswith("FAILED before the first step\n")
