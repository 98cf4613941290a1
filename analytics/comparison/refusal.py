"""Why arms cannot be made comparable: in the words of what lacks, never of what follows from it.

Belongs here: the reason that a data set has no propensity score, or a specification no comparison. Does not belong here: too
few events or subjects at risk in a comparison that was made (`effect_row`, `marginal_effects`).
"""

from collections.abc import Iterable, Mapping

import pandas as pd

from analytics.comparison.data_sets import DataSet
from analytics.comparison.specification import CRUDE, MATCHED
from analytics.protocol import Protocol

ARMS = {1: "treated", 0: "controls"}


def unscorable(protocol: Protocol, analysis_set: pd.DataFrame, data: DataSet) -> str | None:
    """Why no score can be fitted to a data set, whatever the model; None where nothing stands against it.

    Args:
        protocol: names the covariates and the least size of an arm.
        analysis_set: everyone eligible, missing values null.
        data: the same subjects, completed or complete.
    """
    for arm in ARMS:
        if (analysis_set["treated"] == arm).sum() < protocol.outcome.min_arm:
            return too_few(protocol)
    lacking = [
        f"{covariate} is recorded for {_of(recorded, total, arm)}"
        for covariate in protocol.propensity.covariates
        for arm, recorded, total in _unfilled(protocol, analysis_set, data, covariate)
    ]
    if lacking:
        return "; ".join(lacking)
    for arm, name in ARMS.items():
        left = int((data.frame["treated"] == arm).sum())
        if left < protocol.outcome.min_arm:
            return f"only {left} of the {name} have every covariate recorded"
    return None


def _unfilled(
    protocol: Protocol, analysis_set: pd.DataFrame, data: DataSet, covariate: str
) -> list[tuple[int, int, int]]:
    """Arms in which a covariate is recorded for too few: nobody at all, or too few to complete the others from."""
    found = []
    for arm in ARMS:
        mine = analysis_set.loc[analysis_set["treated"] == arm, covariate]
        completed = data.frame.loc[data.frame["treated"] == arm, covariate]
        few = protocol.propensity.missing == "complete_case" and mine.notna().sum() < protocol.outcome.min_arm
        if mine.notna().sum() == 0 or completed.isna().any() or few:
            found.append((arm, int(mine.notna().sum()), len(mine)))
    return found


def unrecorded(covariates: Iterable[str], frame: pd.DataFrame) -> str | None:
    """Covariates of an outcome model that nobody of an arm has, in a completed data set; None where there is none."""
    found = []
    for covariate in covariates:
        for arm in ARMS:
            mine = frame.loc[frame["treated"] == arm, covariate]
            if mine.isna().all():
                found.append(f"{covariate} is recorded for {_of(0, len(mine), arm)}")
    return "; ".join(found) or None


def _of(recorded: int, total: int, arm: int) -> str:
    return f"{recorded or 'none'} of the {total} {ARMS[arm]}"


def too_few(protocol: Protocol) -> str:
    """An arm below the least size of any estimate."""
    return f"fewer than {protocol.outcome.min_arm} subjects in an arm"


def lacking(protocol: Protocol, tables: Mapping[str, pd.DataFrame], specification: str) -> str | None:
    """Why a specification has no comparison, or one too small; None where the tables show nothing.

    Args:
        tables: propensity_model, matching_loss and analysis_set.
    """
    if specification == CRUDE:
        return None
    model = tables["propensity_model"]
    refused = model[model["coefficient"].isna()]
    if len(refused):
        return str(refused["note"].iloc[0])
    if specification != MATCHED:
        return None
    treated = int((tables["analysis_set"]["treated"] == 1).sum())
    lost = tables["matching_loss"].groupby("imputation").size()
    found = treated - int(lost.median()) if len(lost) else treated
    return f"a control was found for {found or 'none'} of the {treated} treated: {too_few(protocol)}"
