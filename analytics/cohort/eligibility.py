"""Eligibility: who takes part, and a count for everyone who does not."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.cohort.arms import arm_of
from analytics.cohort.time_zero import at_time_zero
from analytics.protocol import Protocol
from analytics.protocol.criteria import parse_criterion, satisfied

ARM_STEPS = "in the source"
STATUSES = ("DIED", "NOT DIED", "NOT RECORDED")
# Day and name of the treated arm's time zero: without it nobody's follow-up starts.
TIME_ZERO = {
    "first_injection": ("TRTSDY", "treatment started (first injection given)"),
    "harvest": ("HARVDY", "bone marrow harvested"),
}
# What of that day is imputed: a time zero known to an interval only is none, whoever died.
PARTIAL = {"first_injection": "INDEXDTF", "harvest": "HARVDTF"}
# A time scale that starts elsewhere needs the day it starts.
ORIGINS = {
    "diagnosis": ("DIAGDY", "date of diagnosis recorded"),
    "onset": ("ONSETDY", "date of onset recorded"),
}


@dataclass(frozen=True)
class EligibleCohort:
    """The eligible subjects of both arms and how they came to be.

    `subjects` is `adsl` at time zero with a column TREATED (1, 0), one row per eligible subject, sorted by USUBJID
    unless ties break by the order of the rows;
    `flow` has the columns arm, step, criterion, n_remaining, n_excluded, and the excluded by vital status (null where
    `adsl` does not say).
    """

    subjects: pd.DataFrame
    flow: pd.DataFrame


def keeps_row_order(protocol: Protocol) -> bool:
    """Whether ties break by the order of the rows given, as the reference software does."""
    return protocol.matching.tie_order == "reference"


def eligible_cohort(protocol: Protocol, adsl: pd.DataFrame) -> EligibleCohort:
    """Apply the protocol's eligibility, criterion by criterion.

    A criterion that cannot be told for want of a value excludes too, as a step of its own: an unknown is not a refusal.

    Raises:
        KeyError: `adsl` lacks the treatment column or one that a criterion names.
        ValueError: a criterion compares numbers with text.
    """
    treated = arm_of(protocol.treatment, adsl)
    subjects = at_time_zero(adsl, protocol.time_zero.treated)
    subjects = subjects[treated.notna()].assign(TREATED=treated.dropna().astype("int64"))
    subjects = subjects.reset_index(drop=True)
    if not keeps_row_order(protocol):
        subjects = subjects.sort_values("USUBJID", ignore_index=True)
    steps = [_Step("both", ARM_STEPS, np.ones(len(subjects), bool))]
    remaining = np.ones(len(subjects), bool)
    for step in _criteria(protocol, subjects):
        remaining = remaining & step.keep
        steps.append(_Step(step.arm, step.name, remaining.copy()))
    flow = _flow(protocol, subjects, steps)
    return EligibleCohort(subjects[remaining].reset_index(drop=True), flow)


@dataclass(frozen=True)
class _Step:
    arm: str
    name: str
    keep: np.ndarray


def _criteria(protocol: Protocol, subjects: pd.DataFrame) -> list[_Step]:
    treated = subjects["TREATED"].to_numpy() == 1
    steps = []
    day, name = TIME_ZERO.get(protocol.time_zero.treated, ("", ""))
    if day in subjects:
        steps.append(_Step("treated", name, subjects[day].notna().to_numpy() | ~treated))
    if protocol.time_zero.partial_index == "exclude" and PARTIAL.get(protocol.time_zero.treated) in subjects:
        keep = ~partly_dated(protocol.time_zero.treated, subjects)
        steps.append(_Step("treated", "time zero known to the day", keep | ~treated))
    origin, words = ORIGINS.get(protocol.time_zero.origin, ("", ""))
    if origin in subjects:
        steps.append(_Step("both", words, subjects[origin].notna().to_numpy()))
    for criterion in protocol.population.criteria:
        yes, unknown = satisfied(parse_criterion(criterion.where), subjects)
        spared = {"both": np.zeros(len(subjects), bool), "treated": ~treated, "control": treated}[
            criterion.arm
        ]
        if (unknown & ~spared).any():
            steps.append(_Step(criterion.arm, f"{criterion.name}: not recorded", ~unknown | spared))
        steps.append(_Step(criterion.arm, criterion.name, yes | unknown | spared))
    steps += _vital_status_steps(protocol, subjects)
    return [*steps, *_follow_up_steps(subjects, steps)]


def _vital_status_steps(protocol: Protocol, subjects: pd.DataFrame) -> list[_Step]:
    """Who has no usable follow-up under the vital-status rule; needed before matching, lest pairs lose a member."""
    steps = []
    undated = _is(subjects, "DTHUNDFL", "Y")
    if protocol.vital_status.undated_death == "exclude" and "DTHUNDFL" in subjects:
        steps.append(_Step("both", "death recorded with its date", ~undated))
    if protocol.vital_status.not_recorded == "exclude" and "VITSTAT" in subjects:
        steps.append(_Step("both", "vital status recorded", ~_is(subjects, "VITSTAT", "NOT RECORDED")))
    return steps


def _follow_up_steps(subjects: pd.DataFrame, before: list[_Step]) -> list[_Step]:
    """A step for every reason without follow-up that anybody still has who was kept until here."""
    if "EXCLTTE" not in subjects:
        return []
    undated = _is(subjects, "DTHUNDFL", "Y")
    left = np.logical_and.reduce([step.keep for step in before] or [np.ones(len(subjects), bool)])
    reasons = sorted(set(subjects.loc[left & _filled(subjects, "EXCLTTE") & ~undated, "EXCLTTE"]))
    return [
        _Step("both", f"usable follow-up: {reason}", ~_is(subjects, "EXCLTTE", reason) | undated)
        for reason in reasons
    ] or [_Step("both", "usable follow-up", np.ones(len(subjects), bool))]


def partly_dated(time_zero: str, subjects: pd.DataFrame) -> np.ndarray:
    """Whose time zero of the treated is known to an interval only; nobody where `adsl` has no imputation flags."""
    column = PARTIAL.get(time_zero, "")
    return _filled(subjects, column) if column in subjects else np.zeros(len(subjects), bool)


def _filled(subjects: pd.DataFrame, column: str) -> np.ndarray:
    """Where a text column says something."""
    return subjects[column].notna().to_numpy(bool) & ~_is(subjects, column, "")


def _is(subjects: pd.DataFrame, column: str, value: str) -> np.ndarray:
    """Where an optional text column holds a value; nowhere where it is absent or null."""
    if column not in subjects:
        return np.zeros(len(subjects), bool)
    return (subjects[column].astype(object) == value).to_numpy(bool)


def _flow(protocol: Protocol, subjects: pd.DataFrame, steps: list[_Step]) -> pd.DataFrame:
    treated = subjects["TREATED"].to_numpy()
    statuses = [_is(subjects, "VITSTAT", status) for status in STATUSES]
    labels = {1: protocol.treatment.treated_label, 0: protocol.treatment.control_label}
    rows = []
    for value, label in labels.items():
        before = treated == value
        number = 0
        for step in steps:
            if step.arm not in ("both", {1: "treated", 0: "control"}[value]):
                continue
            left = step.keep & (treated == value)
            lost = before & ~left
            by_status = [int((lost & status).sum()) if "VITSTAT" in subjects else None for status in statuses]
            rows.append((label, number, step.name, int(left.sum()), int(lost.sum()), *by_status))
            before, number = left, number + 1
    return TABLES["cohort_flow"].frame(rows)
