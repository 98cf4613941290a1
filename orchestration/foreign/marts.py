"""Anyone's ADaM-shaped files as the marts of a study, and the protocol fitted to them, for `vigil analyse`.

Belongs here: what must hold between files, and who of them can be followed. Does not belong here: what must hold within one
(`subjects`, `times`, `doses`), reading a file (`files`) or any estimate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analytics.cohort import follow_up
from analytics.cohort.arms import arm_of
from analytics.cohort.follow_up import entry_column
from analytics.protocol import Protocol, adapted, idle_here
from analytics.stages.falsification import falsified
from orchestration.foreign.competing import came_after, unknown_between, unknown_order
from orchestration.foreign.dates import with_dates_of_datetimes
from orchestration.foreign.doses import checked_adex, checked_adqs
from orchestration.foreign.events import with_known_words
from orchestration.foreign.files import read_frame
from orchestration.foreign.refusals import refuse
from orchestration.foreign.study_days import as_the_study_counts
from orchestration.foreign.subjects import check_subjects
from orchestration.foreign.times import checked_adtte, counted_from_one, made_from_adsl

NO_TIME = "no time in adtte"
NOT_ENTERED = "no day of entry in adtte"
NOT_AFTER = "follow-up ends before it begins"
DESIGN_ALONE = (
    "no follow-up is given (--adtte, or AVAL and CNSR here): the design is made alone, and missing covariates are imputed "
    "without the outcome"
)


@dataclass(frozen=True)
class ForeignStudy:
    """The protocol as used, the marts, and a line for each default that was fitted to them."""

    protocol: Protocol
    marts: dict[str, pd.DataFrame]
    notes: tuple[str, ...]


def foreign_study(
    protocol: Protocol, files: Mapping[str, Path], in_doubt: str | None = None, *, falsification: bool = False
) -> ForeignStudy:
    """Read the files, fit unsaid defaults to them, and check that the study can be made of them.

    Args:
        protocol: as read from its file.
        files: paths by mart name; `adsl` is required. Without times in any there is no `adtte`, and only a design.
        in_doubt: encoding of text that can be read as Korean and as Western; None refuses it.
        falsification: put the arm of `treatment.falsification_value` in the place of the treated.

    Raises:
        ValueError: a file that cannot be read, a key that repeats, a column, arm or endpoint that is not there, a setting
            that does nothing with these files; one line.
        OSError: a file is not there.
    """
    names = {name: path.name for name, path in files.items()}
    read = {
        name: as_the_study_counts(name, with_dates_of_datetimes(read_frame(path, in_doubt)), names[name])
        for name, path in files.items()
    }
    marts = {name: frame for name, (frame, _) in read.items()}
    counted = tuple(note for _, said in read.values() for note in said)
    _check_keys(marts, names)
    fitted = adapted(protocol, marts)
    protocol = _falsified(fitted.protocol) if falsification else fitted.protocol
    check_subjects(protocol, marts["adsl"], names["adsl"])
    timed, notes = _times(protocol, marts, names)
    _check_settings(protocol, marts, timed)
    if timed is not None:
        marts["adtte"] = timed
        marts["adsl"] = _followed(protocol, marts, names.get("adtte", names["adsl"]))
    if "adex" in marts:
        marts["adex"], joined = checked_adex(marts["adex"], marts["adsl"], names["adex"])
        notes += joined
    if "adqs" in marts:
        marts["adqs"] = checked_adqs(marts["adqs"], names["adqs"])
    if "adae" in marts:
        marts["adae"], unknown = with_known_words(marts["adae"], names["adae"])
        notes += unknown
    # Rows have been named by their files until here.
    marts = {name: frame.reset_index(drop=True) for name, frame in marts.items()}
    return ForeignStudy(protocol, marts, (*fitted.notes, *counted, *notes))


def _falsified(protocol: Protocol) -> Protocol:
    if protocol.treatment.falsification_value is None:
        raise ValueError(
            "treatment.falsification_value is not given; name the arm without benefit, or leave out --falsification"
        )
    return falsified(protocol)


def _check_keys(marts: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> None:
    for mart, frame in marts.items():
        if "USUBJID" not in frame:
            raise ValueError(f"{names[mart]}: no column USUBJID; every row needs its subject's key")
        refuse(
            names[mart], "USUBJID", frame["USUBJID"].isna(), "is empty", "every row needs its subject's key"
        )
    adsl = marts["adsl"]
    repeated = adsl["USUBJID"].duplicated()
    refuse(
        names["adsl"], "USUBJID", repeated, "repeats that of an earlier row", "adsl has one row per subject"
    )
    for mart, frame in marts.items():
        if len(frame) and not frame["USUBJID"].isin(adsl["USUBJID"]).any():
            raise ValueError(f"{names[mart]}: no USUBJID of it is in {names['adsl']}")


def _times(
    protocol: Protocol, marts: Mapping[str, pd.DataFrame], names: Mapping[str, str]
) -> tuple[pd.DataFrame | None, tuple[str, ...]]:
    """`adtte` as given or made from `adsl`, and notes; None where no file has times."""
    if "adtte" in marts:
        timed = checked_adtte(protocol, marts["adtte"], names["adtte"])
    else:
        made = made_from_adsl(protocol, marts["adsl"], names["adsl"])
        if made is None:
            return None, (f"{names['adsl']}: {DESIGN_ALONE}",)
        timed = made
    name = names.get("adtte", names["adsl"])
    timed, moved = counted_from_one(timed, name)
    notes = (
        note for told in (came_after, unknown_order, unknown_between) for note in told(protocol, timed, name)
    )
    return timed, (*moved, *notes)


def _check_settings(
    protocol: Protocol, marts: Mapping[str, pd.DataFrame], timed: pd.DataFrame | None
) -> None:
    """Refuse settings that do nothing with these files."""
    columns = {name: set(frame.columns) for name, frame in marts.items()}
    if timed is not None:
        columns["adtte"] = set(timed.columns)
    if "adtte" not in marts and "DTHFL" in columns["adsl"]:
        # Times made of dates know the deaths without one.
        columns["adsl"].add("DTHUNDFL")
    found = list(idle_here(protocol, columns))
    if found:
        raise ValueError("; ".join(found))


def _followed(protocol: Protocol, marts: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """`adsl` in which EXCLTTE marks who has no usable follow-up, so that nobody is matched who cannot be followed.

    Raises:
        ValueError: an endpoint has no usable row for anybody.
    """
    adsl, adtte = marts["adsl"], marts["adtte"]
    subjects = adsl.assign(TREATED=arm_of(protocol.treatment, adsl)).dropna(subset="TREATED")
    for endpoint in protocol.endpoint[::-1]:
        found = follow_up(protocol, adtte, subjects, endpoint)
        if found.empty:
            raise ValueError(f"{name}: {_why_nobody(protocol, adtte, endpoint.name)}")
    unfollowed = ~adsl["USUBJID"].isin(found["usubjid"])
    given = adsl.get("EXCLTTE", pd.Series(None, adsl.index, dtype=object)).astype(object)
    reason = _why_not(protocol, adsl["USUBJID"], adtte)
    return adsl.assign(EXCLTTE=given.where(~(unfollowed & given.isna()), reason))


def _why_not(protocol: Protocol, usubjid: "pd.Series[str]", adtte: pd.DataFrame) -> "pd.Series[str]":
    """Why a subject would have no usable follow-up of the primary endpoint."""
    timed = adtte[adtte["AVAL"].notna() & adtte["CNSR"].notna() & (adtte["PARAMCD"] == protocol.primary.name)]
    entry = entry_column(protocol, timed.columns)
    entered = timed if entry is None else timed[timed[entry].notna()]
    reason = pd.Series(NOT_AFTER, usubjid.index, dtype=object)
    reason = reason.where(usubjid.isin(entered["USUBJID"]), NOT_ENTERED)
    return reason.where(usubjid.isin(timed["USUBJID"]), NO_TIME)


def _why_nobody(protocol: Protocol, adtte: pd.DataFrame, endpoint: str) -> str:
    what = [f"PARAMCD {endpoint}"]
    if "VSRULE" in adtte:
        what.append(f"VSRULE {protocol.vital_status.rule}")
    if "ORIGIN" in adtte:
        what.append(
            f"ORIGIN as time_zero says ({protocol.time_zero.treated.upper()}, {protocol.time_zero.control.upper()})"
        )
    return f"no subject of either arm has AVAL of 0 or more and CNSR with {', '.join(what)}"
