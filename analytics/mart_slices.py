"""The part of each large mart that a study reads: columns, subjects, and of codes the values that any stage may ask for.

Every other mart is read whole. Not here: how it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from analytics.index_date.moved import parameters_of
from analytics.protocol import Protocol
from analytics.protocol.columns import named_columns
from analytics.protocol.population import later_rule, vital_status_rule
from analytics.safety import SafetySettings
from analytics.stages.specification_curve import WINDOWS
from analytics.stages.variant import TIME_ZEROS

LARGE = ("adqs", "adtte", "adae")
"""The marts with many rows per subject."""
ROWS_OF = {"adae_per_subject": "adae"}
"""Tables of a row per subject with the number of rows of a mart, and that mart."""


@dataclass(frozen=True)
class Subjects:
    """Some of the subjects of `adsl`.

    Attributes:
        column: of `adsl`; numbers compare as numbers, text without surrounding blanks.
        values: that it has.
        left_out: whether these are the subjects left out.
    """

    column: str
    values: tuple[int | str, ...]
    left_out: bool = False


@dataclass(frozen=True)
class MartSlice:
    """A part of a mart.

    Attributes:
        columns: what is read; None is all.
        codes: column → values of the rows that are read.
        subjects: whose rows are read; None is everyone's.
        others: of other subjects, column → values of the rows that are read all the same; None reads none of theirs.
    """

    columns: tuple[str, ...] | None
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    subjects: Subjects | None = None
    others: Mapping[str, tuple[str, ...]] | None = None


def mart_slice(protocol: Protocol, mart: str) -> MartSlice | None:
    """The part of a mart that a study under this protocol reads; None where it is the whole."""
    if mart == "adqs":
        return MartSlice(
            ("USUBJID", "PARAMCD", "INDEXDY", "AVAL", "ADTF"), {"PARAMCD": _parameters(protocol)}
        )
    if mart == "adtte":
        columns = ("USUBJID", "PARAMCD", "ORIGIN", "VSRULE", "AVAL", "CNSR", "ENTRYDY", "ENTRYHDY")
        endpoints = tuple(sorted({code for endpoint in protocol.endpoint for code in endpoint.codes}))
        codes = {"PARAMCD": endpoints, "ORIGIN": _origins(protocol), "VSRULE": _rules(protocol)}
        # Windows are varied for the compared arms alone; another arm is asked what the protocol says.
        treatment = protocol.treatment
        compared = Subjects(treatment.column, treatment.compared_values)
        return MartSlice(columns, codes, compared, {"VSRULE": _rules_of(protocol.vital_status.window_days)})
    if mart == "adae" and not protocol.safety.comparable_collection:
        # Of an external control whose events were collected otherwise only the number is told.
        return MartSlice(None, subjects=Subjects("SOURCE", SafetySettings.control_sources, left_out=True))
    return None


def _parameters(protocol: Protocol) -> tuple[str, ...]:
    """The scale that decides doses, and what covariates of another day are made of."""
    named = chain.from_iterable(named_columns(protocol).values())
    return tuple(sorted({"ALSFRSR", *parameters_of(named)}))


def _origins(protocol: Protocol) -> tuple[str, ...]:
    """Zeros of the protocol's clock, and of the time zeros that are varied."""
    zero = protocol.time_zero
    named = {*TIME_ZEROS, zero.treated, zero.control, zero.origin} - {"time_zero"}
    return tuple(sorted(name.upper() for name in named))


def _rules(protocol: Protocol) -> tuple[str, ...]:
    """The vital-status rules of the protocol's window and of those that are varied, whatever the day of a death in doubt."""
    windows = {protocol.vital_status.window_days, *protocol.sensitivity.windows_days, *WINDOWS}
    return tuple(sorted({rule for days in windows for rule in _rules_of(days)}))


def _rules_of(days: int | str) -> tuple[str, ...]:
    rules = {vital_status_rule(days, undated) for undated in ("exclude", "last_visit")}
    return tuple(sorted(rules | {later_rule(days)}))
