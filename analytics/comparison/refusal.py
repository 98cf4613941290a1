"""Why arms cannot be made comparable: in the words of what lacks, never of what follows from it.

Belongs here: the reason that a data set has no propensity score, or a specification no comparison. Does not belong here: too
few events or subjects at risk in a comparison that was made (`effect_row`, `marginal_effects`).
"""

from collections.abc import Iterable, Mapping

import pandas as pd

from analytics.comparison.data_sets import DataSet
from analytics.comparison.specification import CRUDE, MATCHED
from analytics.protocol import Protocol
from analytics.second_opinion.withheld import score_disputed

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
    lost = unfilled(protocol, analysis_set, data)
    if lost:
        return "; ".join(lost.values())
    for arm, name in ARMS.items():
        left = int((data.frame["treated"] == arm).sum())
        if left < protocol.outcome.min_arm:
            return f"only {left} of the {name} have every covariate recorded"
    return None


def unfilled(protocol: Protocol, analysis_set: pd.DataFrame, data: DataSet) -> dict[str, str]:
    """Covariates of the score that a data set cannot have, each with the reason.

    Args:
        protocol, analysis_set, data: as `unscorable`.
    """
    found = {
        covariate: _unfilled(protocol, analysis_set, data, covariate)
        for covariate in protocol.propensity.covariates
    }
    return {
        covariate: "; ".join(_recorded_for(covariate, *counts) for counts in arms)
        for covariate, arms in found.items()
        if arms
    }


def never_recorded(protocol: Protocol, analysis_set: pd.DataFrame) -> dict[str, str]:
    """Covariates of design and outcome models that nobody of an arm has, each with the reason; those of exposure are for
    the treated alone."""
    exposure = set(protocol.exposure.covariates)
    others = {
        *protocol.propensity.covariates,
        *protocol.matching.exact,
        *protocol.matching.covariate_calipers,
    }
    others |= {c for cox in protocol.outcome.cox for c in (*cox.covariates, *cox.strata)}
    others |= {subgroup.column for subgroup in protocol.subgroup}
    found = {}
    for covariate in (c for c in protocol.covariates() if c in analysis_set):
        alone = covariate in exposure - others
        counts = [arm for arm in _counts(analysis_set, covariate) if arm[0] == 1 or not alone]
        found[covariate] = "; ".join(_recorded_for(covariate, *arm) for arm in counts if arm[1] == 0)
    return {covariate: reason for covariate, reason in found.items() if reason}


def _unfilled(
    protocol: Protocol, analysis_set: pd.DataFrame, data: DataSet, covariate: str
) -> list[tuple[int, int, int]]:
    """Arms in which a covariate is recorded for too few: nobody at all, or too few to complete the others from."""
    alone = protocol.propensity.missing == "complete_case"
    least = protocol.outcome.min_arm if alone else 1
    completed = _counts(data.frame, covariate)
    return [
        (arm, recorded, total)
        for (arm, recorded, total), (_, filled, left) in zip(
            _counts(analysis_set, covariate), completed, strict=True
        )
        if recorded < least or filled < left
    ]


def unrecorded(covariates: Iterable[str], frame: pd.DataFrame) -> str | None:
    """Covariates of an outcome model that nobody of an arm has, in a completed data set; None where there is none."""
    found = [
        _recorded_for(covariate, *counts)
        for covariate in covariates
        for counts in _counts(frame, covariate)
        if counts[1] == 0
    ]
    return "; ".join(found) or None


def _counts(frame: pd.DataFrame, covariate: str) -> list[tuple[int, int, int]]:
    """Of each arm, how many have the covariate, and how many there are."""
    treated, known = frame["treated"].to_numpy(), frame[covariate].notna().to_numpy()
    return [(arm, int((known & (treated == arm)).sum()), int((treated == arm).sum())) for arm in ARMS]


def _recorded_for(covariate: str, arm: int, recorded: int, total: int) -> str:
    return f"{covariate} is recorded for {recorded or 'none'} of the {total} {ARMS[arm]}"


def too_few(protocol: Protocol) -> str:
    """An arm below the least size of any estimate."""
    return f"fewer than {protocol.outcome.min_arm} subjects in an arm"


def lacking(protocol: Protocol, tables: Mapping[str, pd.DataFrame], specification: str) -> str | None:
    """Why a specification has no comparison, or one too small; None where the tables show nothing.

    Args:
        tables: propensity_model, matched_set, matching_loss, weight_summary and analysis_set; second_opinion where there is.
    """
    if specification == CRUDE:
        return None
    if dispute := score_disputed(tables.get("second_opinion")):
        return dispute
    model = tables["propensity_model"]
    refused = model[model["coefficient"].isna()]
    if len(refused):
        return str(refused["note"].iloc[0])
    if specification != MATCHED:
        return _unweighted(tables["weight_summary"], specification) if "weight_summary" in tables else None
    if protocol.matching.method == "none":
        return 'nobody is matched: matching.method = "none"'
    treated = int((tables["analysis_set"]["treated"] == 1).sum())
    members = tables["matched_set"]
    paired = members[members["treated"] == 1].groupby("imputation")["usubjid"].nunique()
    found = int(paired.median()) if len(paired) else 0
    reasons = tables["matching_loss"]["reason"].unique()
    reason = reasons[0] if not found and len(reasons) == 1 else too_few(protocol)
    return f"a control was found for {found or 'none'} of the {treated} treated: {reason}"


def _unweighted(summary: pd.DataFrame, scheme: str) -> str | None:
    """Why a scheme has no weights."""
    notes = summary.loc[summary["specification"] == scheme, "note"].dropna()
    return str(notes.iloc[0]) if len(notes) else None


def trimmed_away(left: pd.DataFrame) -> str | None:
    """Which arm the trimming of the score left empty; None where both have somebody.

    Args:
        left: who is scored and kept their place, with `treated`.
    """
    empty = [name for arm, name in ARMS.items() if not (left["treated"] == arm).any()]
    return f"trimming of the score leaves none of the {' and none of the '.join(empty)}" if empty else None
