"""Defaults made for the lenzumestrocel study, fitted to data of another study.

Only what a protocol file leaves unsaid is touched, and everything touched is said in a note; what a file spells out is kept
and must be served by the data. Population and propensity have no stand-in: who is compared and on what is the file's to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analytics.protocol.model import Protocol
from analytics.protocol.outcome import CoxModel

if TYPE_CHECKING:
    import pandas as pd

ENOUGH_TO_NAME = 1


@dataclass(frozen=True)
class Adaptation:
    """The protocol as it is used, and a line for each default that was replaced."""

    protocol: Protocol
    notes: tuple[str, ...]


def adapted(protocol: Protocol, marts: "Mapping[str, pd.DataFrame]") -> Adaptation:
    """Replace unsaid defaults that the data cannot serve.

    Args:
        protocol: as read from a file, so that it knows which keys the file has.
        marts: adsl, and adtte where there is one.
    """
    changes: dict[str, Any] = {}
    notes: list[str] = []
    for section, key, value, note in (
        *_names(protocol, marts["adsl"]),
        *_models(protocol, set(marts["adsl"].columns)),
        *_endpoints(protocol, marts.get("adtte")),
    ):
        if key is None:
            changes[section] = value
        else:
            changes.setdefault(section, getattr(protocol, section).model_dump())[key] = value
        notes.append(note)
    if not changes:
        return Adaptation(protocol, ())
    return Adaptation(Protocol.model_validate(protocol.model_dump() | changes), tuple(notes))


def _said(protocol: Protocol, section: str, key: str) -> bool:
    return section in protocol.model_fields_set and key in getattr(protocol, section).model_fields_set


def _names(protocol: Protocol, adsl: "pd.DataFrame") -> list[tuple]:
    """Study and arms take their names from the data, and no arm is taken for the one that must show no benefit."""
    found: list[tuple] = []
    study = _only_value(adsl, "STUDYID") or "STUDY"
    title = protocol.study.id if _said(protocol, "study", "id") else study
    for key, value in (("id", study), ("title", title)):
        if not _said(protocol, "study", key):
            found.append(("study", key, value, f"study.{key} is not given: {value}"))
    if not _said(protocol, "study", "background"):
        found.append(("study", "background", "none", "study.background is not given: no text on the sources"))
    if not _said(protocol, "report", "languages"):
        found.append(
            ("report", "languages", ("en",), "report.languages is not given: the first page is English")
        )
    arm = protocol.treatment
    for key, code in (("treated_label", arm.treated_value), ("control_label", arm.control_value)):
        if not _said(protocol, "treatment", key):
            label = _arm_label(adsl, arm.column, code)
            found.append(("treatment", key, label, f"treatment.{key} is not given: {label}"))
    if not _said(protocol, "treatment", "falsification_value"):
        words = "treatment.falsification_value is not given: no falsification run"
        found.append(("treatment", "falsification_value", None, words))
    return found


def _arm_label(adsl: "pd.DataFrame", column: str, code: int | str) -> str:
    """The text beside a numbered arm (TRT01P of TRT01PN), or the value itself."""
    if isinstance(code, str):
        return code
    beside = column.removesuffix("N")
    if beside != column and column in adsl:
        import pandas as pd

        label = _only_value(adsl[pd.to_numeric(adsl[column], errors="coerce") == code], beside)
        if label:
            return label
    return f"{column} = {code}"


def _only_value(rows: "pd.DataFrame", column: str) -> str | None:
    values = list(rows[column].dropna().unique()) if column in rows else []
    return str(values[0]) if len(values) == ENOUGH_TO_NAME else None


def _models(protocol: Protocol, columns: set[str]) -> list[tuple]:
    found: list[tuple] = []
    if not _said(protocol, "outcome", "cox"):
        models = [_fitted_model(protocol, model, columns) for model in protocol.outcome.cox]
        if tuple(models) != protocol.outcome.cox:
            words = "outcome.cox is not given: the default models take the covariates of the propensity score"
            found.append(("outcome", "cox", [model.model_dump() for model in models], words))
    if not _said(protocol, "exposure", "covariates"):
        kept = tuple(c for c in protocol.exposure.covariates if c in columns)
        if kept != protocol.exposure.covariates:
            words = (
                f"exposure.covariates is not given: {', '.join(kept) or 'none'} of the defaults are in adsl"
            )
            found.append(("exposure", "covariates", kept, words))
    if "subgroup" not in protocol.model_fields_set:
        present = [subgroup for subgroup in protocol.subgroup if subgroup.column in columns]
        if len(present) < len(protocol.subgroup):
            names = ", ".join(subgroup.column for subgroup in present) or "none"
            words = f"subgroup is not given: {names} of the default subgroups are in adsl"
            found.append(("subgroup", None, [subgroup.model_dump() for subgroup in present], words))
    return found


def _fitted_model(protocol: Protocol, model: CoxModel, columns: set[str]) -> CoxModel:
    if all(c == "TREATED" or c in columns for c in model.covariates):
        return model
    return model.model_copy(update={"covariates": ("TREATED", *protocol.propensity.covariates)})


def _endpoints(protocol: Protocol, adtte: "pd.DataFrame | None") -> list[tuple]:
    """Unsaid endpoints: those that the file has, or the first where there is no file of endpoints."""
    if "endpoint" in protocol.model_fields_set:
        return []
    kept = list(protocol.endpoint[:1])
    if adtte is not None and "PARAMCD" in adtte:
        kept = [
            endpoint for endpoint in protocol.endpoint if (adtte["PARAMCD"] == endpoint.name).any()
        ] or kept
    if len(kept) == len(protocol.endpoint):
        return []
    words = f"endpoint is not given: {', '.join(endpoint.name for endpoint in kept)}"
    return [("endpoint", None, [endpoint.model_dump() for endpoint in kept], words)]
