"""Subjects that must not vanish and subjects that must not come back: what stops a build because of the release before.

A full snapshot that lacks many subjects is more likely cut short than true; a subject who was erased must not return with
the next delivery. Not here: what changed otherwise (`history`).
"""

import pandas as pd

from orchestration.erasure.requests import erased_before, requested, subject_hash
from orchestration.night.build import Build

MAX_SUBJECTS, MAX_SHARE = 3, 0.05
ACCEPT = ".accept-drop"


class DropGuardError(RuntimeError):
    """A build that must not be published; the message says why, and the way out, in one line."""


def refuse_mass_drop(build: Build) -> None:
    """Stop when more than 3 registry subjects of the release before, or more than 5 %, are gone without a request.

    A marker file `.accept-drop` in the delivery's folder, or `<data cut>.accept-drop` beside it, lets it pass.

    Raises:
        DropGuardError: too many are gone and nobody accepted it.
    """
    before = build.parent_table("marts.adsl")
    parent = build.parent
    if before is None or parent is None:
        return
    after = build.warehouse.table("marts.adsl")
    n_gone, n_before = len(dropped(before, after, requested(build.warehouse))), len(registry_subjects(before))
    if (n_gone > MAX_SUBJECTS or n_gone > MAX_SHARE * n_before) and not drop_is_accepted(build):
        raise DropGuardError(
            f"not published: {n_gone} of {n_before} registry subjects of release {parent.release_id} are not in delivery "
            f"{build.data_cut}, and nobody asked for their erasure; deliver it whole, or, if they are rightly gone, put a "
            f"file {ACCEPT} into its folder and refresh again"
        )


def registry_subjects(adsl: pd.DataFrame) -> set[str]:
    """USUBJID of the registry's subjects."""
    return set(adsl.loc[adsl["SOURCE"] == "REGISTRY", "USUBJID"].astype(str))


def dropped(before: pd.DataFrame, after: pd.DataFrame, erasures: tuple[str, ...]) -> set[str]:
    """Registry subjects of the release before that are gone without a request for erasure."""
    gone = registry_subjects(before) - registry_subjects(after)
    return {usubjid for usubjid in gone if usubjid.rpartition("-")[2] not in erasures}


def drop_is_accepted(build: Build) -> bool:
    """Whether somebody put the marker into the delivery, or beside it."""
    path = build.registry_delivery
    return (path / ACCEPT).exists() or path.with_name(f"{build.data_cut}{ACCEPT}").exists()


def refuse_erased_subjects(build: Build) -> None:
    """Stop when the delivery holds a subject who was erased before.

    Raises:
        DropGuardError: it does; the message names file and row, not the subject.
    """
    erased = erased_before(build.settings.home)
    if not erased:
        return
    with build.warehouse.read() as connection:
        rows = connection.sql(
            "select USUBJID, _file, _line from raw.registry_dm where USUBJID is not null"
        ).fetchall()
    again = [(file, line) for usubjid, file, line in rows if subject_hash(usubjid) in erased]
    if again:
        file, line = again[0]
        raise DropGuardError(
            f"not published: {len(again)} subjects erased before are delivered again, first in {file} row {line}; run "
            "vigil erase --requested --reason ..., and refresh again"
        )
