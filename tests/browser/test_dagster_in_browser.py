"""The Dagster UI as an operator meets it: lineage, checks, schedule and the last release."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance, RunsFilter
from homes import environment

pytestmark = pytest.mark.browser
REPOSITORY = Path(__file__).parents[2]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def dagster_url(browser, home_with_release: Path) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """A webserver on the home of the tests."""
    port = _free_port()
    environment = {
        **os.environ,
        "VIGIL_HOME": str(home_with_release),
        "VIGIL_PROTOCOL": str(home_with_release / "protocol.toml"),
        "DAGSTER_HOME": str(home_with_release / "dagster"),
    }
    command = [str(Path(sys.executable).with_name("dagster-webserver")), "-w", "workspace.yaml"]
    # A child started with SIGINT ignored would never stop.
    server = subprocess.Popen(
        [*command, "-h", "127.0.0.1", "-p", str(port)],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def _wait(url: str, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/server_info", timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the Dagster webserver did not start")


def _text_of(browser, url: str, until: str) -> str:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport={"width": 1600, "height": 1000})
    try:
        page.goto(url)
        page.get_by_text(until).first.wait_for(timeout=60_000)
        return page.inner_text("body")
    finally:
        page.close()


def test_asset_groups_bear_names_a_person_recognises(browser, dagster_url: str) -> None:  # type: ignore[no-untyped-def]
    text = _text_of(browser, f"{dagster_url}/asset-groups", "robustness")
    for group in (
        "deliveries_proact",
        "deliveries_registry",
        "marts",
        "design",
        "outcomes",
        "robustness",
        "safety",
    ):
        assert group in text


def test_the_last_release_shows_its_hash_as_metadata(browser, dagster_url: str) -> None:  # type: ignore[no-untyped-def]
    text = _text_of(browser, f"{dagster_url}/assets/release/published?view=overview", "logical_hash")
    assert "logical_hash" in text
    assert "/report/report.html" in text


def test_checks_hang_on_the_marts(browser, dagster_url: str) -> None:  # type: ignore[no-untyped-def]
    text = _text_of(browser, f"{dagster_url}/assets/marts/adsl?view=checks", "plausible")
    assert "plausible" in text


def test_schedule_and_sensor_are_visible(browser, dagster_url: str) -> None:  # type: ignore[no-untyped-def]
    text = _text_of(browser, f"{dagster_url}/automation", "nightly")
    assert "nightly" in text
    assert "complete_deliveries" in text


def test_data_cuts_are_partitions(browser, dagster_url: str) -> None:  # type: ignore[no-untyped-def]
    text = _text_of(browser, f"{dagster_url}/assets/marts/adsl?view=partitions", "2026-06-30")
    assert "2026-03-31" in text


def test_what_rests_on_an_export_is_partitioned_by_it(browser, dagster_url: str) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport={"width": 1600, "height": 1000})
    page.goto(f"{dagster_url}/assets/intermediate/int_proact__adsl?view=partitions")
    # The page shows long names with their middle left out, and has them whole beside.
    page.get_by_text("PROACT_ALL_FORMS").first.wait_for(state="attached", timeout=60_000)
    assert "2026-06-30" not in page.inner_text("body")
    page.close()


def test_the_lineage_of_a_mart_joins_both_sources(browser, dagster_url: str) -> None:  # type: ignore[no-untyped-def]
    text = _text_of(
        browser, f"{dagster_url}/assets/marts/adsl?view=lineage&lineageScope=upstream", "int_proact__adsl"
    )
    assert "int_registry__adsl" in text


def test_runs_of_the_command_line_stand_under_their_job_and_on_the_timeline(  # type: ignore[no-untyped-def]
    browser, dagster_url: str, home_with_release: Path
) -> None:
    with environment(home_with_release), DagsterInstance.get() as instance:
        (run, *_) = instance.get_runs(RunsFilter(job_name="refresh"), limit=1)
    job = f"{dagster_url}/locations/orchestration.definitions/jobs/refresh"
    assert run.run_id[:8] in _text_of(browser, f"{job}/runs", run.run_id[:8])
    # What the timeline places a run by.
    query = "{runsOrError {... on Runs {results {runId repositoryOrigin {repositoryLocationName}}}}}"
    asked = urllib.request.Request(
        f"{dagster_url}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked) as answer:
        found = json.load(answer)["data"]["runsOrError"]["results"]
    assert run.run_id in {each["runId"] for each in found}
    assert {str(each["repositoryOrigin"]) for each in found} == {
        "{'repositoryLocationName': 'orchestration.definitions'}"
    }
