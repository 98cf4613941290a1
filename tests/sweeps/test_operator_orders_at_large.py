"""Whatever an operator orders, in whatever order: the right release of what the order names, or none and a line that says
what to run.

Right is what `vigil refresh` makes of the same data cut, deliveries and protocol where nobody interferes. How many sequences
of orders are tried is `OPERATOR_ORDERS`.
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from homes import environment, vigil
from operator_runs import Outcome, operator
from orders import BLACKOUT, CHANGES, CUTS, OPENINGS, Deliver, Step, deliver, drawn, give
from released_home import PROTOCOL, SIZE

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.demonstration.writer import write_demonstration
from orchestration.night.build import Build
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain
from orchestration.settings import Settings

SEQUENCES = int(os.environ.get("OPERATOR_ORDERS", "40"))
RELEASED = (0, 3)  # without gaps or with: the study is small
Changed = frozenset[str]


@dataclass(frozen=True)
class Undisturbed:
    """Homes in a folder that all workers of a run share: two data cuts released, what was made of them by `vigil refresh`
    after changes, and what the sequences begin with."""

    folder: Path

    @property
    def home(self) -> Path:
        """Two data cuts, both released, nothing changed since."""
        with self._once("home") as (made, there):
            if not there:
                write_demonstration(made, SimulationSettings(cuts=default_cuts(2), **SIZE))
                (made / "protocol.toml").write_text(PROTOCOL)
                assert vigil(made, "refresh") in RELEASED
                shutil.rmtree(made / "dagster")
        return made

    def release(self, cut: str, changed: Changed) -> Manifest:
        """The release of a data cut after changes."""
        changed -= {"terms"}  # a word that nobody uses changes no table
        with self._once("-".join((cut, *sorted(changed)))) as (made, there):
            if changed and not there:
                self.changed(changed, made)
                assert vigil(made, "refresh", "--cut", cut) in RELEASED
        releases = ReleaseIndex((made if changed else self.home) / "releases")
        return next(m for m in reversed(releases.manifests()) if m.data_cut == cut)

    def changed(self, changed: Changed, target: Path) -> Path:
        """A copy of the home after changes."""
        shutil.copytree(self.home, target, symlinks=True)
        for what in sorted(changed):
            deliver(target, what)
        return target

    @cached_property
    def fingerprints(self) -> dict[str, tuple[str, Changed]]:
        """Data cut and changes by what their release is known by."""
        found = {}
        for n in range(len(CHANGES) + 1):
            for changed in map(frozenset, combinations(CHANGES, n)):
                with (
                    TemporaryDirectory() as folder,
                    environment(self.changed(changed, Path(folder) / "home")),
                ):
                    settings = Settings.from_environment()
                    found |= {Build(settings, cut).inputs().fingerprint: (cut, changed) for cut in CUTS}
        return found

    def begun(self, opening: tuple[Step, ...], target: Path) -> Path:
        """A copy of the home after what a sequence begins with."""
        with self._once(f"opening-{OPENINGS.index(opening)}") as (made, there):
            if not there:
                shutil.copytree(self.home, made, symlinks=True)
                go_through(self, made, opening)
        return shutil.copytree(made, target, symlinks=True)

    @contextmanager
    def _once(self, name: str) -> Iterator[tuple[Path, bool]]:
        """A folder, and whether it is made; it stays where it was made, since a build under way names its store by path."""
        made, done = self.folder / name, self.folder / f"{name}.done"
        with open(self.folder / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            there = done.exists()
            if not there:
                shutil.rmtree(made, ignore_errors=True)
            yield made, there
            done.touch()


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """What the orders are compared with."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "undisturbed"
    folder.mkdir(exist_ok=True)
    return Undisturbed(folder)


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_the_right_release_or_a_line_that_says_what_to_run(
    undisturbed: Undisturbed, tmp_path: Path, seed: int
) -> None:
    opening, rest = drawn(seed)
    home = undisturbed.begun(opening, tmp_path / "home")
    go_through(undisturbed, home, rest, changed=frozenset(s.what for s in opening if isinstance(s, Deliver)))
    shutil.rmtree(home)


def go_through(
    undisturbed: Undisturbed, home: Path, steps: Iterable[Step], changed: Changed = frozenset()
) -> None:
    """Deliver and order; after each order nothing is published but what is right."""
    with operator(home) as somebody:
        for step in steps:
            if isinstance(step, Deliver):
                if step.what not in changed:
                    deliver(home, step.what)
                changed |= {step.what}
                continue
            before = somebody.released()
            outcome = give(somebody, step)
            new = somebody.released()[len(before) :]
            if outcome is not None:
                print(f"{step}: {[m.release_id for m in new] or outcome.reason or 'nothing new'}")
                is_right_or_refused(undisturbed, outcome, new, changed)
                is_whole(home)


def is_right_or_refused(
    undisturbed: Undisturbed, outcome: Outcome, new: list[Manifest], changed: Changed
) -> None:
    """One release of the cut that was ordered; else the way out, unless only a part was asked for or nothing is new."""
    if new:
        assert outcome.success
        assert [m.data_cut for m in new] == [outcome.cut]
        is_right(undisturbed, new[0], changed)
    elif outcome.success:
        assert "release__published" not in outcome.done
    else:
        ways = (f"vigil refresh --cut {outcome.cut}", "nothing is new", BLACKOUT)
        assert outcome.reason.endswith(ways), outcome.reason
        assert "\n" not in outcome.reason


def is_right(undisturbed: Undisturbed, made: Manifest, changed: Changed) -> None:
    """A release is of what lay in landing when it was begun, and holds what is made of that, its checks' results too."""
    cut, held = undisturbed.fingerprints[made.fingerprint]
    assert cut == made.data_cut
    assert held <= changed
    right = undisturbed.release(cut, held)
    others = [t for t in right.tables if made.tables.get(t) != right.tables[t]]
    assert (others, made.logical_hash) == ([], right.logical_hash)


def is_whole(home: Path) -> None:
    """Every release is as published, and the last one of the later data cut is current."""
    index = ReleaseIndex(home / "releases")
    assert [problem for folder in index.folders() for problem in verify_release(folder)] == []
    assert verify_chain(index) == []
    latest = [m.release_id for m in index.manifests() if m.data_cut == CUTS[-1]][-1]
    current = index.current()
    assert current is not None
    assert current.name == latest
