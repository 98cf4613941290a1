"""What a release lacks that it should have: one kind, one subject, one reason each.

Belongs here: the kinds, and which of them a study's own tables show. Does not belong here: a null by a rule of the protocol,
such as fewer than ten at risk, which is no gap; deliveries set aside, which who reads landing knows.
"""

import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analytics.comparison.data_sets import data_sets
from analytics.comparison.refusal import lacking, never_recorded, unfilled, unscorable
from analytics.comparison.specification import MATCHED
from analytics.protocol import Protocol
from analytics.second_opinion.judgement import DISAGREE
from analytics.second_opinion.quantities import QUANTITIES

DELIVERY = "delivery set aside"
REFUSED = "stage refused"
FAILED = "stage failed"
COVARIATE = "covariate unusable"
DISPUTED = DISAGREE

NOT_MADE = "not made: "
UNEXPECTED = f"{NOT_MADE}unexpected "
STAGE_REFUSED = f"{NOT_MADE}the stage refused: "
NUMBER = ["table_name", "day", "specification", "endpoint", "arm", "subset", "soc", "pt", "quantity"]
TOLERANT = {
    "sensitivity": "sensitivity",
    "specification_curve": "specification curve",
    "monitoring_look": "monitoring",
    "second_opinion": "second opinion",
    "operating_characteristics": "operating characteristics",
}
"""Tables of the stages that stop no night, and how these are called."""


@dataclass(frozen=True, order=True)
class Gap:
    """Something that a release lacks.

    Attributes:
        kind: DELIVERY, REFUSED, FAILED, COVARIATE or DISPUTED.
        subject: the delivery, stage, figure, covariate or number.
        reason: why, with no identifier and no failing value.
    """

    kind: str
    subject: str
    reason: str


def defect(error: Exception) -> str:
    """Kind and place of an unexpected error; its message could hold a value."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return f"unexpected {type(error).__name__} in {where}; a defect of the program, please report it"


def whole_stage(note: "pd.Series[str]") -> "pd.Series[bool]":
    """Which rows stand for a stage that was not made at all."""
    return note.astype("string").str.startswith((UNEXPECTED, STAGE_REFUSED)).fillna(False).astype(bool)


def gaps_of(protocol: Protocol, results: Mapping[str, pd.DataFrame]) -> list[Gap]:
    """What the tables of a study show to be lacking, each once.

    Args:
        protocol: the protocol in force.
        results: result tables by name; of one that is absent nothing is said.
    """
    found = [
        *_covariates(protocol, results),
        *_score(protocol, results),
        *_matching(protocol, results),
        *_weighting(results),
        *_dose(results),
        *_tolerant(results),
        *(disputes(results["second_opinion"]) if _there(results, "second_opinion") else ()),
    ]
    return list(dict.fromkeys(found))


def _there(results: Mapping[str, pd.DataFrame], *names: str) -> bool:
    return all(name in results for name in names)


def _covariates(protocol: Protocol, results: Mapping[str, pd.DataFrame]) -> Iterator[Gap]:
    """Covariates of design and outcome models that nobody of an arm has, or of which too few have to complete the others."""
    if not _there(results, "analysis_set"):
        return
    everyone = results["analysis_set"]
    treated = int((everyone["treated"] == 1).sum())
    if min(treated, len(everyone) - treated) < protocol.outcome.min_arm:
        return
    reasons = never_recorded(protocol, everyone)
    if _there(results, "imputed_covariate"):
        for data in data_sets(protocol, everyone, results["imputed_covariate"]):
            reasons = unfilled(protocol, everyone, data) | reasons
    yield from (Gap(COVARIATE, covariate, reason) for covariate, reason in reasons.items())


def _score(protocol: Protocol, results: Mapping[str, pd.DataFrame]) -> Iterator[Gap]:
    """A score that could not be fitted; arms too small and covariates are not its refusal."""
    if not _there(results, "propensity_model", "analysis_set", "imputed_covariate"):
        return
    everyone, model = results["analysis_set"], results["propensity_model"]
    refused = model[model["coefficient"].isna()]
    if refused.empty:
        return
    data = {one.imputation: one for one in data_sets(protocol, everyone, results["imputed_covariate"])}
    for _, row in refused.iterrows():
        if not unscorable(protocol, everyone, data[row["imputation"]]):
            yield Gap(REFUSED, "propensity", str(row["note"]))


def _matching(protocol: Protocol, results: Mapping[str, pd.DataFrame]) -> Iterator[Gap]:
    needed = ("analysis_set", "propensity_model", "matched_set", "matching_loss")
    if not _there(results, *needed) or protocol.matching.method == "none":
        return
    scored, matched = results["propensity_model"], results["matched_set"]
    fitted = set(scored.loc[scored["coefficient"].notna(), "imputation"])
    if fitted - set(matched["imputation"]):
        yield Gap(REFUSED, "matching", str(lacking(protocol, results, MATCHED)))


def _weighting(results: Mapping[str, pd.DataFrame]) -> Iterator[Gap]:
    if not _there(results, "weight_summary"):
        return
    refused = results["weight_summary"].dropna(subset="note")
    for _, row in refused.iterrows():
        yield Gap(REFUSED, f"weighting: {row['specification']}", str(row["note"]))


def _dose(results: Mapping[str, pd.DataFrame]) -> Iterator[Gap]:
    if not _there(results, "dose_response"):
        return
    doses = results["dose_response"]
    for note in doses.loc[doses["method"] == "none", "note"]:
        yield Gap(REFUSED, "dose", str(note))


def disputes(opinions: pd.DataFrame) -> list[Gap]:
    """Numbers that the second opinion made null, each once whatever the data sets in which it differs.

    Args:
        opinions: `second_opinion`.
    """
    if opinions.empty:
        return []
    found = []
    for _, row in opinions[opinions["agrees"] == "N"].drop_duplicates(NUMBER).iterrows():
        # A term or class may be that of one subject: the table names it, a gap does not.
        term = "a term" if isinstance(row["pt"], str) else "a class" if isinstance(row["soc"], str) else None
        of = (row["specification"], row["endpoint"], row["arm"], row["subset"], term)
        name = ", ".join([QUANTITIES[row["quantity"]].words, *(part for part in of if isinstance(part, str))])
        found.append(Gap(DISPUTED, name, str(row["note"]).removeprefix(f"{DISAGREE}: ")))
    return found


def _tolerant(results: Mapping[str, pd.DataFrame]) -> Iterator[Gap]:
    for table, stage in TOLERANT.items():
        if not _there(results, table):
            continue
        notes = results[table]["note"]
        for note in notes[whole_stage(notes)]:
            kind = FAILED if note.startswith(UNEXPECTED) else REFUSED
            yield Gap(kind, stage, note.removeprefix(STAGE_REFUSED).removeprefix(NOT_MADE))
