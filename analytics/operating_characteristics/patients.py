"""The patients of a data cut as replicates take them: what each is like, how each was followed, and the method to be tried.

Belongs here: what is the same in all replicates. Does not belong here: anything random.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.comparison.data_sets import data_sets, first_imputations
from analytics.comparison.refusal import lacking
from analytics.comparison.specification import MATCHED, leading
from analytics.protocol import Protocol
from analytics.stages.variant import headline, primary_only, with_settings

READS = (
    "analysis_set",
    "imputed_covariate",
    "follow_up",
    "propensity_score",
    "propensity_model",
    "matched_set",
    "matching_loss",
)
"""The results that replicates are made of."""
DRAWS = 20
"""Imputations in a replicate at most, where the headline may have up to 100; it has no more than the headline."""
TIMES = ["entry_days", "stop_days", "event"]
NOT_MATCHED = (
    "the headline of the protocol is not of matched sets: its variance is not made again in replicates"
)
NO_EVENT = "no control had the event: there is no hazard to draw from"


class NothingToTryError(RuntimeError):
    """The cut has no headline that could be made again; the message is the reason."""


@dataclass(frozen=True)
class Patients:
    """What replicates are made of.

    Attributes:
        protocol: the study's, with the primary endpoint alone, sets made anew, and a fixed number of imputations.
        tables: analysis_set and follow_up of the primary endpoint, and the first imputations of what the design holds.
        completed: usubjid, treated, covariates without missing values, entry_days, stop_days, event; by usubjid.
        target: share of the imputations in which each treated subject (index) has a control; more than 0.
        controls: share of them in which each control (index) stands in a set, by its weight; more than 0.
    """

    protocol: Protocol
    tables: Mapping[str, pd.DataFrame]
    completed: pd.DataFrame
    target: "pd.Series[float]"
    controls: "pd.Series[float]"

    @property
    def n_treated(self) -> int:
        """Treated patients of the cut."""
        return int((self.tables["analysis_set"]["treated"] == 1).sum())

    @property
    def n_imputation(self) -> int:
        """Imputations in a replicate; 1 where nothing is imputed."""
        return max(1, self.tables["imputed_covariate"]["imputation"].nunique())


def patients_of(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> Patients:
    """What replicates of a data cut are made of.

    Args:
        protocol: of the study.
        tables: results by name, those of `READS`.

    Raises:
        NothingToTryError: its headline is not of matched sets, or cannot be made.
    """
    if leading(protocol) != MATCHED:
        raise NothingToTryError(NOT_MATCHED)
    if reason := lacking(protocol, tables, MATCHED) if tables["matched_set"].empty else None:
        raise NothingToTryError(reason)
    known = first_imputations({name: _by_subject(tables[name]) for name in READS}, DRAWS)
    tried = _tried(protocol, known["imputed_covariate"]["imputation"].nunique())
    times = known["follow_up"]
    known["follow_up"] = times[times["endpoint"] == tried.primary.name].reset_index(drop=True)
    found = headline(tried, known).hazard_ratio
    if np.isnan(found.estimate):
        raise NothingToTryError(str(found.note))
    data = next(data_sets(tried, known["analysis_set"], known["imputed_covariate"]))
    columns = data.frame[[c for c in data.frame if c in known["analysis_set"]]]
    completed = columns.merge(known["follow_up"][["usubjid", *TIMES]], on="usubjid")
    if not completed.loc[completed["treated"] == 0, "event"].any():
        raise NothingToTryError(NO_EVENT)
    sets = known["matched_set"]
    return Patients(tried, known, completed, _share(sets, 1), _share(sets, 0))


def _tried(protocol: Protocol, draws: int) -> Protocol:
    """The headline's method: no set is kept from a parent, and no draw is added for its noise."""
    drawn = {"imputations": draws, "imputation_noise": 0} if draws else {}
    alone = primary_only(protocol)
    return with_settings(
        alone, matching={"refresh": "rematch"}, monitoring={"method": "none"}, propensity=drawn
    )


def _by_subject(frame: pd.DataFrame) -> pd.DataFrame:
    """In the order of the subject key, so that no draw hangs on that of the rows."""
    return frame.sort_values("usubjid", kind="stable", ignore_index=True) if "usubjid" in frame else frame


def _share(sets: pd.DataFrame, arm: int) -> "pd.Series[float]":
    mine = sets[sets["treated"] == arm]
    return mine.groupby("usubjid")["weight"].sum().sort_index() / mine["imputation"].nunique()
