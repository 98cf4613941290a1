"""The nightly job as its users meet it: what it makes, and what makes it do it again (F34, F45, F47, F49)."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dagster import AssetKey, AssetRecordsFilter, DagsterInstance, PathMetadataValue
from homes import (
    BYSTANDERS,
    KEY,
    altered_export,
    copy_landing,
    environment,
    query,
    vigil,
    write_protocol,
)

from analytics.study import STAGES
from orchestration.night.ahead import Identities, SecondProcess, Work
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain
from orchestration.settings import REPOSITORY

HEADLINE = """select specification, estimate from results.effect_estimate
              where endpoint = 'OS' and headline = 'Y' order by 1"""


def materialisations(home: Path, key: str) -> int:
    with environment(home):
        found = DagsterInstance.get().fetch_materializations(
            AssetRecordsFilter(asset_key=AssetKey(key.split("/"))), limit=100
        )
    return len(found.records)


def manifests(home: Path) -> list:
    return ReleaseIndex(home / "releases").manifests()


def test_every_data_cut_becomes_a_release_and_the_newest_is_current(refreshed_home: Path) -> None:
    found = manifests(refreshed_home)
    assert [m.data_cut for m in found] == ["2026-03-31", "2026-06-30"]
    assert (refreshed_home / "releases" / "current").resolve().name == found[-1].release_id
    assert found[-1].parent_id == found[0].release_id


def test_a_release_holds_estimates_of_the_crude_and_the_matched_comparison(refreshed_home: Path) -> None:
    estimates = dict(query(refreshed_home, HEADLINE))
    assert {"crude", "matched"} <= estimates.keys()
    assert all(0.1 < value < 10 for value in estimates.values())


def test_a_release_verifies_to_the_byte_and_so_does_the_chain(refreshed_home: Path) -> None:
    index = ReleaseIndex(refreshed_home / "releases")
    assert [problem for folder in index.folders() for problem in verify_release(folder)] == []
    assert verify_chain(index) == []


def test_everything_made_from_simulated_deliveries_says_so(refreshed_home: Path) -> None:
    assert query(refreshed_home, "select mark, simulated from release.info") == [("SYNTHETIC", True)]
    report = refreshed_home / "releases" / "current" / "report" / "report.html"
    assert "SYNTHETIC" in report.read_text()


def test_the_pages_of_the_release_lead_to_its_reports(refreshed_home: Path) -> None:
    found = manifests(refreshed_home)
    with environment(refreshed_home), DagsterInstance.get() as instance:
        for key, cut, names in (
            ("release/published", found[0].data_cut, ["open_report", "open_report_in_house"]),
            ("release/report", found[1].data_cut, ["open_current_report"]),
        ):
            of_cut = AssetRecordsFilter(asset_key=AssetKey(key.split("/")), asset_partitions=[cut])
            (record,) = instance.fetch_materializations(of_cut, limit=1).records
            metadata = record.asset_materialization.metadata
            paths = [metadata[name] for name in names]
            assert [type(path) for path in paths] == [PathMetadataValue] * len(names)
            assert all("data cut" in Path(path.value).read_text().lower() for path in paths)
            if key == "release/published":
                assert {Path(path.value).parents[1].name for path in paths} == {found[0].release_id}


def test_a_whole_night_lacks_nothing(refreshed_home: Path) -> None:
    assert query(refreshed_home, "select n_gap from release.info") == [(0,)]
    assert query(refreshed_home, "from release.gap") == []


def test_every_published_table_and_column_has_a_comment(refreshed_home: Path) -> None:
    bare = query(
        refreshed_home,
        """select schema_name || '.' || table_name from duckdb_tables() where coalesce(comment, '') = ''
           union all select schema_name || '.' || table_name || '.' || column_name from duckdb_columns()
           where not internal and coalesce(comment, '') = ''
             and schema_name in ('marts', 'results', 'quality', 'release')""",
    )
    assert bare == []


def test_the_comparison_in_which_no_benefit_should_appear_is_made_on_real_marts(refreshed_home: Path) -> None:
    rows = query(
        refreshed_home,
        """select specification, estimate, note from results.sensitivity
           where analysis = 'falsification' and measure = 'hazard_ratio' order by 1""",
    )
    assert [name for name, _, _ in rows] == ["crude", "matched"]
    assert all(estimate is not None and 0.5 < estimate < 2 for _, estimate, _ in rows)


def test_a_second_refresh_with_nothing_new_recomputes_nothing_and_says_so(
    refreshed_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {key: materialisations(refreshed_home, key) for key in ("marts/adsl", "release/published")}
    assert vigil(refreshed_home, "refresh") == 0
    assert "nothing new" in capsys.readouterr().out
    assert {key: materialisations(refreshed_home, key) for key in before} == before


def test_nothing_new_is_decided_without_importing_anything_heavy(refreshed_home: Path) -> None:
    code = (
        "import sys; from orchestration.cli import main; status = main(['refresh']);"
        "names = {'dagster', 'pandas', 'dbt', 'great_expectations', 'sklearn', 'lifelines', 'matplotlib'};"
        "heavy = names & set(sys.modules);"
        "print('HEAVY', sorted(heavy)); sys.exit(status)"
    )
    with environment(refreshed_home):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "HEAVY []" in done.stdout


def test_a_reader_may_hold_the_current_release_open_while_another_is_published(
    refreshed_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(refreshed_home, home, symlinks=True)
    reader = (
        "import duckdb, sys\n"
        f"c = duckdb.connect({str(home / 'releases' / 'current' / 'vigil.duckdb')!r}, read_only=True)\n"
        "print(c.sql('select count(*) from marts.adsl').fetchone(), flush=True)\n"
        "sys.stdin.readline()\n"
        "print(c.sql('select count(*) from marts.adtte').fetchone(), flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", reader], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("(")
    write_protocol(home, "1.0.1")
    assert vigil(home, "refresh") == 0
    output, _ = process.communicate("go on\n", timeout=60)
    assert output.startswith("(")
    assert process.returncode == 0


def test_a_swapped_proact_export_re_releases_the_newest_cut_alone(
    refreshed_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(refreshed_home, home, symlinks=True)
    (export,) = (home / "landing" / "proact").iterdir()
    shutil.move(export, tmp_path / "then")
    altered_export(tmp_path / "then", export)
    assert vigil(home, "refresh") == 0
    found = manifests(home)
    assert [m.data_cut for m in found] == ["2026-03-31", "2026-06-30", "2026-06-30"]
    assert found[-1].logical_hash != found[-2].logical_hash


def shuffle_records(home: Path) -> None:
    """Reverse the order of the records of every delivered file, and re-list them in the manifest."""
    import hashlib

    for manifest in (home / "landing").rglob("MANIFEST.sha256"):
        lines = []
        for line in manifest.read_text().splitlines():
            _, rows, name = line.split(maxsplit=2)
            path = manifest.parent / name
            header, *records = path.read_bytes().splitlines(keepends=True)
            path.write_bytes(header + b"".join(reversed(records)))
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {rows}  {name}")
        manifest.write_text("\n".join(lines) + "\n")


def test_the_same_facts_give_the_same_logical_hash_whatever_folder_order_and_threads(
    refreshed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead: dict[str, list[str]] = {}
    take = SecondProcess.take

    def recorded(second: SecondProcess, work: Work, reads: Identities) -> object:
        made = take(second, work, reads)
        ahead[data_cut] += [work.name] if made is not None else []
        return made

    monkeypatch.setattr(SecondProcess, "take", recorded)
    elsewhere = copy_landing(refreshed_home, tmp_path / "elsewhere")
    shuffle_records(elsewhere)
    first = {m.data_cut: m for m in manifests(refreshed_home)}
    # One thread is also one process: nothing is computed before its turn.
    for data_cut, threads in zip(first, (1, 8), strict=True):
        ahead[data_cut] = []
        assert vigil(elsewhere, "refresh", "--cut", data_cut, threads=threads) == 0
    for manifest in manifests(elsewhere):
        same = first[manifest.data_cut]
        differing = [t for t in same.tables if same.tables[t] != manifest.tables[t]]
        assert differing == []
        assert manifest.logical_hash == same.logical_hash
    alone, beside = ahead.values()
    assert alone == []
    # How far the second process gets depends on the machine; that it gets to a stage at all does not.
    assert "designs of the attribution" in beside
    assert set(beside) & {stage.name for stage in STAGES}


def test_no_subject_of_the_registry_appears_in_dagsters_event_log(refreshed_home: Path) -> None:
    subjects = [
        row[0]
        for row in query(refreshed_home, "select distinct subjid from marts.adsl where source = 'REGISTRY'")
    ]
    assert len(subjects) > 100
    stored = b"".join(path.read_bytes() for path in (refreshed_home / "dagster").rglob("*") if path.is_file())
    assert [subject for subject in subjects if subject.encode() in stored] == []


def test_f47_no_file_of_the_home_or_of_dbt_holds_the_key(refreshed_home: Path) -> None:
    places = (refreshed_home, REPOSITORY / "dbt_project" / "target", REPOSITORY / "dbt_project" / "logs")
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert len(files) > 500
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []


def test_every_file_of_both_deliveries_is_answered_for(refreshed_home: Path) -> None:
    cut, export = query(refreshed_home, "select data_cut, proact_release from release.info")[0]
    found = query(refreshed_home, "select source, file_name, n_byte, status, reason from release.input_file")
    landing = refreshed_home / "landing"
    folders = {"REGISTRY": landing / "registry" / cut, "PROACT": landing / "proact" / export}
    expected = {
        (source, path.name, path.stat().st_size)
        for source, folder in folders.items()
        for path in folder.iterdir()
    }
    assert {row[:3] for row in found} == expected
    assert len(found) == len(expected)
    unread = {name: reason for _, name, _, status, reason in found if status == "not read"}
    assert unread.keys() == set(BYSTANDERS)
    (domains,) = query(
        refreshed_home,
        "select count(*) from release.input_file where source = 'REGISTRY' and table_name is not null",
    )
    assert domains == (22,)
    assert unread["enrolment log.xlsx"] == "Excel is not read; save as CSV, XPT or Dataset-JSON"


def test_the_manifest_names_every_input_file_with_its_hash(refreshed_home: Path) -> None:
    folder = refreshed_home / "releases" / "current"
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {item["file_name"] for item in manifest["inputs"]}
    assert {"PROACT_ALSFRS.csv", "dm.csv", "ae.csv"} <= files
    assert all(len(item["sha256"]) == 64 for item in manifest["inputs"])
