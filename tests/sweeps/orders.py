"""What operators do on Dagster's pages in any order, drawn from a seed, and what a site delivers or changes between.

Here belongs which orders there are and how they are given. What must come of them stands in the tests.
"""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import dagster as dg
from homes import altered_export
from operator_runs import Operator, Outcome

from analytics.study import Stage, StageRun
from orchestration.definitions import defs
from orchestration.defs import analysis
from orchestration.night.build import Build

CUTS = ("2026-03-31", "2026-06-30")
CHANGES = ("protocol", "export", "terms")
BLACKOUT = "the power is gone"
TERMS = "domain,variable,term,meaning\nEX,EXTRT,CELLS OF LOT 7,NONE\n"
COSTLY = ("everything", "all but raw", "dbt")
MORTAL = ("everything", "all but raw", "results", "results and release")


@dataclass(frozen=True)
class Deliver:
    """The protocol is changed, the export replaced by a corrected one, or a word taught."""

    what: str


@dataclass(frozen=True)
class Materialise:
    """Assets of a data cut, with or without their checks; the power goes at a stage of the study, if one is named."""

    cut: str
    what: str
    checks: bool = True
    dies_at: str = ""


@dataclass(frozen=True)
class ReExecute:
    """The last run that failed, from its failure."""


Step = Deliver | Materialise | ReExecute
OPENINGS: tuple[tuple[Step, ...], ...] = (
    (Deliver("protocol"), Materialise(CUTS[1], "everything")),
    (Deliver("export"), Materialise(CUTS[1], "raw")),
    (Deliver("terms"), Materialise(CUTS[1], "everything", checks=False)),
    (Deliver("export"), Materialise(CUTS[0], "everything", dies_at="matching")),
    (Deliver("protocol"), Materialise(CUTS[0], "raw")),
    (Deliver("terms"), Materialise(CUTS[0], "everything")),
    (Deliver("export"), Materialise(CUTS[1], "everything", dies_at="effects")),
    (Materialise(CUTS[0], "all but raw"),),
)


def drawn(seed: int) -> tuple[tuple[Step, ...], list[Step]]:
    """Two to four orders, and what is delivered before and between them.

    Returns:
        How it begins, which many sequences share, and what follows.
    """
    rng = random.Random(seed)
    begin = OPENINGS[seed % len(OPENINGS)]
    first = begin[-1]
    assert isinstance(first, Materialise)
    cut, steps = first.cut, []
    for _ in range(rng.randint(1, 3)):
        if rng.random() < 0.25:
            steps.append(Deliver(rng.choice(CHANGES)))
        cut = cut if rng.random() < 0.75 else rng.choice(CUTS)
        steps.append(_order(rng, cut, [*begin, *steps]))
    return begin, steps


def _order(rng: random.Random, cut: str, before: list[Step]) -> Step:
    given = [step for step in before if isinstance(step, Materialise)]
    if any(step.dies_at for step in given) and rng.random() < 0.5:
        return ReExecute()
    # An order that runs all of dbt takes most of a minute: mostly one a sequence, at most two.
    spent = sum(step.what in COSTLY for step in given) >= rng.choice((1, 1, 2))
    weights = {what: weight for what, weight in WEIGHTS.items() if not (spent and what in COSTLY)}
    (what,) = rng.choices(list(weights), list(weights.values()))
    dies_at = rng.choice(("matching", "effects")) if what in MORTAL and rng.random() < 0.2 else ""
    return Materialise(cut, what, rng.random() < 0.75, dies_at)


def _downstream(key: str) -> frozenset[str]:
    graph = defs.resolve_asset_graph()
    return frozenset(k.to_user_string() for k in dg.AssetSelection.assets(key).downstream().resolve(graph))


def chosen(what: str) -> Callable[[str], bool]:
    """Which assets an order is about, by key."""
    if what.startswith("from "):
        return _downstream(what.removeprefix("from ")).__contains__
    if what.startswith("stage "):
        made = {f"results/{t}" for s in analysis.STAGES if s.name == what.split()[1] for t in s.makes}
        return made.__contains__
    return _BY_KEY[what]


_BY_KEY: dict[str, Callable[[str], bool]] = {
    "everything": lambda key: True,
    "all but raw": lambda key: not key.startswith("raw/"),
    "raw": lambda key: key.startswith("raw/"),
    "dbt": lambda key: key.split("/")[0] not in ("raw", "results", "release"),
    "results": lambda key: key.startswith("results/"),
    "results and release": lambda key: key.startswith(("results/", "release/")),
    "release": lambda key: key.startswith("release/"),
    "published": lambda key: key == "release/published",
    "data queries": lambda key: key == "quality/data_query",
    "adex": lambda key: key == "marts/adex",
}
WEIGHTS = {
    "everything": 2,
    "all but raw": 3,
    "raw": 2,
    "dbt": 2,
    "results": 2,
    "results and release": 4,
    "release": 3,
    "published": 2,
    "data queries": 1,
    "adex": 1,
    "from marts/adae": 2,
    "from results/matched_set": 1,
    "stage matching": 1,
    "stage effects": 1,
}


def deliver(home: Path, what: str) -> None:
    """Change what a home is delivered; done again, it changes nothing."""
    if what == "terms":
        (home / "landing" / "registry" / "terms.csv").write_text(TERMS)
    elif what == "protocol":
        file = home / "protocol.toml"
        file.write_text(file.read_text().replace("imputations = 2", "imputations = 3"))
    else:
        (export,) = (home / "landing" / "proact").iterdir()
        beside = home / "landing" / export.name
        altered_export(export, beside)
        shutil.rmtree(export)
        beside.rename(export)


def give(somebody: Operator, order: Materialise | ReExecute) -> Outcome | None:
    """Give an order; None where it is to re-execute what failed, and nothing did."""
    if isinstance(order, ReExecute):
        failed = somebody.last_failed()
        return somebody.re_execute(failed) if failed else None
    with _blackout(order.dies_at):
        return somebody.materialise(order.cut, chosen(order.what), checks=order.checks)


@contextmanager
def _blackout(name: str) -> Iterator[None]:
    stage_run = analysis.stage_run

    def dying(build: Build, stage: Stage) -> StageRun:
        if stage.name == name:
            raise RuntimeError(BLACKOUT)
        return stage_run(build, stage)

    with patch.object(analysis, "stage_run", dying):
        yield
