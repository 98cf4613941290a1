"""What is made of a PRO-ACT export: once for all data cuts, never taken where it is not what was sealed."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from delivery_builder import CUT, RELEASE, Site, proact_files, registry_files, synthetic

from orchestration.night import seals
from orchestration.night.build import Build
from orchestration.night.export_build import ExportBuild
from orchestration.night.inputs import ExportInputs
from orchestration.night.seals import Seals, cut_key, export_key
from orchestration.night.working_file import NoBuildError
from orchestration.settings import DATABASE, Settings

LATER = "2026-06-30"
NEWER = "2023_05_01_PROACT_ALL_FORMS"


@pytest.fixture
def settings(site: Site) -> Settings:
    return Settings(site.landing.parent, settle_seconds=0)


class Harmonising:
    """Seals an export with one table in it, and counts how often it was asked to."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self.asked = settings, 0

    def __call__(self, inputs: ExportInputs) -> None:
        self.asked += 1
        export = ExportBuild(self._settings, inputs.proact.delivery.release, inputs)
        export.begin(f"run {self.asked}")
        with export.warehouse.write() as connection:
            connection.execute("create table made_of_it as select 42 as n")
        export.seal()


def begin(settings: Settings, cut: str, harmonise: Callable[[ExportInputs], None]) -> Build:
    build = Build(settings, cut)
    build.begin("run", harmonise)
    with build.warehouse.read() as connection:
        assert connection.sql("select n from made_of_it").fetchall() == [(42,)]
    return build


def _sealed(settings: Settings) -> Path:
    (file,) = settings.exports.glob(f"*/{DATABASE}")
    return file


def test_every_data_cut_begins_with_what_the_first_one_made(settings: Settings) -> None:
    harmonise = Harmonising(settings)
    for cut in (CUT, LATER, CUT):
        with begin(settings, cut, harmonise).warehouse.write() as connection:
            connection.execute("update made_of_it set n = 7")
    assert harmonise.asked == 1


def _nothing(file: Path) -> None:
    shutil.rmtree(file.parent)


def _one_bit(file: Path) -> None:
    held = bytearray(file.read_bytes())
    held[len(held) // 2] ^= 1
    file.write_bytes(held)


def _half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _never_finished(file: Path) -> None:
    """As a power cut leaves it before the last step of sealing."""
    file.with_name("sha256").unlink()


def _file_gone(file: Path) -> None:
    file.unlink()


def _other_digest(file: Path) -> None:
    file.with_name("sha256").write_text("0" * 64)


def _digest_of_nothing(file: Path) -> None:
    file.with_name("sha256").write_bytes(b"\xff\x00")


@pytest.mark.parametrize(
    "spoil",
    [_nothing, _one_bit, _half, _empty, _never_finished, _file_gone, _other_digest, _digest_of_nothing],
)
def test_what_is_gone_or_damaged_is_made_again_and_never_taken(
    settings: Settings, spoil: Callable[[Path], None]
) -> None:
    harmonise = Harmonising(settings)
    begin(settings, CUT, harmonise)
    spoil(_sealed(settings))
    begin(settings, LATER, harmonise)
    assert harmonise.asked == 2
    begin(settings, CUT, harmonise)
    assert harmonise.asked == 2


def test_another_export_or_the_same_with_other_records_is_made_for_itself(
    settings: Settings, site: Site
) -> None:
    harmonise = Harmonising(settings)
    begin(settings, LATER, harmonise)
    other = {name: content + b"9000099" + b",1" * 3 + b"\r\n" for name, content in proact_files().items()}
    site.deliver("PROACT", RELEASE, other)
    begin(settings, LATER, harmonise)
    site.deliver("PROACT", NEWER, other | synthetic())
    build = begin(settings, LATER, harmonise)
    assert (harmonise.asked, build.run.proact_release) == (3, NEWER)


@pytest.mark.parametrize(
    "changed", ["proact_release", "proact_hash", "terms_hash", "lock_hash", "code that reads it", "home"]
)
def test_it_is_of_one_export_and_of_one_way_to_read_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    run = begin(settings, CUT, Harmonising(settings)).run
    before = export_key(settings, run)
    if changed == "code that reads it":
        monkeypatch.setattr(seals, "sources_hash", lambda *folders: "other")
    elif changed == "home":
        settings = replace(settings, home=settings.home / "other")
    else:
        run = replace(run, **{changed: "other"})
    assert export_key(settings, run) != before


def test_code_protocol_key_and_registry_do_not_make_it_anew(settings: Settings) -> None:
    run = begin(settings, CUT, Harmonising(settings)).run
    other = replace(
        run, code_hash="x", protocol_hash="x", key_id="x", registry_hash="x", data_cut=LATER, run_id="x",
        columns_hash="x", fingerprint="x", parent_chain="x",
    )  # fmt: skip
    assert export_key(settings, other) == export_key(settings, run)


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_of_several_the_last_used_are_kept(tmp_path: Path, kept: int) -> None:
    made, root = tmp_path / "made", tmp_path / "sealed"
    made.write_bytes(b"a working file")
    sealed, keys = Seals(root, kept), [f"{number:064d}" for number in range(kept + 2)]
    for number, key in enumerate(keys):
        folder = sealed.seal(key, made).parent
        # A clock may stand still for as long as a small file takes.
        os.utime(folder, (number, number))
    assert sorted(folder.name for folder in root.iterdir()) == keys[-kept:]
    assert sealed.take(keys[-kept], tmp_path / "taken")
    sealed.seal("f" * 64, made)
    others = [keys[-kept], *keys[len(keys) - kept + 2 :]] if kept > 1 else []
    assert sorted(folder.name for folder in root.iterdir()) == [*others, "f" * 64]


def sealed_cut(settings: Settings) -> Build:
    """A data cut of which all is made and sealed."""
    build = begin(settings, LATER, Harmonising(settings))
    assert not build.is_harmonised
    with build.warehouse.write() as connection:
        connection.execute("create table made_of_the_cut as select 1 as one")
    build.seal()
    return build


def test_with_another_protocol_a_build_begins_with_all_that_rests_on_its_deliveries(
    settings: Settings,
) -> None:
    sealed_cut(settings)
    changed = replace(settings, protocol_file=settings.home / "protocol.toml")
    (settings.home / "protocol.toml").write_text('[study]\nversion = "2"\n[matching]\nratio = 3\n')
    build = Build(changed, LATER)
    build.begin("another run", _nobody)
    assert build.is_harmonised
    assert build.warehouse.has("main.made_of_the_cut")
    assert (build.run.run_id, build.protocol.matching.ratio) == ("another run", 3)


def _nobody(inputs: ExportInputs) -> None:
    raise AssertionError("nothing is to be made")


def test_another_cut_or_other_records_begin_with_the_export_alone(settings: Settings, site: Site) -> None:
    sealed_cut(settings)
    for cut in (CUT, LATER):
        if cut == LATER:
            site.deliver("REGISTRY", LATER, {"DM.csv": registry_files()["DM.csv"].replace(b",F,", b",M,")})
        build = begin(settings, cut, _nobody)
        assert not build.is_harmonised
        assert not build.warehouse.has("main.made_of_the_cut")


@pytest.mark.parametrize(
    "changed",
    [
        "data_cut",
        "registry_hash",
        "key_id",
        "columns_hash",
        "answers_hash",
        "proact_hash",
        "terms_hash",
        "lock_hash",
    ],
)
def test_a_sealed_cut_is_of_its_deliveries_and_of_what_reads_and_checks_them(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    run = begin(settings, CUT, Harmonising(settings)).run
    assert cut_key(settings, replace(run, **{changed: "other"})) != cut_key(settings, run)
    same = replace(
        run, protocol_hash="x", protocol="x", parent_chain="x", parent_id="x", run_id="x", code_hash="x"
    )
    assert cut_key(settings, same) == cut_key(settings, run)
    before = cut_key(settings, run)
    monkeypatch.setattr(seals, "sources_hash", lambda *folders: "other")
    assert cut_key(settings, run) != before


def test_nothing_sealed_is_no_beginning(settings: Settings) -> None:
    with pytest.raises(NoBuildError) as error:
        Build(settings, CUT).begin("run", lambda inputs: None)
    assert str(error.value) == (
        f"what was made of PRO-ACT export {RELEASE} is not in the store: run vigil refresh --cut {CUT}"
    )


def test_an_export_is_gone_on_with_by_nobody_else(settings: Settings) -> None:
    export = ExportBuild(settings, RELEASE)
    with pytest.raises(NoBuildError, match=f"^no build of PRO-ACT export {RELEASE} has begun: materialise"):
        assert export.warehouse
    export.begin("run")
    assert export.run.proact_release == RELEASE
    with pytest.raises(NoBuildError, match=r"^no build of PRO-ACT export OTHER has begun"):
        assert ExportBuild(settings, "OTHER").warehouse
    with pytest.raises(NoBuildError, match="names no PRO-ACT export: launch it for a partition"):
        ExportBuild(settings, "").begin("run")
