"""What a table's identity hangs on: what it is made of, and nothing else; and what is refused where it is another."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from fabricated_build import begun

from analytics.catalogue import TABLES
from analytics.study import MARTS
from orchestration.dagster_parts.dbt_manifest import manifest_path
from orchestration.night.build import Build
from orchestration.night.build_run import BuildRun
from orchestration.night.lineage import (
    BACKWARD,
    REPORT,
    closing_tables,
    dbt_tables,
    delivered,
    identities_of,
    study_tables,
)
from orchestration.night.working_file import NoBuildError
from orchestration.settings import Settings

CUT = "2026-03-31"
RUN = BuildRun(
    run_id="run",
    data_cut=CUT,
    fingerprint="f",
    parent_id=None,
    parent_chain=None,
    registry_path="registry/x",
    registry_hash="r",
    proact_path="proact/x",
    proact_release="EXPORT",
    proact_hash="p",
    protocol="{}",
    protocol_hash="protocol",
    code_hash="code",
    lock_hash="lock",
    key_id="key",
    terms_hash="",
    columns_hash="",
)


@pytest.fixture(scope="module")
def dbt() -> dict:
    return json.loads(manifest_path().read_text())


def identities(dbt: dict, **changed: str) -> dict[str, str]:
    run = replace(RUN, **changed)
    made = delivered(run) | dbt_tables(dbt, run) | study_tables(run) | closing_tables(run)
    checks = "quality.check_result"
    return identities_of(made | {checks: delivered(run)["raw.data_cut"]})


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    assert before.keys() == after.keys()
    return {name for name in before if before[name] != after[name]}


def test_every_published_table_has_one(dbt: dict) -> None:
    known = identities(dbt)
    assert {f"marts.{name}" for name in MARTS} <= known.keys()
    assert {f"results.{name}" for name in TABLES if f"results.{name}" in known} == {
        name for name in known if name.startswith("results.")
    }
    assert {
        "quality.data_query",
        "quality.record_count",
        "quality.rejected_row",
        BACKWARD,
        REPORT,
    } <= known.keys()
    assert len(set(known.values())) > 200


@pytest.mark.parametrize(
    ("changed", "moves", "stays"),
    [
        ({"proact_hash": "q"}, "raw.proact_alsfrs", "raw.registry_dm"),
        ({"proact_release": "NEWER"}, "staging.stg_proact__alsfrs", "raw.registry_dm"),
        ({"proact_hash": "q"}, "staging.stg_proact__alsfrs", "raw.data_cut"),
        ({"registry_hash": "s"}, "raw.registry_dm", "staging.stg_proact__demographics"),
        ({"data_cut": "2026-06-30"}, "staging.stg_registry__dm", "staging.stg_proact__demographics"),
        ({"key_id": "other"}, "raw.registry_dm", "raw.proact_alsfrs"),
        ({"columns_hash": "c"}, "raw.registry_dm", "raw.proact_alsfrs"),
        ({"terms_hash": "t"}, "raw.site_term", "raw.registry_dm"),
        ({"protocol_hash": "w"}, "results.cohort_flow", "marts.adsl"),
        ({"parent_chain": "p"}, "results.matched_set", "results.analysis_set"),
        ({"lock_hash": "l"}, "marts.adsl", "raw.registry_dm"),
    ],
)
def test_it_changes_with_what_the_table_is_made_of_and_with_nothing_else(
    dbt: dict, changed: dict[str, str], moves: str, stays: str
) -> None:
    found = moved(identities(dbt), identities(dbt, **changed))
    assert moves in found
    assert stays not in found
    assert {"results.effect_estimate", REPORT, "change.change"} <= found


def test_an_answer_of_a_site_changes_what_is_said_of_queries_and_no_estimate(dbt: dict) -> None:
    found = moved(identities(dbt), identities(dbt, answers_hash="a"))
    assert {
        "raw.site_answer",
        "raw.registry_delivered_file",
        "change.open_query",
        "change.site_answer",
        REPORT,
    } <= found
    assert not [name for name in found if name.split(".")[0] in ("staging", "marts", "results")]


def test_where_and_by_which_run_it_was_made_does_not_count(dbt: dict) -> None:
    same = identities(
        dbt, run_id="other", registry_path="y", proact_path="y", parent_id="0007", fingerprint="g"
    )
    assert moved(identities(dbt), same) == set()


def test_what_is_made_of_pro_act_alone_is_the_same_in_every_data_cut(dbt: dict) -> None:
    later = {"data_cut": "2026-06-30", "registry_hash": "s", "parent_chain": "c", "protocol_hash": "w"}
    kept = identities(dbt).keys() - moved(identities(dbt), identities(dbt, **later))
    models = {name for name in kept if name.startswith(("staging.", "intermediate."))}
    assert len([name for name in models if "proact" in name]) > 40
    assert not [name for name in models if "registry__" in name and "typed" in name]


@pytest.fixture
def build(site: object, tmp_path: Path) -> Build:
    """A build that has begun, with its deliveries registered in name."""
    made = Build(Settings(tmp_path / "home", settle_seconds=0), CUT)
    begun(made)
    made.stamp(delivered(made.run))
    return made


def test_a_table_takes_its_identity_from_the_tables_as_they_were_read(build: Build, dbt: dict) -> None:
    models = dbt_tables(dbt, build.run)
    one = {"staging.typed_proact__demographics": models["staging.typed_proact__demographics"]}
    build.stamp(one)
    right = build.identities["staging.typed_proact__demographics"]
    assert right == identities_of(delivered(build.run) | models)["staging.typed_proact__demographics"]
    build.warehouse.stamp({"raw.proact_demographics": "of another export"})
    build.stamp(one)
    assert build.identities["staging.typed_proact__demographics"] != right


def test_a_table_that_reads_what_is_not_there_is_refused_by_name(build: Build) -> None:
    with pytest.raises(NoBuildError) as error:
        build.stamp({"results.cohort_flow": build.lineage["results.cohort_flow"]})
    assert str(error.value) == (
        f"marts.adsl is not made yet in the build of data cut {CUT}: materialise what comes before, or run vigil "
        f"refresh --cut {CUT}"
    )


def test_a_table_made_anew_is_without_what_was_added_to_it(build: Build) -> None:
    build.warehouse.stamp({"quality.data_query": "1", BACKWARD: "2", "quality.data_query_other": "3"})
    build.warehouse.stamp({"quality.data_query": "1"})
    stamps = build.identities
    assert BACKWARD not in stamps
    assert stamps["quality.data_query_other"] == "3"


def test_a_build_begins_without_the_report_of_the_last_one(build: Build) -> None:
    for folder in build.reports.values():
        folder.mkdir()
        (folder / "report.html").write_text("of another data cut")
    begun(build, "again")
    assert not any(folder.exists() for folder in build.reports.values())
    assert build.identities == {}


def test_a_run_without_a_data_cut_says_what_to_choose(tmp_path: Path) -> None:
    build = Build(Settings(tmp_path), "")
    for ask in (lambda: begun(build), lambda: build.run):
        with pytest.raises(
            NoBuildError, match="names no data cut: launch it for a partition of data_cut, or run vigil"
        ):
            ask()
