"""Nights of a home after a year beside those of a young one: what its past costs.

Run with `python tests/benchmarks/bench_year.py [--snapshots 365] [--kept 50] [--times 3] [--subjects N] [--folder DIR]`. The
year's releases are copies of a made one under other dates, closed and told as releases are: making each would take a day.
What a year of runs leaves in Dagster's event log is not part of it. Prints figures; asserts nothing but that every release
verifies, as machines are noisy: nothing else should run.
"""

import argparse
import os
import shutil
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from watched import Cost, released, remove, tell_medians, watched

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.demonstration.writer import write_demonstration
from orchestration.releases.copies import keep_copy
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import GENESIS, Manifest, read_manifest, write_manifest
from orchestration.releases.purge import purge
from orchestration.releases.standing import BEGUN, RETIRED

HERE = Path(__file__).parents[2]
YOUNG = 3


def main() -> None:
    """Simulate, lay out both homes, measure them in turn."""
    given = _arguments()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        homes = _homes(Path(folder), given)
        for night in ("unchanged", "changed"):
            found: dict[str, list[Cost]] = {name: [] for name in homes}
            for _ in range(given.times):
                for name, home in homes.items():
                    found[name].append(_night(home, Path(folder), night, given.kept))
            _tell(night, found)
        for home in homes.values():
            released(watched(HERE, home, "releases", "verify"))
        remove(Path(folder))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshots", type=int, default=365, help="of the registry, each of them released")
    parser.add_argument("--kept", type=int, default=50, help="releases with their database")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--subjects", type=int, metavar="N", default=12_500, help="of PRO-ACT")
    parser.add_argument("--folder", type=Path, help="where homes are laid out")
    return parser.parse_args()


def _homes(folder: Path, given: argparse.Namespace) -> dict[str, Path]:
    """A young home and an old one, each with its last release made by a night of its own."""
    settings = SimulationSettings.full(cuts=default_cuts(3), n_proact=given.subjects)
    write_demonstration(folder / "everything", settings, lambda line: None)
    made, homes = folder / "made", {}
    _land(made, folder, "proact", 0)
    _land(made, folder, "registry", 0)
    released(watched(HERE, made, "setup"))
    released(watched(HERE, made, "refresh"))
    for name, snapshots in (("young", YOUNG), ("year", given.snapshots)):
        homes[name] = home = folder / name
        shutil.copytree(
            made, home, symlinks=True, ignore=shutil.ignore_patterns("releases", "ledger", "dagster")
        )
        _land(home, folder, "registry", 1)
        released(watched(HERE, home, "setup"))
        _past(home, made, snapshots - 1, given.kept - 1)
        released(watched(HERE, home, "refresh"))
        home.rename(_state(home))
    return homes


def _land(home: Path, folder: Path, source: str, number: int) -> None:
    delivery = sorted((folder / "everything" / "landing" / source).iterdir())[number]
    shutil.copytree(delivery, home / "landing" / source / delivery.name)


def _past(home: Path, made: Path, n_release: int, kept: int) -> None:
    """So many nights, the last of them the made one's: a snapshot and a release of each, of the older only the manifest."""
    index = ReleaseIndex(home / "releases")
    (template,) = ReleaseIndex(made / "releases").folders()
    last, parent = date.fromisoformat(read_manifest(template).data_cut), None
    snapshot = made / "landing" / "registry" / last.isoformat()
    for number in range(1, n_release + 1):
        cut = last - timedelta(days=n_release - number)
        if cut != last:
            shutil.copytree(snapshot, home / "landing" / "registry" / cut.isoformat())
        parent = _released(index, template, number, cut.isoformat(), parent)
    for old in index.folders()[: max(n_release - kept, 0)]:
        purge(index, old, RETIRED, "")


def _released(
    index: ReleaseIndex, template: Path, number: int, cut: str, parent: Manifest | None
) -> Manifest:
    """A release as it would be, but for what is in it."""
    folder = index.root / f"{number:04d}-{cut}"
    shutil.copytree(template, folder, copy_function=os.link)
    (folder / "manifest.json").unlink()
    as_made = replace(
        read_manifest(template), release_id=folder.name, number=number, data_cut=cut, chain="",
        parent_id=parent.release_id if parent else None, parent_chain=parent.chain if parent else GENESIS,
    )  # fmt: skip
    manifest = as_made.sealed()
    write_manifest(folder, manifest)
    index.record(at=manifest.created_at, act=BEGUN, release=folder.name, chain=manifest.chain)
    keep_copy(index.root, folder.name)
    index.switch(folder.name, at=manifest.created_at, reason="published")
    return manifest


def _state(home: Path) -> Path:
    return home.with_name(f"{home.name}.state")


def _night(home: Path, folder: Path, night: str, kept: int) -> Cost:
    """At the very path at which its state was made."""
    remove(home)
    # Releases are only read and unlinked: a link is as good as a copy of gigabytes.
    shutil.copytree(_state(home), home, symlinks=True, ignore=shutil.ignore_patterns("releases"))
    shutil.copytree(_state(home) / "releases", home / "releases", symlinks=True, copy_function=os.link)
    if night == "changed":
        _land(home, folder, "registry", 2)
    return released(watched(HERE, home, "refresh", settings={"VIGIL_KEEP_RELEASES": str(kept)})).cost


def _tell(night: str, found: dict[str, list[Cost]]) -> None:
    print(f"\n{night}")
    tell_medians(found, "year", "young", digits=2)


if __name__ == "__main__":
    main()
