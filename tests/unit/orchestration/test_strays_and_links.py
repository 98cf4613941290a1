"""What lies in a good delivery and is no part of it is named and passed by; a link is no delivery, wherever it leads."""

import os
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from delivery_builder import (
    CUT,
    DICTIONARIES,
    RELEASE,
    Site,
    manifest,
    proact_files,
    registry_files,
    synthetic,
)

from orchestration.extracts.deliveries import find_deliveries
from orchestration.extracts.land import answered_files
from orchestration.extracts.store import ExtractStore
from orchestration.night.plan import RefreshPlan, refresh_plan
from orchestration.settings import Settings

NEWER = "2026-06-30"
BOTH = [(CUT, RELEASE), (NEWER, RELEASE)]


def plan(site: Site) -> RefreshPlan:
    settings = Settings(site.landing.parent, settle_seconds=0)
    return refresh_plan(settings, settings.protocol(), reading=True)


def used(found: RefreshPlan) -> list[tuple[str, str]]:
    return [(cut.data_cut, cut.inputs.proact.delivery.release) for cut in found.cuts]


def unread(site: Site, found: RefreshPlan) -> dict[str, str]:
    delivery = found.cuts[-1].inputs.registry.delivery
    _, others = answered_files(delivery, DICTIONARIES, ExtractStore(site.landing.parent / "store"))
    return {other.name: other.reason for other in others if not other.is_mark}


def listed(site: Site) -> Path:
    files = registry_files() | synthetic()
    return site.deliver("REGISTRY", NEWER, {**files, "MANIFEST.sha256": manifest(registry_files())})


@pytest.mark.parametrize("name", ["dm - copy.csv", "-x.csv", "notes.csv", "~lb.json", "ex\u202e.csv"])
def test_a_stray_file_that_the_manifest_does_not_list_is_named_and_not_read(site: Site, name: str) -> None:
    (listed(site) / name).write_bytes(b"not,a,table\n")
    found = plan(site)
    assert used(found) == BOTH
    assert not found.set_aside
    assert name.replace("\u202e", "?") in unread(site, found)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (os.mkfifo, "a pipe"),
        (lambda p: p.symlink_to("/"), "a link"),
        (lambda p: p.symlink_to("/none"), "a link that"),
    ],
)
def test_what_is_no_file_and_could_be_no_table_is_named_too(
    site: Site, make: Callable[[Path], None], told: str
) -> None:
    make(site.landing / "registry" / NEWER / "readme")
    found = plan(site)
    assert used(found) == BOTH
    assert unread(site, found)["readme"].startswith(told)


@pytest.mark.parametrize("name", ["lb (2).csv", "AE (1).csv"])
def test_without_a_manifest_or_listed_by_it_a_name_that_is_not_allowed_is_refused(
    site: Site, name: str
) -> None:
    (site.landing / "registry" / NEWER / name).write_bytes(b"x\n")
    found = plan(site)
    assert used(found) == BOTH[:1]
    assert "file name not allowed" in found.set_aside[0]
    (listed(site) / "MANIFEST.sha256").write_bytes(manifest({**registry_files(), name: b"x\n"}))
    assert used(plan(site)) == BOTH[:1]


@pytest.mark.parametrize("name", ["WITHDRAWALS.csv", "DM.xpt", "lb.JSON"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_where_a_file_is_expected_is_refused_by_name(site: Site, name: str, packed: bool) -> None:
    folder = site.landing / "registry" / NEWER
    if packed:
        with zipfile.ZipFile(folder.with_suffix(".zip"), "w") as archive:
            archive.writestr(f"{name}/", b"")
            for file in sorted(folder.glob("*")):
                archive.write(file, file.name)
                file.unlink()
        folder.rmdir()
    else:
        (folder / name).mkdir()
    found = plan(site)
    assert used(found) == BOTH[:1]
    assert f"'{name}': a folder where a file is expected" in found.set_aside[0]


def _noting(function: Callable[[str], Any], walked: list[str]) -> Callable[[str], Any]:
    """The function, and what it was asked for."""

    def noting(folder: str) -> Any:
        walked.append(os.fspath(folder))
        return function(folder)

    return noting


@pytest.mark.parametrize("target", ["/", "/usr", "/proc", "2026-03-31", "."])
@pytest.mark.parametrize("name", ["2026-09-30", "2026-09-30.zip"])
def test_a_delivery_that_is_a_link_is_refused_without_walking(
    site: Site, target: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = site.landing / "registry" / name
    link.symlink_to(target)
    walked: list[str] = []
    for function in ("scandir", "listdir"):
        monkeypatch.setattr(os, function, _noting(getattr(os, function), walked))
    found = find_deliveries(site.landing, "REGISTRY", now=time.time() + 1, settle_seconds=0.0)
    assert str(link.parent) in walked
    assert not [folder for folder in walked if Path(folder).is_relative_to(link)]
    refused = [delivery for delivery in found if not delivery.complete]
    assert [delivery.path.name for delivery in refused] == [name]
    if not name.endswith(".zip"):
        assert refused[0].reason == f"'{name}': a link; deliver the file itself, or take it away"


@pytest.mark.parametrize("target", ["/proc/version", "/etc/passwd", "../2026-03-31/AE.csv"])
def test_a_table_that_is_a_link_is_refused(site: Site, target: str) -> None:
    table = site.landing / "registry" / NEWER / "AE.csv"
    table.unlink()
    table.symlink_to(target)
    found = plan(site)
    assert used(found) == BOTH[:1]
    assert "'AE.csv': a link; deliver the file itself" in found.set_aside[0]


@pytest.mark.parametrize(
    "name", ["2023_01_01_\u202eTCAORP", "2023_01_01\nPROACT", "2023_01_01_\x1b[31m", "2023_01_01_\udcff"]
)
def test_a_name_that_cannot_be_shown_is_refused_and_told_visibly(site: Site, name: str) -> None:
    site.deliver("PROACT", name, proact_files() | synthetic())
    found = plan(site)
    assert used(found) == BOTH
    (line,) = found.set_aside
    assert "characters that cannot be shown" in line
    assert line.isprintable()
    assert all(subject.isprintable() for subject, _ in found.cuts[0].inputs.set_aside)


@pytest.mark.parametrize(("marker", "taken"), [({}, False), (synthetic(), True)])
def test_a_genuine_export_of_the_future_is_a_slip(
    tmp_path: Path, marker: dict[str, bytes], taken: bool
) -> None:
    site = Site(tmp_path)
    site.deliver("PROACT", "2062_07_29_PROACT_ALL_FORMS", proact_files() | marker)
    options = {"now": time.time() + 1, "settle_seconds": 0.0, "today": date(2026, 3, 31)}
    (found,) = find_deliveries(site.landing, "PROACT", **options)
    assert found.complete is taken
    assert taken or "an export dated after today (2026-03-31)" in str(found.reason)


def test_a_file_loose_among_the_cuts_is_told_by_its_own_name(site: Site) -> None:
    (site.landing / "registry" / "dm\udce9.csv").write_bytes(b"x\n")
    found = plan(site)
    assert used(found) == BOTH
    assert found.set_aside[0].startswith(
        "REGISTRY 'registry': 'dm?.csv': loose among the deliveries; put it into"
    )
