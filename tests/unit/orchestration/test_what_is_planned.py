"""Which data cuts a night makes anew."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from delivery_builder import CUT, Site
from fabricated_build import make_build, publication, subjects

from orchestration.erasure.releases import erase_from_releases
from orchestration.extracts.deliveries import Delivery, find_deliveries
from orchestration.extracts.site_terms import SiteTerms
from orchestration.night import recovery
from orchestration.night.plan import RefreshPlan, _unversioned, refresh_plan
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.publish import publish
from orchestration.settings import Settings

NOW = "2026-10-01T03:00:00+09:00"


@pytest.fixture
def settings(site: Site) -> Settings:
    return Settings(site.landing.parent, settle_seconds=0)


def plan(settings: Settings) -> RefreshPlan:
    return refresh_plan(settings, settings.protocol())


def test_words_that_a_site_taught_are_part_of_what_a_release_rests_on(settings: Settings) -> None:
    inputs = plan(settings).cuts[0].inputs
    taught = replace(inputs, site_terms=SiteTerms(sha256="a" * 64))
    assert len({inputs.fingerprint, taught.fingerprint}) == 2
    assert replace(taught, site_terms=SiteTerms(sha256="b" * 64)).fingerprint != taught.fingerprint


def test_a_cut_whose_release_held_an_erased_subject_is_made_again(settings: Settings, tmp_path: Path) -> None:
    first, later = plan(settings).cuts
    index, gone = ReleaseIndex(settings.releases), subjects(1)[0]
    build = make_build(tmp_path / "build", fingerprint=first.inputs.fingerprint)
    publish(index, publication(index, build, CUT, first.inputs.fingerprint))
    assert [cut.data_cut for cut in plan(settings).cuts] == [later.data_cut]
    erase_from_releases(index, [gone], at=NOW)
    again = plan(settings).cuts
    assert [cut.data_cut for cut in again] == [CUT, later.data_cut]
    assert again[0].reason == "its releases held an erased subject"


def test_erasures_are_finished_before_any_publication_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []
    monkeypatch.setattr(recovery, "recover_erasures", lambda *given: iter(done.append("erasures") or ()))
    monkeypatch.setattr(recovery, "complete", lambda *given: iter(done.append("publications") or ()))
    recovery.recover(settings, NOW)
    assert done == ["erasures", "publications"]


def test_settings_that_changed_under_a_released_version_are_said(settings: Settings, tmp_path: Path) -> None:
    planned = plan(settings).cuts[-1]
    study = settings.protocol().study
    index, build = ReleaseIndex(settings.releases), make_build(tmp_path / "build", fingerprint="f" * 64)
    made = publication(index, build, CUT, "f" * 64)
    for code_hash, version, said in (
        (planned.inputs.code_hash, study.version, True),
        # Settings that nobody wrote may have come with the code.
        ("another", study.version, False),
        (planned.inputs.code_hash, "another", False),
    ):
        then = {"id": study.id, "version": version, "hash": "0" * 64}
        manifest = replace(made.manifest, code_hash=code_hash, protocol=then)
        notes = list(_unversioned(manifest, settings.protocol(), [planned]))
        assert [note.partition(":")[0] for note in notes] == ["protocol"] * said
    assert list(_unversioned(manifest, settings.protocol(), [])) == []


def test_a_delivery_dated_ahead_of_the_clock_is_read_with_a_word(site: Site, settings: Settings) -> None:
    """A sender's clock runs ahead, or this machine's was put back since: neither is waited for."""
    file, now, day = next((site.landing / "registry" / CUT).glob("*.csv")), time.time(), 86_400.0
    os.utime(file, (now + day, now + day))

    def seen(at: float) -> Delivery:
        found = find_deliveries(site.landing, "REGISTRY", now=at, settle_seconds=30)
        return next(delivery for delivery in found if delivery.release == CUT)

    just_come = seen(now + 5)
    assert "changed a moment ago" in str(just_come.reason)
    sender = seen(now + 40)
    assert (sender.complete, sender.dated_ahead) == (True, True)
    put_back = seen(now - 30 * day)
    assert (put_back.complete, put_back.dated_ahead) == (True, True)
    later = seen(now + 2 * day)
    assert (later.complete, later.dated_ahead, later.note) == (True, False, None)
    (note,) = (line for line in plan(settings).notes if "count as still" in line)
    assert CUT in note
