"""Pseudo-treated patients of the control source: nobody was treated, so that any effect found is error.

Belongs here: drawing who counts as treated. Does not belong here: the method that is tried on them (`method`). All are of
one source: what differs between sources is not in it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.operating_characteristics.patients import Patients

TOO_FEW = "fewer than twice as many controls as treated: no pseudo-treated can be drawn"


@dataclass(frozen=True)
class EmpiricalNull:
    """Controls of a cut, as they lived.

    Attributes:
        n_treated: how many count as treated.
        log_odds: (n,) log odds of each control to be treated, by the score of the cut, averaged over imputations.
        analysis_set: (n) controls.
        given: follow_up of them, and their imputed covariates as the cut has them: they are imputed within their source,
            which nobody leaves here.
    """

    n_treated: int
    log_odds: np.ndarray
    analysis_set: pd.DataFrame
    given: dict[str, pd.DataFrame]

    def study(self, generator: np.random.Generator) -> dict[str, pd.DataFrame]:
        """As many pseudo-treated as there are treated, drawn without replacement by their odds; the others are controls.

        Returns:
            analysis_set, follow_up and imputed_covariate, as the stages read them.
        """
        # The largest of log odds plus Gumbel noise are a sample by the odds, one after the other (Efraimidis and Spirakis).
        place = np.argsort(-(self.log_odds + generator.gumbel(size=len(self.log_odds))), kind="stable")
        treated = np.zeros(len(self.log_odds), dtype="int64")
        treated[place[: self.n_treated]] = 1
        return {"analysis_set": self.analysis_set.assign(treated=treated), **self.given}


def empirical_null(patients: Patients) -> EmpiricalNull | None:
    """The controls of a cut; None where there are not twice as many scored controls as treated."""
    tables = patients.tables
    subjects = tables["analysis_set"]
    scores = tables["propensity_score"]
    mean = scores[scores["treated"] == 0].groupby("usubjid")["logit_propensity"].mean()
    controls = subjects[subjects["usubjid"].isin(mean.index)].reset_index(drop=True)
    if len(controls) < 2 * patients.n_treated:
        return None
    log_odds = mean.loc[controls["usubjid"].to_numpy()].to_numpy(float)
    given = {name: _of(tables[name], controls["usubjid"]) for name in ("follow_up", "imputed_covariate")}
    return EmpiricalNull(patients.n_treated, log_odds, controls, given)


def _of(frame: pd.DataFrame, usubjid: pd.Series) -> pd.DataFrame:
    return frame[frame["usubjid"].isin(usubjid)].reset_index(drop=True)
