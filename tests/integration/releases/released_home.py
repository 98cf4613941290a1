"""From simulated deliveries to releases by the shortest way: ingest, dbt without its tests, the study, publication.

The steps are those of the nightly job without Dagster and without the checks, which have tests of their own.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pandas as pd
from fabricated_build import begun
from study_build import run_dbt

from analytics import catalogue, change, study
from analytics.simulation import SimulationSettings, default_cuts
from orchestration.cli import main
from orchestration.demonstration.writer import write_demonstration
from orchestration.extracts.land import accept_delivery
from orchestration.extracts.pseudonyms import key_in_force
from orchestration.extracts.register import register_raw
from orchestration.extracts.store import ExtractStore
from orchestration.landing import data_cuts, dictionaries
from orchestration.night.backward_follow_up import add_backward_follow_up
from orchestration.night.build import Build
from orchestration.night.lineage import BACKWARD, dbt_tables, delivered
from orchestration.night.publication import publication_of
from orchestration.night.since_parent import change_tables
from orchestration.releases.publish import publish
from orchestration.settings import Settings

PROTOCOL = """
[propensity]
imputations = 2
imputation_noise = 0
[weighting]
bootstrap_replicates = 0
[sensitivity]
specification_curve = false
windows_days = [90]
calipers = [0.2]
bias_draws = 200
"""
# What tracing, attribution, history and export look at; the rest of the study has tests of its own.
LEFT_OUT = (
    "overlap", "parametric_curve", "dose", "subgroups", "sensitivity", "specification_curve", "monitoring",
)  # fmt: skip
"""Stages that nothing here reads."""
SIZE = {"scale": "small", "n_proact": 400, "n_registry": 180, "lab_visit_share": 0.05}


@contextmanager
def environment(home: Path) -> Iterator[None]:
    """The process's environment pointing at a home."""
    wanted = {
        "VIGIL_HOME": str(home),
        "VIGIL_PROTOCOL": str(home / "protocol.toml"),
        "VIGIL_SETTLE_SECONDS": "0",
        "VIGIL_THREADS": "2",
    }
    before = {name: os.environ.get(name) for name in [*wanted, "VIGIL_PSEUDONYM_KEY", "VIGIL_KEEP_RELEASES"]}
    os.environ.update(wanted)
    os.environ.pop("VIGIL_PSEUDONYM_KEY", None)
    os.environ.pop("VIGIL_KEEP_RELEASES", None)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def release_all(home: Path) -> None:
    """Simulate two data cuts and release them, oldest first."""
    write_demonstration(home, SimulationSettings(cuts=default_cuts(2), **SIZE))
    (home / "protocol.toml").write_text(PROTOCOL)
    with environment(home):
        for cut in data_cuts(Settings.from_environment()):
            release_cut(cut)


def release_cut(cut: str) -> Path:
    """One data cut of the home that the environment names, from landing to `current`; the release folder."""
    build = Build(Settings.from_environment(), cut)
    inputs = begun(build, f"run of {cut} {build.releases.next_number()}")
    store = ExtractStore(build.settings.store)
    key = key_in_force(build.settings.pseudonym_key)
    accepted = [
        accept_delivery(p.delivery, dictionaries(), store, key=key) for p in (inputs.proact, inputs.registry)
    ]
    with build.warehouse.write() as connection:
        register_raw(
            connection,
            accepted,
            dictionaries(),
            data_cut=date.fromisoformat(cut),
            site_terms=inputs.site_terms,
            site_answers=inputs.site_answers,
        )
    target = build.settings.home.parent / "dbt_target"
    built = run_dbt(build.warehouse.let_go(), target, dbt_tests=False)
    assert not built.failures
    build.stamp(delivered(build.run))
    build.stamp(dbt_tables(json.loads((target / "manifest.json").read_text()), build.run))
    marts = {name: build.warehouse.table(f"marts.{name}") for name in study.MARTS}
    results: dict[str, pd.DataFrame] = {}
    for stage in study.STAGES:
        if stage.name not in LEFT_OUT:
            results |= study.run_stage(stage, build.protocol, marts | results)
    build.put("results", results, catalogue.TABLES)
    add_backward_follow_up(build)
    build.stamp({BACKWARD: build.lineage[BACKWARD]})
    build.put("change", change_tables(build), change.TABLES)
    folder = publish(build.releases, publication_of(build, f"{cut}T03:00:00+09:00", build.identities))
    build.close()
    return folder


def vigil(*arguments: str) -> int:
    """Run a command in this process."""
    return main(list(arguments))
