"""The releases: which one is current, how old it is, what is written of them, and what made them."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from importlib import metadata
from platform import python_version

from analytics.protocol import protocol_hash
from orchestration.erasure.audit import audit_problems
from orchestration.erasure.pending import PENDING
from orchestration.health.finding import Finding, Visit
from orchestration.landing import landing_is_empty
from orchestration.night.fingerprint import code_hash
from orchestration.queries.disclosures import disclosure_problems
from orchestration.releases.index import CURRENT
from orchestration.releases.journal import Journal
from orchestration.releases.manifest import PYTHON, Manifest
from orchestration.releases.soundness import missing_or_changed
from orchestration.releases.standing import damaged, held, published

VERIFY = "vigil releases verify"
MENDS = f"vigil refresh mends it by the journal; {VERIFY} says what is amiss"
NUMBERS = "duckdb"
"""The library whose older versions may not read what a newer one wrote."""


def current(visit: Visit) -> Iterator[Finding]:
    """What the link `current` leads to."""
    index = visit.index
    link = index.root / CURRENT
    if not os.path.lexists(link):
        if index.known_ids() and not visit.at_work:
            yield Finding("current", "no release is current", MENDS)
        return
    folder = index.current()
    if folder is None:
        yield Finding("current", "the link leads to no release", MENDS)
        return
    entries = list(index.journal())
    if folder.name in damaged(entries) or missing_or_changed(folder, published(entries)):
        yield Finding(
            "current", f"release {folder.name} is damaged", f"{VERIFY} {folder.name}; vigil refresh"
        )
    elif folder.name in held(entries):
        yield Finding(
            "current", f"release {folder.name} is held", "vigil releases rollback ID, or approve it"
        )
    elif visit.newest is not None and visit.newest.release_id != folder.name:
        yield Finding("current", f"{folder.name}; the newest release is {visit.newest.release_id}")


def age(visit: Visit) -> Iterator[Finding]:
    """How old the newest release is, and what it tells of."""
    newest = visit.newest
    if newest is None:
        empty = not visit.settings.landing.is_dir() or landing_is_empty(visit.settings.landing)
        way_out = (
            "put deliveries into landing/ (see README), then vigil refresh" if empty else "vigil refresh"
        )
        said = "none yet" + (", and nothing is delivered" if empty else "")
        yield Finding("release", said, "" if visit.at_work else way_out)
        return
    days = (visit.now.date() - date.fromisoformat(newest.data_cut)).days
    made = max((visit.now - datetime.fromisoformat(newest.created_at)).days, 0)
    said = f"{newest.release_id}, {_days(made)} old, of a data cut {_days(days)} old"
    limit = visit.protocol.report.old_after_days if visit.protocol is not None else None
    if newest.simulated:
        # The date of a simulated cut is part of the simulation.
        yield Finding("release", f"{said}; {newest.mark}")
    elif limit is not None and days > limit:
        yield Finding(
            "release",
            f"{said}: more than {limit} days (report.old_after_days)",
            "see why no later data cut was delivered or released",
        )
    else:
        yield Finding("release", said)


def ledger(visit: Visit) -> Iterator[Finding]:
    """The journal, the audits of erasures and disclosures, and an erasure that was broken off."""
    settings = visit.settings
    if visit.at_work:
        return
    if (settings.home / PENDING).exists():
        yield Finding(
            "erasure", "one was begun and not ended", "vigil refresh, erase or rollback completes it"
        )
    for problem in Journal.of(visit.index.root).problems():
        yield Finding("journal", problem, f"{VERIFY}; a backup, if it was not you who changed it")
    for problem in audit_problems(settings.home):
        yield Finding(
            "erasures", problem, "vigil refresh restores what one of both copies has; else a backup"
        )
    for problem in disclosure_problems(settings.home):
        yield Finding(
            "disclosures", problem, "vigil queries restores what one of both copies has; else a backup"
        )


def protocol(visit: Visit) -> Iterator[Finding]:
    """The protocol in force, against the one of the newest release."""
    try:
        in_force = visit.settings.protocol()
    except (OSError, ValueError) as error:
        yield Finding(
            "protocol", " ".join(str(error).split()), "vigil protocol validate FILE names all of it"
        )
        return
    newest = visit.newest
    if newest is None or newest.protocol["hash"] == protocol_hash(in_force) or _other_code(newest):
        # Other code may have other defaults: that the code is another is said already.
        return
    said = f"it was changed since release {newest.release_id}"
    named = (newest.protocol["id"], newest.protocol["version"])
    if named == (in_force.study.id, in_force.study.version):
        yield Finding("protocol", f"{said} under the same version", "give study.version another value")
    else:
        yield Finding("protocol", f"{said}; the next refresh makes its data cut anew")


def versions(visit: Visit) -> Iterator[Finding]:
    """The code and the libraries that are installed, against those of the newest release."""
    newest = visit.newest
    if newest is None:
        return
    if _other_code(newest):
        commit = newest.code_commit or "not known"
        yield Finding(
            "versions", f"release {newest.release_id} was made by other code (commit {commit}); the next refresh "
            "makes its data cut anew"
        )  # fmt: skip
    changed = {
        name: (then, now) for name, then in newest.libraries.items() if (now := installed(name)) != then
    }
    if changed:
        told = ", ".join(f"{name} {then}, now {now}" for name, (then, now) in sorted(changed.items()))
        back = NUMBERS in changed and _parts(changed[NUMBERS][1]) < _parts(changed[NUMBERS][0])
        way_out = (
            "install what uv.lock names (make .venv/.installed): older code may not read it" if back else ""
        )
        yield Finding("versions", f"release {newest.release_id} was made with {told}", way_out)


def installed(name: str) -> str:
    """The installed version of a library, or of Python itself."""
    if name == PYTHON:
        return python_version()
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _other_code(manifest: Manifest) -> bool:
    return manifest.code_hash != code_hash()


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdecimal()]


def _days(n: int) -> str:
    return "1 day" if n == 1 else f"{n} days"
