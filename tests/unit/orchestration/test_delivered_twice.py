"""A data cut or export that lies in landing twice: the one that can be read is used, one of two that are the same, none
of two that differ; and what is broken in an old cut ends no plan."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest
from delivery_builder import CUT, RELEASE, Site, csv_bytes, proact_files, registry_files, synthetic

from analytics.protocol import Protocol
from orchestration.extracts.errors import DeliveryError
from orchestration.landing import Landed, data_cuts
from orchestration.night import plan as planning
from orchestration.night.inputs import CutInputs
from orchestration.night.plan import RefreshPlan, refresh_plan
from orchestration.releases.manifest import Manifest
from orchestration.settings import Settings

NEWER = "2026-06-30"
BOTH = [(CUT, RELEASE), (NEWER, RELEASE)]


def plan(site: Site, requested: str | None = None) -> RefreshPlan:
    settings = Settings(site.landing.parent, settle_seconds=0)
    return refresh_plan(settings, settings.protocol(), requested, reading=True)


def used(found: RefreshPlan) -> list[tuple[str, str]]:
    return [(cut.data_cut, cut.inputs.proact.delivery.release) for cut in found.cuts]


def zipped(site: Site, source: str, name: str, files: dict[str, bytes], suffix: str = ".zip") -> Path:
    path = site.landing / source.lower() / f"{name}{suffix}"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in files.items():
            archive.writestr(member, content)
    return path


def registry() -> dict[str, bytes]:
    return registry_files() | synthetic()


def other_registry() -> dict[str, bytes]:
    header = ["STUDYID", "DOMAIN", "USUBJID", "EXSEQ", "EXTRT", "EXSTDTC"]
    return registry() | {
        "EX.csv": csv_bytes(header, [["LENZ", "EX", "LENZ-001", "1", "CELLS", "2025-02-03"]])
    }


@pytest.mark.parametrize("cut", [CUT, NEWER])
@pytest.mark.parametrize("left", [{}, {"DM.csv": b"USUB"}, {"DM.csv.part": b""}, {"SYNTHETIC.json": b"{"}])
@pytest.mark.parametrize("reading", [True, False])
def test_a_good_zip_beside_a_folder_that_cannot_be_read_is_used(
    site: Site, cut: str, left: dict[str, bytes], reading: bool
) -> None:
    shutil.rmtree(site.landing / "registry" / cut)
    site.deliver("REGISTRY", cut, left)
    good = zipped(site, "REGISTRY", cut, registry())
    settings = Settings(site.landing.parent, settle_seconds=0)
    found = refresh_plan(settings, settings.protocol(), reading=reading)
    assert used(found) == BOTH
    assert good in {one.inputs.registry.delivery.path for one in found.cuts}
    (line,) = found.set_aside
    assert line.startswith(f"REGISTRY '{cut}': ")


@pytest.mark.parametrize("suffix", [".zip", ".ZIP"])
def test_the_same_content_twice_is_planned_once(site: Site, suffix: str) -> None:
    zipped(site, "REGISTRY", NEWER, registry(), suffix)
    found = plan(site)
    assert used(found) == BOTH
    assert not found.set_aside
    assert found.notes == (
        f"'{NEWER}', '{NEWER}{suffix}': delivered twice with the same content; the first is used",
    )
    assert data_cuts(Settings(site.landing.parent, settle_seconds=0)) == (CUT, NEWER)


@pytest.mark.parametrize(("cut", "left"), [(CUT, BOTH[1:]), (NEWER, BOTH[:1])])
def test_different_content_twice_is_refused_by_name_and_the_other_cut_is_made(
    site: Site, cut: str, left: list[tuple[str, str]]
) -> None:
    zipped(site, "REGISTRY", cut, other_registry())
    found = plan(site)
    assert used(found) == left
    told = f"'{cut}', '{cut}.zip': delivered twice with different content; keep one"
    assert set(found.set_aside) == {f"REGISTRY '{cut}': {told}"}
    with pytest.raises(DeliveryError, match="delivered twice with different content"):
        plan(site, cut)


def test_two_zips_that_differ_in_the_case_of_their_suffix(site: Site) -> None:
    shutil.rmtree(site.landing / "registry" / NEWER)
    zipped(site, "REGISTRY", NEWER, registry(), ".zip")
    zipped(site, "REGISTRY", NEWER, other_registry(), ".ZIP")
    assert used(plan(site)) == BOTH[:1]


def test_an_export_twice_is_treated_alike(site: Site) -> None:
    newer = "2023_05_01_PROACT_ALL_FORMS"
    files = proact_files() | synthetic()
    site.deliver("PROACT", newer, files)
    zipped(site, "PROACT", newer, files)
    assert used(plan(site)) == [(CUT, newer), (NEWER, newer)]
    zipped(
        site,
        "PROACT",
        newer,
        files | {"PROACT_LABS.csv": files["PROACT_LABS.csv"].replace(b"9000001", b"9000002")},
    )
    found = plan(site)
    assert used(found) == BOTH
    assert "delivered twice with different content" in found.set_aside[0]


def test_a_cut_that_breaks_while_the_night_is_planned_ends_no_plan(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_inputs = planning.inputs_of

    def breaking(
        settings: Settings, found: Landed, protocol: Protocol, cut: str, last: Manifest | None
    ) -> CutInputs:
        if cut == CUT:
            os.truncate(site.landing / "registry" / CUT / "SYNTHETIC.json", 1)
        return true_inputs(settings, found, protocol, cut, last)

    monkeypatch.setattr(planning, "inputs_of", breaking)
    found = plan(site)
    assert used(found) == BOTH[1:]
    assert found.set_aside == (f"REGISTRY '{CUT}': SYNTHETIC.json: not readable as JSON; write it again",)


@pytest.mark.parametrize("name", ["2026-09-3０", "２０２６-09-30", "2026-09-٣٠", "२०२६-०९-३०"])
def test_a_cut_in_other_digits_than_0_to_9_is_not_picked_up_and_named(site: Site, name: str) -> None:
    site.deliver("REGISTRY", name, registry())
    found = plan(site)
    assert used(found) == BOTH
    assert found.set_aside == (
        f"REGISTRY '{name}': '{name}': a registry delivery is named by its data cut, YYYY-MM-DD in digits 0 to 9; "
        "rename it",
    )


def test_an_export_dated_in_other_digits_counts_as_without_a_date(site: Site) -> None:
    site.deliver("PROACT", "２０２９_01_01_PROACT", proact_files() | synthetic())
    assert used(plan(site)) == BOTH
