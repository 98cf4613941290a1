"""A night rests on what it was begun with, whatever arrives meanwhile; what arrived is made the next night (F49)."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from homes import altered_export, environment, query, vigil, write_protocol

from orchestration import landing
from orchestration.commands import refresh
from orchestration.dagster_parts.partitions import DATA_CUTS
from orchestration.dagster_parts.run_reasons import innermost_reason
from orchestration.definitions import defs
from orchestration.extracts.deliveries import Delivery
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest

NEWER = "SYNTHETIC-2024_01_31_PROACT_ALL_FORMS"
CUT, LATER = "2026-03-31", "2026-06-30"


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Counter:
    """How often landing was searched in this process, by source."""
    counted: Counter = Counter()
    find = landing.find_deliveries

    def counting(folder: Path, source: str, **options: Any) -> tuple[Delivery, ...]:
        counted[source] += 1
        return find(folder, source, **options)

    monkeypatch.setattr(landing, "find_deliveries", counting)
    return counted


def between_steps(monkeypatch: pytest.MonkeyPatch, step: str, act: Callable[[], object]) -> list[str]:
    """Act when a step of the next refresh is about to start, once; the steps told, as they are told."""
    told: list[str] = []
    tell = refresh.Progress.step

    def telling(progress: refresh.Progress, name: str) -> None:
        if name == step and step not in told:
            act()
        told.append(name)
        tell(progress, name)

    monkeypatch.setattr(refresh.Progress, "step", telling)
    return told


def newest(home: Path) -> Manifest:
    return ReleaseIndex(home / "releases").manifests()[-1]


def marts(manifest: Manifest) -> dict[str, object]:
    return {name: digest for name, digest in manifest.tables.items() if name.startswith("marts.")}


def test_what_arrives_during_a_night_changes_nothing_and_is_made_the_next(
    refreshed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: Counter
) -> None:
    home = tmp_path / "home"
    shutil.copytree(refreshed_home, home, symlinks=True)
    before = newest(home)
    write_protocol(home, "2.0.0")

    def deliver() -> None:
        (export,) = (home / "landing" / "proact").iterdir()
        altered_export(export, home / "landing" / "proact" / NEWER)
        write_protocol(home, "3.0.0")

    told = between_steps(monkeypatch, "eligibility", deliver)
    assert vigil(home, "refresh") == 0
    assert told.index("dbt") < told.index("eligibility") < told.index("release  published")
    assert looks == {"PROACT": 1, "REGISTRY": 1}
    first = newest(home)
    assert (first.number, first.data_cut, first.protocol["version"]) == (3, LATER, "2.0.0")
    assert first.proact_release == before.proact_release != NEWER
    assert first.inputs == before.inputs
    assert marts(first) == marts(before)
    assert query(home, "select protocol_version, proact_release from release.info") == [
        ("2.0.0", before.proact_release)
    ]
    assert query(home, "select distinct canonical ->> '$.study.version' from release.protocol") == [
        ("2.0.0",)
    ]

    looks.clear()
    assert vigil(home, "refresh") == 0
    assert looks == {"PROACT": 1, "REGISTRY": 1}
    second = newest(home)
    assert (second.number, second.data_cut, second.protocol["version"]) == (4, LATER, "3.0.0")
    assert second.proact_release == NEWER
    assert {f.release for f in second.inputs if f.source == "PROACT"} == {NEWER}
    assert marts(second) != marts(first)

    looks.clear()
    assert vigil(home, "refresh") == 0
    assert looks == {"PROACT": 1, "REGISTRY": 1}
    assert newest(home).number == 4


def materialise(home: Path, cut: str, *assets: str) -> dg.ExecuteInProcessResult:
    """Some assets of one data cut, as somebody would from the UI."""
    with environment(home), dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(DATA_CUTS.name, [CUT, LATER])
        return defs.resolve_job_def("refresh").execute_in_process(
            instance=instance,
            partition_key=cut,
            asset_selection=[dg.AssetKey(asset.split("/")) for asset in assets],
            raise_on_error=False,
        )


def reason(result: dg.ExecuteInProcessResult) -> str:
    return next(innermost_reason(event) for event in result.all_events if event.is_step_failure)


def test_a_part_of_a_build_that_has_not_begun_is_refused_with_what_to_run(
    refreshed_home: Path, tmp_path: Path, looks: Counter
) -> None:
    home = tmp_path / "home"
    for folder in ("landing", "store"):
        shutil.copytree(refreshed_home / folder, home / folder)
    shutil.copy(refreshed_home / "protocol.toml", home)
    working = home / "build" / "work" / "vigil.duckdb"
    for asset in ("staging/stg_registry__dm", "results/cohort_flow", "release/published"):
        assert reason(materialise(home, CUT, asset)) == (
            f"no build of data cut {CUT} has begun: materialise its deliveries (raw/*) first, "
            f"or run vigil refresh --cut {CUT}"
        )
        assert not working.exists()
    assert looks == {}

    raw = [
        key.to_user_string()
        for key in defs.resolve_job_def("refresh").asset_layer.executable_asset_keys
        if key.path[0] == "raw"
    ]
    assert materialise(home, CUT, *raw).success
    assert looks == {"PROACT": 1, "REGISTRY": 1}
    told = reason(materialise(home, LATER, "results/cohort_flow"))
    assert told.startswith(f"the build under way is of data cut {CUT}, not of {LATER}: ")
    with duckdb.connect(str(working), read_only=True) as connection:
        assert connection.sql("select data_cut::varchar from build.run").fetchall() == [(CUT,)]
    assert looks == {"PROACT": 1, "REGISTRY": 1}
