"""Sixty nights in one home, each with a new data cut, and how large the home has grown: `python -m tests.growth.run`.

The small study, by the command line; after each night what is kept for days is made a day older, so that it goes here too.
Here belongs the table; not how fast a night is (`tests/benchmarks`).
"""

import argparse
import os
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from analytics.simulation import SimulationSettings
from orchestration.demonstration.writer import write_demonstration
from orchestration.health.room import size_of
from tests.integration.orchestration.homes import write_protocol
from tests.week.machine import Machine

FOLDERS = ("dagster", "store", "build", "ledger", "releases")
FIRST = date(2026, 6, 1)
KEPT = 3
DAY = 86_400.0
MIB = 2**20


def main() -> None:
    """Play the nights and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=60)
    parser.add_argument("--every", type=int, default=10, help="nights between two lines")
    given = parser.parse_args()
    cuts = tuple(FIRST + timedelta(days=number) for number in range(given.nights))
    with tempfile.TemporaryDirectory() as folder:
        home, waiting = Path(folder, "home"), Path(folder, "delivered")
        write_demonstration(waiting, SimulationSettings.small(cuts=cuts), lambda line: None)
        (home / "landing" / "registry").mkdir(parents=True)
        (waiting / "landing" / "proact").rename(home / "landing" / "proact")
        write_protocol(home, "1.0.0")
        machine = Machine(home, {"VIGIL_KEEP_RELEASES": str(KEPT)})
        print(
            "| Night | " + " | ".join(f"{name}, MiB" for name in FOLDERS) + " | A night, without releases |"
        )
        print("|---:|" + "---:|" * (len(FOLDERS) + 1))
        before, since = 0.0, 0
        for number, cut in enumerate(cuts, start=1):
            delivered = Path("landing", "registry", cut.isoformat())
            (waiting / delivered).rename(home / delivered)
            night = machine.vigil("refresh")
            if night.returncode != 0:
                sys.exit(night.stdout + night.stderr)
            _age(home / "store")
            if number in (1, given.nights) or number % given.every == 0:
                sizes = {name: size_of(home / name) / MIB for name in FOLDERS}
                grown = sum(size for name, size in sizes.items() if name != "releases")
                told = [f"{sizes[name]:.1f}" for name in FOLDERS] + [
                    f"{(grown - before) / (number - since):.2f}"
                ]
                print(f"| {number} | " + " | ".join(told) + " |", flush=True)
                before, since = grown, number


def _age(store: Path) -> None:
    """Make what was used until today a day older."""
    for path in store.glob("*.json"):
        used = path.stat().st_mtime - DAY
        os.utime(path, (used, used))


if __name__ == "__main__":
    main()
