"""The part of each large mart that a study reads: columns, and of codes the values that any stage may ask for.

Every other mart is read whole. Not here: how it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.protocol import Protocol
from analytics.protocol.population import later_rule, vital_status_rule
from analytics.stages.specification_curve import WINDOWS
from analytics.stages.variant import TIME_ZEROS

LARGE = ("adqs", "adtte")
"""The marts with a row per subject and measurement or rule."""


@dataclass(frozen=True)
class MartSlice:
    """A part of a mart.

    Attributes:
        columns: what is read.
        codes: column → values of the rows that are read.
    """

    columns: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def mart_slice(protocol: Protocol, mart: str) -> MartSlice | None:
    """The part of a mart that a study under this protocol reads; None where it is the whole."""
    if mart == "adqs":
        return MartSlice(("USUBJID", "PARAMCD", "INDEXDY", "AVAL"), {"PARAMCD": ("ALSFRSR",)})
    if mart == "adtte":
        columns = ("USUBJID", "PARAMCD", "ORIGIN", "VSRULE", "AVAL", "CNSR", "ENTRYDY", "ENTRYHDY")
        endpoints = tuple(sorted({endpoint.name for endpoint in protocol.endpoint}))
        return MartSlice(
            columns, {"PARAMCD": endpoints, "ORIGIN": _origins(protocol), "VSRULE": _rules(protocol)}
        )
    return None


def _origins(protocol: Protocol) -> tuple[str, ...]:
    """Zeros of the protocol's clock, and of the time zeros that are varied."""
    zero = protocol.time_zero
    named = {*TIME_ZEROS, zero.treated, zero.control, zero.origin} - {"time_zero"}
    return tuple(sorted(name.upper() for name in named))


def _rules(protocol: Protocol) -> tuple[str, ...]:
    """The vital-status rules of the protocol's window and of those that are varied, whatever the day of a death in doubt."""
    windows = {protocol.vital_status.window_days, *protocol.sensitivity.windows_days, *WINDOWS}
    rules = {vital_status_rule(days, undated) for days in windows for undated in ("exclude", "last_visit")}
    return tuple(sorted(rules | {later_rule(days) for days in windows}))
