"""Nights of every kind in cold processes, of this checkout and, alternating with it, of another: wall, processor, memory.

Run with `python tests/benchmarks/bench_nights.py [--against CHECKOUT] [--times 3] [--subjects N] [--kinds registry ...]`.
Both checkouts have their `.venv`. Prints medians and their ratios; asserts nothing, as machines are noisy: nothing else
should run.
"""

import argparse
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from watched import Cost, released, remove, tell_medians, watched

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.demonstration.writer import write_demonstration

HERE = Path(__file__).parents[2]
PROTOCOL = Path("analytics") / "protocol" / "lenzumestrocel.toml"
"""Of each checkout its own: an older one does not know every setting."""
SAFETY = "min_pct = 5.0"


@dataclass(frozen=True)
class Kind:
    """A kind of night.

    Attributes:
        words: what it is.
        prepare: changes a home in which the first data cut is released, given a landing with everything.
        released: whether a release is there when it begins.
    """

    words: str
    prepare: Callable[[Path, Path], None]
    released: bool = True


def _registry(home: Path, everything: Path) -> None:
    _land(home, everything, "registry", 1, 2)


def _three_cuts(home: Path, everything: Path) -> None:
    _land(home, everything, "registry", 1, 3)


def _export(home: Path, everything: Path) -> None:
    _land(home, everything, "proact", 1, 2)


def _safety(home: Path, _everything: Path) -> None:
    text = (home / "protocol.toml").read_text(encoding="utf-8")
    assert text.count(SAFETY) == 1
    (home / "protocol.toml").write_text(text.replace(SAFETY, "min_pct = 7.0"), encoding="utf-8")


KINDS = {
    "unchanged": Kind("nothing new", lambda home, everything: None),
    "registry": Kind("a new data cut", _registry),
    "protocol": Kind("a protocol changed in [safety]", _safety),
    "export": Kind("a new PRO-ACT export", _export),
    "first": Kind("three data cuts, nothing stored", _three_cuts, released=False),
}


def main() -> None:
    """Simulate, prepare a home for each checkout, measure."""
    given = _arguments()
    checkouts = {"this": HERE} | ({"other": given.against.resolve()} if given.against else {})
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        everything = Path(folder) / "landing"
        _simulated(everything, given.subjects)
        homes = {name: Path(folder) / f"home-{name}" for name in checkouts}
        for name, checkout in checkouts.items():
            _prepare(checkout, homes[name], everything)
        for kind in given.kinds:
            found: dict[str, list[Cost]] = {name: [] for name in checkouts}
            for _ in range(given.times):
                for name, checkout in checkouts.items():
                    found[name].append(_night(checkout, homes[name], KINDS[kind], everything))
            _tell(kind, found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, metavar="CHECKOUT", help="the other checkout")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--subjects", type=int, metavar="N", help="of PRO-ACT; 12,500 as it is")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--folder", type=Path, help="where homes are laid out")
    return parser.parse_args()


def _simulated(everything: Path, subjects: int | None) -> None:
    """Three data cuts, and two exports, of which the later one is of another cohort."""
    size = {"n_proact": subjects} if subjects else {}
    later = SimulationSettings.full(cuts=default_cuts(1), seed=3, generation="2025", **size)
    for settings in (later, SimulationSettings.full(cuts=default_cuts(3), **size)):
        write_demonstration(everything, settings, _say)


def _land(home: Path, everything: Path, source: str, first: int, last: int) -> None:
    """Deliveries by number in the order of their names, from `first` (counted from nought) to before `last`."""
    for delivery in sorted((everything / "landing" / source).iterdir())[first:last]:
        shutil.copytree(delivery, home / "landing" / source / delivery.name)


def _prepare(checkout: Path, home: Path, everything: Path) -> None:
    """Beside each home its state without a release and its state with one, to begin from again and again."""
    home.mkdir()
    shutil.copyfile(checkout / PROTOCOL, home / "protocol.toml")
    for source in ("registry", "proact"):
        _land(home, everything, source, 0, 1)
    _vigil(checkout, home, "setup")
    shutil.copytree(home, _state(home, "set-up"), symlinks=True)
    _vigil(checkout, home, "refresh")
    shutil.copytree(home, _state(home, "released"), symlinks=True)


def _state(home: Path, name: str) -> Path:
    return home.with_name(f"{home.name}.{name}")


def _night(checkout: Path, home: Path, kind: Kind, everything: Path) -> Cost:
    """A night at the very path at which its state was made."""
    remove(home)
    shutil.copytree(_state(home, "released" if kind.released else "set-up"), home, symlinks=True)
    kind.prepare(home, everything)
    return _vigil(checkout, home, "refresh")


def _vigil(checkout: Path, home: Path, command: str) -> Cost:
    protocol = {"VIGIL_PROTOCOL": str(home / "protocol.toml")}
    return released(watched(checkout, home, command, settings=protocol)).cost


def _tell(kind: str, found: dict[str, list[Cost]]) -> None:
    print(f"\n{kind}: {KINDS[kind].words}")
    tell_medians(found, "this", "other")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
