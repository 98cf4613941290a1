"""Follow-up and injections brought together: when was the k-th dose, how many doses by a day.

Here: alignment of the follow-up, injection and covariate frames. Not here: any comparison.

Clock: a death on day d ends follow-up at d + 1, an injection on day d changes exposure from d on, so that
`(d, d + 1]` is exposed. Injections on or after the end of follow-up never count.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.survival.design import design_matrix


@dataclass(frozen=True)
class DoseHistory:
    """Subjects in order of their key, on the `(entry, stop]` clock.

    Attributes:
        usubjid: (n,) subject keys, sorted.
        entry: (n,) days from the origin to entry.
        stop: (n,) days from the origin to the end of follow-up.
        event: (n,) 1 when it ended with the event.
        owner: (m,) row of the subject of each injection.
        day: (m,) its day from the origin, sorted within subject; only injections before `stop`.
        covariates: (n, p) baseline covariates in the order of `usubjid`; p may be 0.
    """

    usubjid: np.ndarray
    entry: np.ndarray
    stop: np.ndarray
    event: np.ndarray
    owner: np.ndarray
    day: np.ndarray
    covariates: pd.DataFrame

    def complete(self) -> tuple["DoseHistory", str | None]:
        """Those with every covariate, as an outcome model uses them, and a note on the others."""
        kept = design_matrix(self.covariates).complete
        if kept.all():
            return self, None
        mine = kept[self.owner]
        known = DoseHistory(
            usubjid=self.usubjid[kept],
            entry=self.entry[kept],
            stop=self.stop[kept],
            event=self.event[kept],
            owner=(np.cumsum(kept) - 1)[self.owner[mine]],
            day=self.day[mine],
            covariates=self.covariates[kept].reset_index(drop=True),
        )
        return known, f"{int((~kept).sum())} subjects left out for want of a covariate"

    def day_of_dose(self, k: int) -> np.ndarray:
        """(n,) day of the k-th dose; infinite for those who never had it during follow-up."""
        first = np.searchsorted(self.owner, np.arange(len(self.usubjid)))
        count = np.bincount(self.owner, minlength=len(self.usubjid))
        days = np.full(len(self.usubjid), np.inf)
        reached = count >= k
        days[reached] = self.day[first[reached] + k - 1]
        return days

    def doses_before(self, subject: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Doses of each subject (row numbers) strictly before each day."""
        width = max(self.stop.max(initial=1.0), self.day.max(initial=0.0), np.max(days, initial=0.0)) + 1
        keys = self.owner * width + np.maximum(self.day, 0.0)
        upto = np.searchsorted(keys, subject * width + np.maximum(days, 0.0), side="left")
        return upto - np.searchsorted(self.owner, subject)


def dose_history(
    follow_up: pd.DataFrame, injections: pd.DataFrame, covariates: pd.DataFrame | None = None
) -> DoseHistory:
    """Joins the frames; the order of their rows does not matter.

    Args:
        follow_up: One row per subject of one endpoint: usubjid, entry_days, stop_days, event.
        injections: One row per administration: usubjid, day (on the clock of `follow_up`); the k-th dose is
            the k-th in order of day, and rows of one day are one administration. Subjects outside `follow_up` are ignored.
        covariates: usubjid and baseline covariates, one row per subject; None for none.

    Raises:
        ValueError: If a subject occurs twice in `follow_up` or in `covariates`.
    """
    people = follow_up.sort_values("usubjid").reset_index(drop=True)
    for name, frame in (("follow_up", people), ("covariates", covariates)):
        if frame is not None and frame["usubjid"].duplicated().any():
            raise ValueError(
                f"{name} has more than one row for a subject: give one endpoint, one row per subject."
            )
    keys = people["usubjid"].to_numpy()
    given = injections.loc[injections["usubjid"].isin(keys), ["usubjid", "day"]].dropna().drop_duplicates()
    owner = np.searchsorted(keys, given["usubjid"].to_numpy())
    day = given["day"].to_numpy(float)
    order = np.lexsort((day, owner))
    owner, day = owner[order], day[order]
    stop = people["stop_days"].to_numpy(float)
    during = day < stop[owner]
    return DoseHistory(
        usubjid=keys,
        entry=people["entry_days"].to_numpy(float),
        stop=stop,
        event=people["event"].to_numpy(int),
        owner=owner[during],
        day=day[during],
        covariates=_aligned(covariates, keys),
    )


def _aligned(covariates: pd.DataFrame | None, keys: np.ndarray) -> pd.DataFrame:
    """Covariates in the order of the keys; subjects without a row have missing values."""
    if covariates is None:
        return pd.DataFrame(index=range(len(keys)))
    return covariates.set_index("usubjid").reindex(keys).reset_index(drop=True)
