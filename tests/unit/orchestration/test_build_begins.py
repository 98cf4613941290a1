"""A build is pinned when it begins: to deliveries, protocol, code, key and parent. Landing is looked at once."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from delivery_builder import CUT, DICTIONARIES, RELEASE, Site, proact_files, registry_files, synthetic
from fabricated_build import begun

from analytics.protocol import ColumnError, canonical_json, protocol_hash
from orchestration import landing
from orchestration.extracts.deliveries import Delivery
from orchestration.extracts.land import accept_delivery
from orchestration.night import build_run as pinning
from orchestration.night import fingerprint, working_file
from orchestration.night import inputs as inputs_of_a_cut
from orchestration.night.build import Build
from orchestration.night.build_run import TABLES, BuildRun, read_run
from orchestration.night.inputs import ChangedDeliveryError
from orchestration.night.plan import RefreshPlan, refresh_plan
from orchestration.night.working_file import ChangedCodeError, NoBuildError
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

LATER = "2026-06-30"
NEWER = "2023_05_01_PROACT_ALL_FORMS"


@pytest.fixture
def settings(site: Site, tmp_path: Path) -> Settings:
    protocol = tmp_path / "protocol.toml"
    protocol.write_text('[study]\nversion = "1"\n')
    return Settings(site.landing.parent, protocol_file=protocol, settle_seconds=0)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Counter:
    """How often landing was searched, by source."""
    counted: Counter = Counter()
    find = landing.find_deliveries

    def counting(folder: Path, source: str, **options: Any) -> tuple[Delivery, ...]:
        counted[source] += 1
        return find(folder, source, **options)

    monkeypatch.setattr(landing, "find_deliveries", counting)
    return counted


def plan(settings: Settings) -> RefreshPlan:
    return refresh_plan(settings, settings.protocol())


def ask_everything(build: Build) -> tuple:
    return build.run, canonical_json(build.protocol), build.registry_delivery, build.parent


def test_landing_is_looked_at_once_by_plan_and_build_together(settings: Settings, looks: Counter) -> None:
    first, second = plan(settings).cuts
    for cut in (first, second):
        build = Build(settings, cut.data_cut, cut.inputs)
        begun(build)
        ask_everything(build)
        ask_everything(Build(settings, cut.data_cut))
    assert looks == {"PROACT": 1, "REGISTRY": 1}


def test_a_run_that_nobody_planned_looks_once_itself(settings: Settings, looks: Counter) -> None:
    planned = {cut.data_cut: cut.inputs for cut in plan(settings).cuts}
    looks.clear()
    build = Build(settings, LATER)
    assert begun(build) == planned[LATER]
    ask_everything(build)
    ask_everything(Build(settings, LATER))
    assert looks == {"PROACT": 1, "REGISTRY": 1}


def test_what_arrives_after_the_beginning_waits_for_the_next_night(settings: Settings, site: Site) -> None:
    begun(Build(settings, LATER))
    before = ask_everything(Build(settings, LATER))
    other = {name: content + b"9000099" + b",1" * 3 + b"\r\n" for name, content in proact_files().items()}
    site.deliver("PROACT", NEWER, other | synthetic())
    assert settings.protocol_file is not None
    settings.protocol_file.write_text('[study]\nversion = "2"\n[matching]\nratio = 3\n')
    assert ask_everything(Build(settings, LATER)) == before
    run, build = before[0], Build(settings, LATER)
    assert (run.proact_release, build.protocol.study.version, build.protocol.matching.ratio) == (
        RELEASE,
        "1",
        1,
    )
    assert run.protocol_hash == protocol_hash(build.protocol)
    next_night = plan(settings).cuts[-1].inputs
    assert next_night.proact.delivery.release == NEWER
    assert next_night.protocol_hash == protocol_hash(settings.protocol()) != run.protocol_hash
    assert next_night.fingerprint != run.fingerprint


def test_one_typed_row_holds_it(settings: Settings) -> None:
    inputs = plan(settings).cuts[0].inputs
    begun(Build(settings, CUT, inputs), "run 7")
    with duckdb.connect(str(settings.build_file)) as connection:
        kinds = dict(row[:2] for row in connection.sql(f"describe {TABLES[BuildRun]}").fetchall())
        count = connection.sql(f"select count(*) from {TABLES[BuildRun]}").fetchone()
    assert count == (1,)
    assert kinds.pop("data_cut") == "DATE"
    assert set(kinds.values()) == {"VARCHAR"}
    run = read_run(Warehouse(settings.build_file), BuildRun)
    assert run is not None
    assert (run.run_id, run.data_cut, run.fingerprint) == ("run 7", CUT, inputs.fingerprint)
    assert (run.registry_path, run.proact_path) == (f"registry/{CUT}", f"proact/{RELEASE}")
    assert (run.registry_hash, run.proact_hash) == (inputs.registry.content_hash, inputs.proact.content_hash)
    assert (run.protocol, run.key_id, run.parent_id) == (inputs.protocol, inputs.key_id, None)


def refusal(build: Build) -> str:
    with pytest.raises(NoBuildError) as error:
        assert build.warehouse
    told = str(error.value)
    assert "\n" not in told
    assert told.endswith(
        f"materialise its deliveries (raw/*) first, or run vigil refresh --cut {build.data_cut}"
    )
    return told


def test_without_a_beginning_nothing_is_read_or_written(settings: Settings) -> None:
    assert refusal(Build(settings, CUT)).startswith(f"no build of data cut {CUT} has begun: ")
    with pytest.raises(NoBuildError):
        Build(settings, CUT).put("results", {}, {})
    assert not settings.build_file.exists()


def test_another_cuts_build_is_not_gone_on_with(settings: Settings) -> None:
    begun(Build(settings, CUT))
    told = refusal(Build(settings, LATER))
    assert told.startswith(f"the build under way is of data cut {CUT}, not of {LATER}: ")


@pytest.mark.parametrize("changed", ["code_hash", "lock_hash"])
def test_other_code_does_not_go_on_with_a_build(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    begun(Build(settings, CUT))
    monkeypatch.setattr(working_file, changed, lambda: "other")
    assert refusal(Build(settings, CUT)).startswith(
        f"the code changed since the build of data cut {CUT} began: "
    )


def _add(repository: Path) -> None:
    (repository / "dbt_project" / "models" / "another.sql").write_text("select 2")


def _edit(repository: Path) -> None:
    (repository / "dbt_project" / "models" / "mart.sql").write_text("select 2")


def _remove(repository: Path) -> None:
    (repository / "dbt_project" / "models" / "mart.sql").unlink()


def _edit_python(repository: Path) -> None:
    (repository / "analytics" / "late.py").write_text("ONE = 2")


@pytest.mark.parametrize("change", [_add, _edit, _remove, _edit_python])
def test_sources_that_change_while_a_build_runs_are_refused(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    repository = tmp_path / "repository"
    (repository / "dbt_project" / "models").mkdir(parents=True)
    (repository / "dbt_project" / "models" / "mart.sql").write_text("select 1")
    (repository / "analytics").mkdir()
    (repository / "analytics" / "late.py").write_text("ONE = 1")
    monkeypatch.setattr(fingerprint, "REPOSITORY", repository)
    code = fingerprint.code_on_disk()
    monkeypatch.setattr(inputs_of_a_cut, "code_hash", lambda: code)
    monkeypatch.setattr(working_file, "code_hash", lambda: code)
    build = Build(settings, CUT)
    begun(build)
    (repository / "dbt_project" / "target").mkdir()
    (repository / "dbt_project" / "target" / "made.sql").write_text("select 1")
    build.refuse_changed_code()
    change(repository)
    with pytest.raises(
        ChangedCodeError, match=f"^the code changed while the build of data cut {CUT} ran: run"
    ):
        build.refuse_changed_code()


def test_the_commit_is_that_of_the_beginning(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinning, "code_commit", lambda: "abc1234+")
    begun(Build(settings, CUT))
    monkeypatch.setattr(pinning, "code_commit", lambda: "def5678")
    assert Build(settings, CUT).run.code_commit == "abc1234+"


def test_a_working_file_of_another_version_holds_no_build(settings: Settings) -> None:
    with Warehouse(settings.build_file).write() as connection:
        connection.execute("create schema build; create table build.run as select 'x' as run_id")
    assert refusal(Build(settings, CUT)).startswith("no build")
    build = Build(settings, CUT)
    begun(build)
    assert build.run.run_id == "run"


def test_beginning_anew_empties_the_working_file_and_pins_anew(settings: Settings, site: Site) -> None:
    build = Build(settings, CUT)
    begun(build, "first")
    before = build.run
    with build.warehouse.write() as connection:
        connection.execute("create table left_over as select 1 as one")
    site.deliver("REGISTRY", CUT, {"DM.csv": registry_files()["DM.csv"].replace(b",F,", b",M,")})
    begun(build, "second")
    assert build.run.run_id == "second"
    assert build.run.registry_hash != before.registry_hash
    assert not build.warehouse.has("main.left_over")


def test_files_that_changed_since_they_were_chosen_are_refused(settings: Settings, site: Site) -> None:
    pinned = plan(settings).cuts[0].inputs.registry
    pinned.refuse_other_content(accept_delivery(pinned.delivery, DICTIONARIES, site.store))
    dm = site.landing / "registry" / CUT / "DM.csv"
    dm.write_bytes(dm.read_bytes().replace(b",F,", b",M,"))
    with pytest.raises(
        ChangedDeliveryError, match=rf"REGISTRY delivery .{CUT}. changed while .*; wait .* again$"
    ):
        pinned.refuse_other_content(accept_delivery(pinned.delivery, DICTIONARIES, site.store))


def test_a_column_that_no_mart_has_is_refused_before_anything_is_read(settings: Settings) -> None:
    assert settings.protocol_file is not None
    settings.protocol_file.write_text('[propensity]\ncovariates = ["AGE", "AGE2"]\n')
    (cut, *_) = plan(settings).cuts
    build = Build(settings, cut.data_cut, cut.inputs)

    def harmonise(inputs: object) -> None:
        pytest.fail("an export was made")

    with pytest.raises(ColumnError, match=r"AGE2 \(propensity.covariates\)"):
        build.begin("a run", harmonise)
    assert not settings.build_file.exists()
