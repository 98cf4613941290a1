"""A comparison followed up for one endpoint: what every estimator of an effect takes, and nothing looser.

Belongs here: who is in it with which weight, set, entry, stop and event; which rows are not independent.
Does not belong here: how the comparison was made (`analytics.comparison`), any estimate.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analytics.survival.records import Records


@dataclass(frozen=True)
class Followed:
    """One specification on one data set, followed up for one endpoint.

    Attributes:
        specification, imputation, estimand: as of the comparison.
        frame: usubjid, treated, set_id (0 outside matched sets), weight, entry_days, stop_days, event, competing (where
            events compete) and covariates; a row per membership of a set, so that a row is not a subject.
        n_unfollowed: subjects of the comparison who have no follow-up for this endpoint and are not in the frame.
        redrawn: whether each data set has a draw of its own of who is in it and from when on, and not of covariates alone.
    """

    specification: str
    imputation: int
    estimand: str
    frame: pd.DataFrame
    n_unfollowed: int = 0
    redrawn: bool = False

    def __len__(self) -> int:
        """Rows: memberships, not subjects."""
        return len(self.frame)

    @property
    def treated(self) -> np.ndarray:
        """(rows,) 1 treated, 0 control."""
        return self.frame["treated"].to_numpy(int)

    @cached_property
    def first_rows(self) -> np.ndarray:
        """(rows,) which rows are the first of a subject."""
        return ~self.frame["usubjid"].duplicated().to_numpy()

    @cached_property
    def repeated(self) -> bool:
        """Whether somebody stands in several rows, as a control matched with replacement does."""
        return not self.first_rows.all()

    @cached_property
    def weighted(self) -> bool:
        """Whether any weight differs from 1."""
        return bool((self.frame["weight"].to_numpy() != 1).any())

    @cached_property
    def cluster(self) -> pd.Series | None:
        """Labels of rows that are not independent.

        Subjects where somebody stands in several sets, else matched sets; weighted subjects each for itself; None where rows
        are independent, as in one arm of pairs. Of what is compared between arms, sets count as well where subjects repeat:
        that variance is made of influences (`analytics.comparison.pooling`).
        """
        in_sets = not self.repeated and bool((self.frame["set_id"].to_numpy() > 0).any())
        labels = self.frame["set_id" if in_sets else "usubjid"]
        return labels if self.weighted or labels.duplicated().any() else None

    def records(self) -> Records:
        """Follow-up with weights and clusters, in the order of the frame."""
        return self._records

    @cached_property
    def _records(self) -> Records:
        return self.clustered(self.cluster)

    def causes(self, strata: np.ndarray | None = None) -> Records:
        """The same with the number of the cause as the event: 1 the endpoint's, 2 a competing one's that came first."""
        cause = self.frame["event"].to_numpy(float) + 2 * self.frame["competing"].to_numpy()
        return replace(self._records, event=cause, strata=strata)

    def within_sets(self) -> Records:
        """Follow-up in which members of a set are compared with each other alone.

        Sets are independent but for members in common: those that share one, directly or through others, are one cluster.
        """
        return self.clustered(self.linked_sets if self.repeated else None, self.frame["set_id"])

    @property
    def linked_sets(self) -> pd.Series:
        """Labels of sets linked by members in common."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        sets, subjects = (pd.factorize(self.frame[column])[0] for column in ("set_id", "usubjid"))
        n = len(self.frame)
        links = coo_array((np.ones(n), (sets, subjects + sets.max() + 1)), shape=(2 * n, 2 * n))
        return pd.Series(connected_components(links, directed=False)[1][sets], index=self.frame.index)

    def clustered(self, cluster: pd.Series | None, strata: pd.Series | None = None) -> Records:
        """Follow-up with other clusters than the comparison's own."""
        frame = self.frame
        return Records(
            frame["stop_days"],
            frame["event"],
            entry=frame["entry_days"] if (frame["entry_days"].to_numpy() > 0).any() else None,
            weight=frame["weight"] if self.weighted else None,
            cluster=cluster,
            strata=strata,
        )

    @cached_property
    def anchor(self) -> np.ndarray | None:
        """Each row's set by its treated subject, under which it is the same set in another imputation; the subject's own
        where nobody stands in sets and data sets are drawn anew. None where a set has several treated, or all data sets hold
        the same subjects outside sets."""
        sets, subjects = self.frame["set_id"].to_numpy(), self.frame["usubjid"].to_numpy(object)
        if self.redrawn and not (sets > 0).any():
            return subjects
        by_set = np.flatnonzero(self.treated == 1)
        by_set = by_set[np.argsort(sets[by_set], kind="stable")]
        known = sets[by_set]
        if not (sets > 0).all() or (known[1:] == known[:-1]).any():
            return None
        if not len(known):
            return subjects
        place = np.searchsorted(known, sets).clip(max=len(known) - 1)
        return np.where(known[place] == sets, subjects[by_set][place], subjects)

    def subjects(self, *, causes: bool = False) -> Records:
        """Each subject once, unweighted: for what depends on people and not on whom they resemble; as `causes` if asked."""
        once = self.frame[self.first_rows] if self.repeated else self.frame
        competing = 2 * once["competing"] if causes and "competing" in once else 0
        return Records(once["stop_days"], once["event"] + competing, entry=once["entry_days"])

    def otherwise(self, stop_days: np.ndarray, event: np.ndarray) -> "Followed":
        """The same rows with another end of follow-up; what hangs on membership alone is not worked out again."""
        other = replace(self, frame=self.frame.assign(stop_days=stop_days, event=event))
        membership = ("first_rows", "repeated", "weighted", "cluster", "anchor")
        vars(other).update({name: getattr(self, name) for name in membership})
        return other

    def where(self, kept: pd.Series | np.ndarray) -> "Followed":
        """The rows marked."""
        return replace(self, frame=self.frame[np.asarray(kept, bool)].reset_index(drop=True))

    def arm(self, value: int) -> "Followed":
        """One arm."""
        return self._arms[value]

    @cached_property
    def _arms(self) -> dict[int, "Followed"]:
        return {value: self.where(self.treated == value) for value in (0, 1)}

    def from_day(self, day: float) -> "Followed":
        """Those still followed after a day, who enter then if they had entered before."""
        later = self.where(self.frame["stop_days"] > day)
        return replace(later, frame=later.frame.assign(entry_days=later.frame["entry_days"].clip(lower=day)))

    def until_day(self, day: float) -> "Followed":
        """Follow-up cut off at a day; who enters then or later is left out."""
        inside = self.where(self.frame["entry_days"] < day)
        late = inside.frame["stop_days"] > day
        ends = {
            name: inside.frame[name].mask(late, 0) for name in ("event", "competing") if name in inside.frame
        }
        frame = inside.frame.assign(stop_days=inside.frame["stop_days"].clip(upper=day), **ends)
        return replace(inside, frame=frame)
