"""Writes a home of an older version, packed, as the fixture of the upgrade tests: see README.md beside this.

    python make_home.py CHECKOUT OUT.tar.xz

CHECKOUT is a working copy of that version with its own `.venv`. Only the standard library is used, so that it runs anywhere.
"""

import csv
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FIRST, SECOND = "2026-03-31", "2026-06-30"
PACKED = ("landing", "store", "releases", "dagster", "erasures.jsonl")
NOT_PACKED = {"tmp", "storage"}
"""Scratch, and what Dagster's steps printed."""


def make_home(checkout: Path, home: Path) -> None:
    """Two data cuts, three releases, one erasure: a whole one, a tombstone, and the one that supersedes it."""

    def vigil(*arguments: str) -> None:
        set_here = {"VIGIL_HOME": str(home), "VIGIL_SETTLE_SECONDS": "0"}
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("VIGIL_", "DAGSTER_"))}
        command = [str(checkout / ".venv" / "bin" / "vigil"), *arguments]
        subprocess.run(command, env=environment | set_here, cwd=checkout, check=True)

    vigil("simulate", "--out", str(home), "--scale", "small", "--cuts", "2")
    second, held_back = home / "landing" / "registry" / SECOND, home / "held_back"
    second.rename(held_back)
    vigil("refresh")
    held_back.rename(second)
    vigil("refresh")
    newcomer = min(_subjects(second) - _subjects(second.with_name(FIRST)))
    vigil("erase", newcomer, "--reason", "consent withdrawn")
    vigil("refresh")


def _subjects(delivery: Path) -> set[str]:
    with open(delivery / "dm.csv", newline="", encoding="utf-8-sig") as file:
        return {row["USUBJID"] for row in csv.DictReader(file)}


def pack(home: Path, out: Path) -> None:
    """The same home gives the same bytes: names sorted, nobody's account and one time on every file."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if NOT_PACKED & set(Path(member.name).parts):
            return None
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = 0
        return member

    with tarfile.open(out, "w:xz", preset=9) as archive:
        for name in PACKED:
            archive.add(home / name, name, filter=plain)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="vigil-") as folder:
        home = Path(folder) / "home"
        make_home(Path(sys.argv[1]).resolve(), home)
        pack(home, Path(sys.argv[2]))
        shutil.rmtree(home)
