"""What the replicates of a method amount to: bias, coverage, type-1 error, power, and the smallest effect it would find.

Belongs here: rows of `operating_characteristics`. Does not belong here: making a replicate. Monte-Carlo errors are those of
Morris, White and Crowther 2019 (doi:10.1002/sim.8086), table 6.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.operating_characteristics.method import Found
from analytics.operating_characteristics.replicates import SCENARIOS, Replicates, Scenario

SMALLEST = "smallest_detectable"
POWER = 0.8
FEWEST = 0.9
"""Share of the replicates that must have an estimate; what fails is not a random part of them."""
ONE_SOURCE = (
    "within one source: nothing of what differs between sources is in it, and no interval is calibrated by it"
)
BEYOND = "lies beyond the effects that were simulated: errors are taken to stay as there"


@dataclass(frozen=True)
class Run:
    """Of what a table was made.

    Attributes:
        run: hash of everything it was made from.
        data_cut, proact_release: the deliveries.
        protocol_hash: of the protocol in force.
    """

    run: str
    data_cut: str
    proact_release: str
    protocol_hash: str


@dataclass(frozen=True)
class _Counted:
    """Replicates of a scenario that have an estimate, and the truth on the log scale."""

    truth: float
    estimate: np.ndarray
    error: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    @property
    def reach(self) -> np.ndarray:
        """Half width of each interval."""
        return (self.upper - self.lower) / 2

    def power_at(self, truth: float) -> float:
        """Share of intervals wholly on the side of benefit, had the true log hazard ratio been another one."""
        return float((self.estimate + truth - self.truth + self.reach < 0).mean())


def table(replicates: Replicates, found: Mapping[Scenario, Sequence[Found]], run: Run) -> pd.DataFrame:
    """`operating_characteristics`: a row for each scenario, then the smallest effect that would be found.

    Args:
        replicates: whose they are.
        found: all replicates of each scenario.
        run: of what.
    """
    about = _about(run, replicates.patients.n_treated) | {"n_imputation": replicates.patients.n_imputation}
    counted = {
        scenario: _counted(found[scenario], replicates.true_hazard_ratio(scenario)) for scenario in SCENARIOS
    }
    rows = [_row(scenario, found[scenario], counted[scenario]) for scenario in SCENARIOS]
    rows.append(_smallest([each for scenario, each in counted.items() if scenario.is_plasmode]))
    return _declared(row | about for row in rows)


def nothing_tried(reason: str, run: Run, n_treated: int) -> pd.DataFrame:
    """The same rows without a value, and why."""
    rows = [(scenario.kind, scenario.hazard_ratio) for scenario in SCENARIOS]
    return _declared(
        {"kind": kind, "effect": effect, "replicates": 0, "estimated": 0, "note": reason}
        | _about(run, n_treated)
        for kind, effect in [*rows, (SMALLEST, None)]
    )


def _declared(rows: Iterable[dict]) -> pd.DataFrame:
    declared = TABLES["operating_characteristics"]
    return declared.frame([declared.row(**row) for row in rows])


def _about(run: Run, n_treated: int) -> dict:
    return {**vars(run), "n_treated": n_treated}


def _counted(found: Sequence[Found], hazard_ratio: float) -> _Counted:
    made = [each for each in found if np.isfinite(each.standard_error)]
    columns = ("estimate", "standard_error", "ci_lower", "ci_upper")
    return _Counted(
        float(np.log(hazard_ratio)), *(np.array([getattr(each, c) for each in made]) for c in columns)
    )


def _row(scenario: Scenario, found: Sequence[Found], counted: _Counted) -> dict:
    n, made = len(found), len(counted.estimate)
    row = {
        "kind": scenario.kind,
        "effect": scenario.hazard_ratio,
        "replicates": n,
        "estimated": made,
        "truth": float(np.exp(counted.truth)),
    }
    lost = next((each.note for each in found if each.note), None)
    if made < max(2, FEWEST * n):
        return row | {"note": f"{n - made} of {n} replicates have no estimate: {lost}"}
    notes = [] if scenario.is_plasmode else [ONE_SOURCE]
    notes += [f"{n - made} of {n} replicates have no estimate and are left out: {lost}"] if made < n else []
    spread = float(counted.estimate.std(ddof=1))
    covered = float(((counted.lower <= counted.truth) & (counted.truth <= counted.upper)).mean())
    excluded = float(((counted.upper < 0) | (counted.lower > 0)).mean())
    return row | {
        "bias": float(counted.estimate.mean()) - counted.truth,
        "bias_error": spread / np.sqrt(made),
        "empirical_se": spread,
        "mean_se": float(np.sqrt((counted.error**2).mean())),
        "coverage": covered,
        "coverage_error": _share_error(covered, made),
        "rejection_rate": excluded,
        "rejection_error": _share_error(excluded, made),
        "note": "; ".join(notes) or None,
    }


def _share_error(share: float, n: int) -> float:
    """Monte-Carlo standard error of a share; of none or all, as if one of two more had been otherwise."""
    kept = (share * n + 1) / (n + 2) if share in (0.0, 1.0) else share
    return float(np.sqrt(kept * (1 - kept) / n))


def _smallest(counted: Sequence[_Counted]) -> dict:
    """The true hazard ratio, as near to 1 as it may be, that intervals would lie below of with a power of 80 %.

    Between effects that were simulated, replicates of both neighbours are moved there and weighted by nearness; beyond the
    last one they are its own.
    """
    row = {"kind": SMALLEST, "replicates": sum(len(each.estimate) for each in counted)}
    row["estimated"] = row["replicates"]
    if any(len(each.estimate) < 2 for each in counted):
        return row | {"note": "replicates have no estimate"}
    known = sorted(counted, key=lambda each: -each.truth)
    grid = np.round(np.arange(-0.005, np.log(0.05), -0.005), 3)
    power = np.array([_power(known, truth) for truth in grid])
    enough = power >= POWER
    if not enough.any():
        return row | {"note": "no hazard ratio of 0.05 or more would be found with that power"}
    smallest = grid[np.argmax(enough)]
    note = BEYOND if smallest < known[-1].truth else None
    return row | {
        "truth": float(np.exp(smallest)),
        "rejection_rate": float(power[np.argmax(enough)]),
        "note": note,
    }


def _power(known: Sequence[_Counted], truth: float) -> float:
    truths = [each.truth for each in known]
    above = max(sum(each >= truth for each in truths) - 1, 0)
    if above == len(known) - 1:
        return known[-1].power_at(truth)
    upper, lower = known[above], known[above + 1]
    share = (upper.truth - truth) / (upper.truth - lower.truth)
    return (1 - share) * upper.power_at(truth) + share * lower.power_at(truth)
