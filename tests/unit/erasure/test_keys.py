"""Under another key nothing is read, erased or published; after a rotation everything goes on."""

from dataclasses import replace
from pathlib import Path

import pytest
from delivery_builder import CUT, KEY, registry_files
from small_home import RAW, SECRET, make_home, name_of

from orchestration.cli import main
from orchestration.erasure.audit import tombstones
from orchestration.erasure.keys import OtherKeyError, refuse_other_key, rekey, settings_under
from orchestration.erasure.subject import erase_subject
from orchestration.extracts.pseudonyms import demonstration_key, key_from_text
from orchestration.settings import Settings

OTHER = "another secret that is long enough too"
THIRD = "a third secret that is also long enough"
AT = "2026-07-01T09:00:00+09:00"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home made under KEY."""
    return make_home(tmp_path)


def _landing(settings: Settings) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in settings.landing.rglob("*") if p.is_file()}


def test_the_key_that_the_home_was_made_under_passes(settings: Settings) -> None:
    refuse_other_key(settings)
    assert settings_under(settings, KEY.key_id) == settings


@pytest.mark.parametrize("given", [OTHER, None])
def test_another_key_or_none_is_refused_by_name(settings: Settings, given: str | None) -> None:
    with pytest.raises(OtherKeyError) as refusal:
        refuse_other_key(replace(settings, pseudonym_key=given))
    told = str(refusal.value)
    assert told.startswith("release 0002-2026-06-30 was made under another pseudonym key")
    assert KEY.key_id in told
    assert (demonstration_key().key_id in told) == (given is None)
    assert "vigil rekey" in told
    assert SECRET not in told


@pytest.mark.parametrize(
    "command",
    [["refresh"], ["erase", RAW, "--reason", "asked"], ["trace", "subject", RAW]],
    ids=["refresh", "erase", "trace"],
)
@pytest.mark.parametrize("given", [OTHER, ""])
def test_commands_compare_the_keys_first_and_change_nothing(
    settings: Settings,
    command: list[str],
    given: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = _landing(settings)
    monkeypatch.setenv("VIGIL_HOME", str(settings.home))
    monkeypatch.setenv("VIGIL_PSEUDONYM_KEY", given)
    assert main(command) == 1
    told = capsys.readouterr().err
    assert "made under another pseudonym key" in told
    assert told.count("\n") == 1
    assert _landing(settings) == before
    assert not (settings.home / "erasures.jsonl").exists()


def test_a_tombstone_alone_holds_its_key(settings: Settings) -> None:
    erase_subject(settings, RAW, reason="asked", at=AT)
    for manifest in settings.releases.glob("0*"):
        manifest.joinpath("manifest.json").unlink()
    with pytest.raises(
        OtherKeyError, match=r"the erasure in line 1 of erasures\.jsonl was made under another"
    ):
        refuse_other_key(replace(settings, pseudonym_key=OTHER))


def test_rotation_needs_the_right_old_key(settings: Settings) -> None:
    rotated = replace(settings, pseudonym_key=OTHER)
    for wrong in (THIRD, None):
        with pytest.raises(OtherKeyError, match="nothing was changed"):
            rekey(rotated, wrong)
    with pytest.raises(OtherKeyError, match="the same; nothing was changed"):
        rekey(settings, SECRET)
    assert not (settings.home / "retired-keys.json").exists()


def test_after_a_rotation_the_new_key_passes_and_the_old_one_does_not(settings: Settings) -> None:
    rotated = replace(settings, pseudonym_key=OTHER)
    assert rekey(rotated, SECRET) == KEY.key_id
    refuse_other_key(rotated)
    assert settings_under(rotated, KEY.key_id).pseudonym_key == SECRET
    ring = (settings.home / "retired-keys.json").read_bytes()
    assert SECRET.encode() not in ring
    assert OTHER.encode() not in ring
    with pytest.raises(OtherKeyError):
        refuse_other_key(replace(settings, pseudonym_key=THIRD))


def test_a_second_rotation_keeps_the_first_key(settings: Settings) -> None:
    rekey(replace(settings, pseudonym_key=OTHER), SECRET)
    third = replace(settings, pseudonym_key=THIRD)
    assert rekey(third, OTHER) == key_from_text(OTHER).key_id
    refuse_other_key(third)
    assert settings_under(third, KEY.key_id).pseudonym_key == SECRET


def test_after_a_rotation_the_subject_is_erased_from_releases_under_the_old_key_too(
    settings: Settings,
) -> None:
    rotated = replace(settings, pseudonym_key=OTHER)
    rekey(rotated, SECRET)
    done = erase_subject(rotated, f"LENZ-{name_of(RAW, key_from_text(OTHER))}", reason="asked", at=AT)
    assert len(done.releases.purged) == 2
    assert done.shortcomings == ()
    assert tombstones(settings.home)[0].key_id == key_from_text(OTHER).key_id
    assert not any(RAW.encode() in content for content in _landing(settings).values())


def test_whoever_was_erased_under_a_retired_key_is_known_again(settings: Settings) -> None:
    from delivery_builder import Site

    from orchestration.erasure.returned import returned_subjects
    from orchestration.warehouse import Warehouse

    erase_subject(settings, RAW, reason="asked", at=AT)
    rotated = replace(settings, pseudonym_key=OTHER)
    rekey(rotated, SECRET)
    build = Warehouse(settings.build_file)
    with build.write() as connection:
        connection.execute("create schema raw")
    assert returned_subjects(rotated, build) == ()
    Site(settings.home).deliver("REGISTRY", CUT, registry_files())
    (again,) = returned_subjects(rotated, build)
    assert (again.name, again.file_name, again.line) == (name_of(RAW, key_from_text(OTHER)), "DM.csv", 4)
