"""Nights by the size of PRO-ACT, step by step: what each costs, and with which power of the size it grows.

Run with `python tests/benchmarks/bench_growth.py [--times 1 3 10 30] [--folder DIR]`: at each size a first night with
nothing stored, then a second data cut. 30 times take an hour and 100 GB of disk. Prints figures; asserts nothing, as
machines are noisy: nothing else should run.
"""

import argparse
import math
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from watched import Cost, Watched, released, watched

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.demonstration.writer import write_demonstration

HERE = Path(__file__).parents[2]
SUBJECTS = 12_500
"""PRO-ACT as it is."""
NIGHTS = ("first night, nothing stored", "second data cut")
LEAST_SHARE = 0.01
"""Of a night's processor seconds at the largest size; smaller steps are not told one by one."""


def main() -> None:
    """Simulate, run, tell."""
    given = _arguments()
    found: dict[str, dict[int, Watched]] = {night: {} for night in NIGHTS}
    for times in given.times:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            for night, done in zip(NIGHTS, _nights(Path(folder), times * SUBJECTS), strict=True):
                found[night][times] = done
                print(f"{times:4d} x  {night:30s}{_words(done.cost)}", flush=True)
    for night, by_times in found.items():
        _tell(night, by_times)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 3, 10, 30], help="sizes of PRO-ACT")
    parser.add_argument("--folder", type=Path, help="where homes are laid out")
    return parser.parse_args()


def _nights(folder: Path, subjects: int) -> list[Watched]:
    """The nights of a home, one after the other."""
    home, later = folder / "home", folder / "later"
    write_demonstration(
        home, SimulationSettings.full(cuts=default_cuts(2), n_proact=subjects), lambda line: None
    )
    registry = home / "landing" / "registry"
    second = max(registry.iterdir())
    shutil.move(second, later)
    watched(HERE, home, "setup")
    first = released(watched(HERE, home, "refresh"))
    shutil.move(later, registry / second.name)
    return [first, released(watched(HERE, home, "refresh"))]


def _tell(night: str, by_times: dict[int, Watched]) -> None:
    """A row per step: wall and processor seconds at each size, most memory at the largest, and the power of growth."""
    sizes = sorted(by_times)
    largest = by_times[sizes[-1]]
    print(
        f"\n{night}\n{'step':28s}"
        + "".join(f"{f'{size} x':>18s}" for size in sizes)
        + "     MiB  power of cpu, wall"
    )
    for step, at_largest in [*largest.steps.items(), ("all", largest.cost)]:
        costs = [by_times[size].cost if step == "all" else by_times[size].steps.get(step) for size in sizes]
        if at_largest.cpu < LEAST_SHARE * largest.cost.cpu or None in costs:
            continue
        told = "".join(f"{cost.wall:9.1f} {cost.cpu:8.1f}" for cost in costs if cost)
        powers = [_power(sizes, costs, what) for what in (lambda cost: cost.cpu, lambda cost: cost.wall)]
        print(f"{step:28s}{told} {at_largest.peak:7.0f}  " + ", ".join(f"{each:.2f}" for each in powers))


def _power(sizes: list[int], costs: list[Cost | None], what: Callable[[Cost], float]) -> float:
    """Between the two largest sizes: what a step costs whatever the size weighs least there."""
    if len(sizes) < 2 or not all(cost and what(cost) > 0 for cost in costs[-2:]):
        return math.nan
    smaller, larger = (what(cost) for cost in costs[-2:] if cost)
    return math.log(larger / smaller) / math.log(sizes[-1] / sizes[-2])


def _words(cost: Cost) -> str:
    return f"{cost.wall:8.1f} s  {cost.cpu:8.1f} CPU s  {cost.peak:7.0f} MiB"


if __name__ == "__main__":
    main()
