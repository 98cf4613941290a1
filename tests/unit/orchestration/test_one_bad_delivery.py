"""A delivery that is broken or meant to harm costs itself alone: it is named in one line, quickly and in little memory, and
the good ones beside it are used."""

import json
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from delivery_builder import CUT, RELEASE, Site, csv_bytes, manifest, proact_files, registry_files, synthetic

from orchestration.extracts.deliveries import find_deliveries
from orchestration.extracts.errors import DeliveryError
from orchestration.night.plan import RefreshPlan, refresh_plan
from orchestration.settings import Settings

NEWER, EXPORT = "2026-06-30", "2023_05_01_PROACT_ALL_FORMS"
DRIVER = Path(__file__).with_name("plan_alone.py")
SECONDS, MEBIBYTES = 5.0, 220.0
MIB = 2**20


def registry(**changed: bytes) -> dict[str, bytes]:
    return registry_files() | synthetic() | changed


def deflated(path: Path, members: dict[str, tuple[bytes, int]], method: int = zipfile.ZIP_DEFLATED) -> None:
    """A zip of members, each a piece of text so many times over."""
    with zipfile.ZipFile(path, "w", method, compresslevel=1) as archive:
        for name, (piece, times) in members.items():
            with archive.open(name, "w", force_zip64=True) as member:
                for _ in range(times):
                    member.write(piece)


def manifest_outside(folder: Path) -> None:
    (folder / "MANIFEST.sha256").write_bytes(manifest({"../../../../etc/passwd": b"x"}))


def pipe(folder: Path) -> None:
    (folder / "DM.csv").unlink()
    os.mkfifo(folder / "DM.csv")


def pipe_for_a_manifest(folder: Path) -> None:
    os.mkfifo(folder / "MANIFEST.sha256")


def device(folder: Path) -> None:
    (folder / "AE.csv").unlink()
    (folder / "AE.csv").symlink_to("/dev/zero")


def broken_link(folder: Path) -> None:
    (folder / "AE.csv").unlink()
    (folder / "AE.csv").symlink_to("elsewhere/AE.csv")


def nested_marker(folder: Path) -> None:
    (folder / "SYNTHETIC.json").write_bytes(b"[" * 3 * MIB)


def nested_table(folder: Path) -> None:
    (folder / "AE.csv").unlink()
    (folder / "AE.json").write_bytes(b'{"rows":' + b"[" * 60 * MIB)


def slow_zip(folder: Path) -> None:
    block = os.urandom(8192) + b"0" * (MIB - 8192)
    deflated(folder / "x.zip", {f"{name}.csv": (block, 200) for name in ("DM", "EX", "AE", "DS")})
    for file in folder.glob("*.csv"):
        file.unlink()


def lzma_zip(folder: Path) -> None:
    deflated(folder / "x.zip", {"DM.csv": (b"0123456789" * 100_000, 20)}, zipfile.ZIP_LZMA)
    for file in folder.glob("*.csv"):
        file.unlink()


def huge_line(folder: Path) -> None:
    with (folder / "AE.csv").open("ab") as file:
        for _ in range(200):
            file.write(b"x" * MIB)


def huge_broken_line(folder: Path) -> None:
    with (folder / "AE.csv").open("ab") as file:
        for _ in range(200):
            file.write(b"\xb0\xa1\xff" * (MIB // 3))


def huge_header(folder: Path) -> None:
    (folder / "AE.csv").write_bytes(b"USUBJID," + b"," * 50 * MIB)


def many_columns(folder: Path) -> None:
    names = ["STUDYID", "USUBJID", "AESEQ", "AETERM", *(f"AE{i:05d}" for i in range(10_000))]
    (folder / "AE.csv").write_bytes(csv_bytes(names, [["1"] * len(names)] * 20))


def cut_short(folder: Path) -> None:
    content = (folder / "DM.csv").read_bytes()
    (folder / "DM.csv").write_bytes(content[:-9])


HOSTILE: list[tuple[Callable[[Path], None], str]] = [
    (manifest_outside, r"'\.\./\.\./\.\./\.\./etc/passwd': file name not allowed"),
    (pipe, "'DM.csv': a pipe, socket or device"),
    (pipe_for_a_manifest, "'MANIFEST.sha256': a pipe, socket or device"),
    (device, "'AE.csv': a pipe, socket or device|'AE.csv': a link"),
    (broken_link, "'AE.csv': a link that leads nowhere"),
    (nested_marker, "SYNTHETIC.json: not readable as JSON"),
    (nested_table, "'AE.json': nested too deeply"),
    (slow_zip, "'x.zip': expands to 800 MiB"),
    (lzma_zip, "'x.zip': member 'DM.csv' is compressed by another method than deflate"),
    (huge_line, "'AE.csv': row 10: line longer than"),
    (huge_broken_line, "AE.csv': row 10: line longer than"),
    (huge_header, "'AE.csv': row 1: line longer than"),
    (many_columns, "'AE.csv': 10004 columns, more than 2000"),
    (cut_short, "'DM.csv'.*middle of a record"),
]


@pytest.mark.parametrize(("harm", "told"), HOSTILE, ids=[harm.__name__ for harm, _ in HOSTILE])
def test_a_hostile_delivery_is_refused_quickly_and_the_good_one_is_used(
    site: Site, harm: Callable[[Path], None], told: str
) -> None:
    harm(site.deliver("REGISTRY", NEWER, registry()))
    done = subprocess.run(
        [sys.executable, DRIVER, site.landing.parent], capture_output=True, text=True, check=True, timeout=60
    )
    found = json.loads(done.stdout)
    assert found["cuts"] == [[CUT, RELEASE]]
    (line,) = found["set_aside"]
    assert "\n" not in line
    assert line.startswith(f"REGISTRY '{NEWER}': ")
    assert re.search(told, line), line
    assert found["seconds"] <= SECONDS
    assert found["mebibytes"] <= MEBIBYTES


def plan(site: Site, requested: str | None = None) -> RefreshPlan:
    settings = Settings(site.landing.parent, settle_seconds=0)
    return refresh_plan(settings, settings.protocol(), requested, reading=True)


def used(found: RefreshPlan) -> list[tuple[str, str]]:
    return [(cut.data_cut, cut.inputs.proact.delivery.release) for cut in found.cuts]


BROKEN_EXPORTS: dict[str, dict[str, bytes]] = {
    "cut inside a record": {"PROACT_LABS.csv": proact_files()["PROACT_LABS.csv"][:-9]},
    "a table missing": {"PROACT_DEATHDATA.csv": b""},
    "another manifest": {"MANIFEST.sha256": manifest({"PROACT_LABS.csv": b"other"})},
    "marker of another form": {"SYNTHETIC.json": b"{"},
}


@pytest.mark.parametrize("change", BROKEN_EXPORTS.values(), ids=BROKEN_EXPORTS)
def test_a_broken_newer_export_leaves_the_one_before_in_use(site: Site, change: dict[str, bytes]) -> None:
    site.deliver("PROACT", EXPORT, proact_files() | synthetic() | change)
    found = plan(site)
    assert used(found) == [(CUT, RELEASE), (NEWER, RELEASE)]
    (line,) = found.set_aside
    assert line.startswith(f"PROACT '{EXPORT}': ")
    assert {cut.inputs.set_aside[0][0] for cut in found.cuts} == {f"PROACT {EXPORT}"}


@pytest.mark.parametrize("name", [f"{NEWER}.zip", EXPORT + ".zip"])
def test_a_bad_zip_is_named_and_stops_nothing(site: Site, name: str) -> None:
    source = "PROACT" if name.startswith(EXPORT) else "REGISTRY"
    (site.landing / source.lower() / name).write_bytes(b"PK\x03\x04 and then nothing")
    found = plan(site)
    assert used(found) == [(CUT, RELEASE), (NEWER, RELEASE)]
    assert found.set_aside == (
        f"{source} '{name.removesuffix('.zip')}': '{name}': not a complete zip yet; still being copied?",
    )


def test_a_half_copied_newer_cut_waits_and_the_older_is_made(site: Site) -> None:
    (site.landing / "registry" / NEWER / "MH.csv.part").touch()
    found = plan(site)
    assert used(found) == [(CUT, RELEASE)]
    assert found.set_aside == (f"REGISTRY '{NEWER}': '{NEWER}': holds a file that is still being copied",)


@pytest.mark.parametrize("stray", ["notes.txt", "export.log", ".DS_Store", "Thumbs.db"])
def test_a_stray_file_stops_nothing(site: Site, stray: str) -> None:
    for source in ("registry", "proact"):
        (site.landing / source / stray).write_bytes(b"\x00\xff")
    assert used(plan(site)) == [(CUT, RELEASE), (NEWER, RELEASE)]


@pytest.mark.parametrize("make", [lambda path: path.symlink_to("gone"), os.mkfifo], ids=["link", "pipe"])
def test_what_is_no_delivery_but_named_like_one_is_told(site: Site, make: Callable[[Path], None]) -> None:
    make(site.landing / "registry" / "2026-07-31")
    found = plan(site)
    assert used(found) == [(CUT, RELEASE), (NEWER, RELEASE)]
    assert "'2026-07-31': a " in found.set_aside[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_costs_its_delivery(site: Site) -> None:
    (site.landing / "registry" / NEWER / "AE.csv").chmod(0)
    found = plan(site)
    assert used(found) == [(CUT, RELEASE)]
    assert "'AE.csv': cannot be read (Permission denied)" in found.set_aside[0]


def test_a_broken_cut_that_is_asked_for_is_refused_with_its_reason(site: Site) -> None:
    cut_short(site.landing / "registry" / NEWER)
    with pytest.raises(DeliveryError, match=r"'DM\.csv'.*middle of a record"):
        plan(site, NEWER)
    assert used(plan(site, CUT)) == [(CUT, RELEASE)]


def test_a_repaired_delivery_is_used_the_next_night(site: Site) -> None:
    cut_short(site.landing / "registry" / NEWER)
    assert used(plan(site)) == [(CUT, RELEASE)]
    site.deliver("REGISTRY", NEWER, registry())
    assert used(plan(site)) == [(CUT, RELEASE), (NEWER, RELEASE)]


def test_what_is_set_aside_does_not_change_what_a_release_is_a_function_of(site: Site) -> None:
    before = [cut.inputs.fingerprint for cut in plan(site).cuts]
    site.deliver("PROACT", EXPORT, {"SYNTHETIC.json": b"{"})
    assert [cut.inputs.fingerprint for cut in plan(site).cuts] == before


@pytest.mark.parametrize(
    ("cut", "marker", "taken"),
    [
        ("2099-12-31", {}, False),
        ("2026-04-02", {}, False),
        ("2026-04-01", {}, True),
        ("2099-12-31", synthetic(), True),
    ],
)
def test_a_genuine_data_cut_of_the_future_is_a_slip(
    tmp_path: Path, cut: str, marker: dict[str, bytes], taken: bool
) -> None:
    site = Site(tmp_path)
    site.deliver("REGISTRY", cut, registry_files() | marker)
    options = {"now": time.time() + 1, "settle_seconds": 0.0, "today": date(2026, 3, 31)}
    (found,) = find_deliveries(site.landing, "REGISTRY", **options)
    assert found.complete is taken
    if not taken:
        assert found.reason == f"'{cut}': a data cut after today (2026-03-31); correct the date in its name"


def test_a_clock_that_ran_ahead_keeps_no_delivery_waiting(site: Site) -> None:
    ahead = time.time() + 86_400
    os.utime(site.landing / "registry" / NEWER / "DM.csv", (ahead, ahead))
    found = find_deliveries(site.landing, "REGISTRY", now=time.time() + 120, settle_seconds=60)
    assert [delivery.complete for delivery in found] == [True, True]
