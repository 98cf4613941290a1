"""The wait from harvest to first injection: its distribution among all harvested, and draws from it.

Who died before an injection, was lost, or is not injected at the data cut has waited at least so long: censored, never left
out. Taking the waits of the injected alone would make waiting shorter than it is, and the guaranteed time too small.

Source: Le Coent Q et al. Imputation of index dates for external controls. arXiv 2509.14183 (2025).
"""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pandas as pd

from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.records import Records

NEEDED = ("HARVDY", "TRTSDY")
"""Columns of `adsl` without which nobody's wait is known."""
ENDS = ("DTHDY", "LSTALVDY", "CUTDY")
"""Columns with the day until which somebody without an injection has waited, the first that is known."""
IN_DOUBT = ("HARVDTF", "TRTSDTF")


@dataclass(frozen=True)
class WaitDistribution:
    """How long the harvested wait.

    Attributes:
        day: (k,) days on which somebody was injected, rising.
        injected: (k,) share injected by the end of that day; below 1 at last where the longest wait ended without injection.
        n_harvested, n_injected: whom it rests on.
    """

    day: np.ndarray
    injected: np.ndarray
    n_harvested: int
    n_injected: int

    def quantile(self, share: np.ndarray) -> np.ndarray:
        """First day by which more than a share has been injected; infinite where that was not seen."""
        place = np.searchsorted(self.injected, np.asarray(share), side="right")
        return np.append(self.day, np.inf)[place]


def waits(treated: pd.DataFrame) -> pd.DataFrame:
    """Whole days from harvest to first injection, or to the last day without one.

    Args:
        treated: rows of `adsl`, with the columns of `NEEDED`, and of `ENDS` and `IN_DOUBT` those there are.

    Returns:
        usubjid, days, injected (1, 0), exact (whether both days are known to the day), by usubjid; of the harvested whose
        wait is known and not negative.
    """
    harvested = treated[treated["HARVDY"].notna()]
    first = harvested["TRTSDY"].astype(float)
    end = first.copy()
    for column in ENDS:
        if column in harvested:
            end = end.fillna(harvested[column].astype(float))
    exact = ~np.logical_or.reduce([_filled(harvested, column) for column in IN_DOUBT])
    frame = pd.DataFrame(
        {
            "usubjid": harvested["USUBJID"].astype(str),
            "days": end - harvested["HARVDY"].astype(float),
            "injected": first.notna().astype("int64"),
            "exact": exact,
        }
    )
    return frame[frame["days"] >= 0].sort_values("usubjid", ignore_index=True)


def _filled(rows: pd.DataFrame, column: str) -> np.ndarray:
    if column not in rows:
        return np.zeros(len(rows), bool)
    return (rows[column].notna() & (rows[column].astype(object) != "")).to_numpy(bool)


def wait_distribution(known: pd.DataFrame) -> WaitDistribution:
    """Kaplan–Meier estimate of the wait; who waits d days without an injection had none on day d.

    Args:
        known: as of `waits`; those whose days are in doubt are left out, injected or not.
    """
    used = known[known["exact"]]
    # A wait of 0 days ends on the day of the harvest: at 1 on a clock on which nobody stops at 0.
    curve = kaplan_meier(Records(used["days"] + 1.0, used["injected"]))
    jumps = curve.n_event > 0
    return WaitDistribution(
        day=curve.time[jumps] - 1.0,
        injected=1.0 - curve.survival[jumps],
        n_harvested=len(used),
        n_injected=int(used["injected"].sum()),
    )


def draw_waits(distribution: WaitDistribution, ids: np.ndarray, seed: int, number: int) -> np.ndarray:
    """(n,) a wait for each subject; infinite for those who would not have been injected while anybody was watched.

    The same seed, number and subjects give the same waits, whatever the order of rows.

    Args:
        distribution: of the wait.
        ids: (n,) unique subject keys.
        seed: of the study.
        number: of the data set.
    """
    keys = np.asarray(ids, dtype=object).astype(str)
    share = np.random.default_rng([seed, number, crc32(b"wait")]).random(keys.size)
    drawn = np.empty(keys.size)
    drawn[np.argsort(keys, kind="stable")] = distribution.quantile(share)
    return drawn
