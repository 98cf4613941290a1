"""Bounds and tipping point for subjects whose vital status is not recorded or who were lost.

Here: what the hazard ratio would be if none or all of them had died, and how many would have to die to
overturn it. The estimate is the very hazard ratio of the comparison, so that with none of them changed it is the headline.
Not here: windows for late deaths (they are rules of `adtte`), and weighting of loss (`ipcw`).

Sources: Yan X, Lee S, Li N. Missing data handling methods in medical device clinical trials. J Biopharm Stat
2009;19:1085-1098 (tipping point); Rubin DB. Multiple Imputation for Nonresponse in Surveys. 1987 (pooling).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analytics.comparison.hazard_ratio import hazard_ratio
from analytics.comparison.pooling import Pooled
from analytics.sensitivity.rows import Row, sensitivity_row
from analytics.survival.followed import Followed

DIE, SURVIVE = "all die at their last visit", "all survive to the horizon"
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
ARMS = {1: "treated", 0: "controls"}
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LostFollowUp:
    """A comparison with those marked whose status after their last visit is not known.

    Attributes:
        parts: the comparison on each data set; for the lost, event is 0 and stop the day of the last visit.
        lost: keys of the subjects who were lost or have no recorded status.
        horizon_days: survivors are followed to here when they are taken to survive.
        level: of intervals.
    """

    parts: Sequence[Followed]
    lost: frozenset[str]
    horizon_days: float
    level: float = 0.95

    def of_arm(self, arm: int) -> frozenset[str]:
        """The lost of one arm, in any data set; a subject once, whatever sets it stands in."""
        return self._of_arms[arm]

    @cached_property
    def _of_arms(self) -> dict[int, frozenset[str]]:
        known = {arm: [part.frame.loc[part.treated == arm, "usubjid"] for part in self.parts] for arm in ARMS}
        return {arm: frozenset(pd.concat(keys)) & self.lost for arm, keys in known.items()}

    def imputed(self, number: int, dying: Collection[str], living: Collection[str] = NOBODY) -> Followed:
        """The data set of that place once some of the lost die at their last visit and some live to the horizon."""
        part = self.parts[number]
        stop = part.frame["stop_days"].to_numpy(float)
        prolonged = np.where(self._rows(number, living), np.maximum(stop, self.horizon_days), stop)
        return part.otherwise(prolonged, np.where(self._rows(number, dying), 1, part.frame["event"]))

    def _rows(self, number: int, subjects: Collection[str]) -> np.ndarray:
        """(rows,) which rows of a data set are of these, who are lost."""
        chosen = [key in subjects for key in self._lost]
        return np.array([*chosen, False])[self._places[number]]

    def n_standing(self, several: Iterable[tuple[int, Collection[str]]]) -> int:
        """How many of some lost subjects stand in a data set, each once: the median over data sets, as other counts are.

        Args:
            several: places of data sets, each with the subjects that are looked for in it.
        """
        found = [
            self.parts[place].frame["usubjid"][self._rows(place, some)].nunique() for place, some in several
        ]
        return int(np.median(found))

    @cached_property
    def _lost(self) -> list[str]:
        return sorted(self.lost)

    @cached_property
    def _places(self) -> list[np.ndarray]:
        """Of each data set, the place of every row's subject among the lost, -1 for the others."""
        lost = pd.Index(self._lost, dtype=object)
        return [lost.get_indexer(pd.Index(part.frame["usubjid"])) for part in self.parts]


def vital_status_bounds(data: LostFollowUp) -> list[Row]:
    """Four corners: the lost of each arm all die at their last visit, or all survive to the horizon."""
    rows = []
    for treated_dies in (True, False):
        for control_dies in (True, False):
            words = f"lost treated: {DIE if treated_dies else SURVIVE}; "
            words += f"lost controls: {DIE if control_dies else SURVIVE}"
            dies = {1: treated_dies, 0: control_dies}
            dying = {key for arm in ARMS if dies[arm] for key in data.of_arm(arm)}
            living = {key for arm in ARMS if not dies[arm] for key in data.of_arm(arm)}
            parts = [data.imputed(number, dying, living) for number in range(len(data.parts))]
            everyone = data.of_arm(1) | data.of_arm(0)
            note = f"{data.n_standing((place, everyone) for place in range(len(parts)))} lost or not recorded"
            rows.append(_row("vital_status_bounds", words, parts, data, note))
    return rows


def tipping_point(
    data: LostFollowUp, arm: int, seed: int, shares: Sequence[float] = SHARES, n_draw: int = 10
) -> list[Row]:
    """Hazard ratio as a growing share of one arm's lost die at their last visit, the others censored there.

    Args:
        data: The follow-up.
        arm: 1 to let lost treated die, 0 to let lost controls die.
        seed: Seed of who dies; the same subjects keep dying as the share grows.
        shares: Shares of the lost who die.
        n_draw: Least number of draws pooled by Rubin's rules at each share; every data set is drawn for as often as any.

    Returns:
        One row per share, and a last row with the smallest share at which the conclusion (which side of 1
        the interval lies on, or that it holds 1) is no longer that of share 0; null when it never changes.
    """
    lost = sorted(data.of_arm(arm))
    rng = np.random.default_rng(seed)
    places = [*range(len(data.parts))] * -(-n_draw // len(data.parts))
    orders = [rng.permutation(len(lost)) for _ in places]
    scenario = f"lost {ARMS[arm]} die at their last visit"
    n_lost = data.n_standing((place, data.of_arm(arm)) for place in range(len(data.parts)))
    made: dict[int, Row] = {}
    rows = []
    for share in map(float, shares):
        number = round(share * len(lost))
        if number not in made:
            settled = number in (0, len(lost))
            several = list(zip(places, orders, strict=True))[: len(data.parts) if settled else None]
            dying = [(place, {lost[i] for i in order[:number]}) for place, order in several]
            parts = [data.imputed(place, some) for place, some in dying]
            note = f"{data.n_standing(dying)} of the {n_lost} lost die" + (
                "" if settled else f"; {len(parts)} draws pooled"
            )
            made[number] = _row("tipping_point", scenario, parts, data, note)
        rows.append(made[number] | {"parameter": "share_dying", "parameter_value": share})
    return [*rows, _tip(rows, shares, scenario, n_lost, len(data.parts))]


def _row(analysis: str, scenario: str, parts: Sequence[Followed], data: LostFollowUp, note: str) -> Row:
    found: Pooled = hazard_ratio(parts, data.level)
    people = [part.subjects() for part in parts]
    return sensitivity_row(
        analysis,
        scenario,
        "hazard_ratio",
        float(np.exp(found.estimate)),
        ci_lower=float(np.exp(found.ci_lower)),
        ci_upper=float(np.exp(found.ci_upper)),
        p_value=found.p_value,
        n=int(np.median([len(records) for records in people])),
        n_event=int(np.median([records.event.sum() for records in people])),
        n_imputation=len(data.parts),
        note="; ".join(filter(None, (note, found.note))),
    )


def _tip(rows: list[Row], shares: Sequence[float], scenario: str, n_lost: int, n_imputation: int) -> Row:
    conclusions = [_conclusion(row) for row in rows]
    changed = [share for share, c in zip(shares, conclusions, strict=True) if c != conclusions[0]]
    tip = float(changed[0]) if changed and conclusions[0] is not None else None
    note = f"{n_lost} lost; without deaths among them the interval {conclusions[0]}"
    if conclusions[0] is None:
        note = f"{n_lost} lost; {rows[0]['note']}"
    elif tip is None:
        note += "; no share changes the conclusion"
    return sensitivity_row(
        "tipping_point", scenario, "share_at_tipping_point", tip, note=note, n_imputation=n_imputation
    )


def _conclusion(row: Row) -> str | None:
    """Which side of 1 the interval lies on."""
    lower, upper = row["ci_lower"], row["ci_upper"]
    if not isinstance(lower, float) or not isinstance(upper, float) or np.isnan(lower + upper):
        return None
    if upper < 1:
        return "lies below 1"
    return "lies above 1" if lower > 1 else "holds 1"
